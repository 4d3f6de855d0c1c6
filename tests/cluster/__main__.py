"""`make elasticsearch`: a server at http://localhost:9200 until interrupted. Its data stay in the cache."""

import argparse
import signal
import sys
from pathlib import Path

from tests.cluster.node import Node, NodeError
from tests.cluster.server import NotHereError, cache, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="make elasticsearch", description=__doc__)
    parser.add_argument("--port", type=int, default=9200)
    parser.add_argument("--memory", default="1g")
    parser.add_argument("--data", type=Path, default=None, help="folder of its data, logs and configuration")
    asked = parser.parse_args()
    try:
        server()
        folder = asked.data or cache() / f"node-{asked.port}"
        node = Node(folder=folder, port=asked.port, transport=asked.port + 100, memory=asked.memory, lasting=True)
        node.folder.mkdir(parents=True, exist_ok=True)
        node.start()
    except NotHereError as error:
        sys.exit(f"This needs {error}.")
    except NodeError as error:
        sys.exit(str(error))
    print(f"Elasticsearch answers at http://localhost:{asked.port}; Ctrl-C ends it. Try: REFLECS_ENGINE=elasticsearch:http://localhost:{asked.port}", flush=True)  # fmt: skip  # noqa: T201, E501
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()  # noqa: T201
    finally:
        node.stop()


if __name__ == "__main__":
    main()

"""Stock pycsw and stock pygeoapi on documents of one's choice, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mappings.formats import read, write

_SCRIPT = Path(__file__).parents[3] / "harvesters" / "stock.py"


@contextmanager
def stock(kind: str, folder: Path, documents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the address of "pycsw" or "pygeoapi", which hold these ISO documents in a new folder."""
    kept = folder / "documents"
    kept.mkdir(parents=True)
    for number, content in enumerate(documents.values()):
        if kind == "pycsw":
            (kept / f"{number:04}.xml").write_bytes(content)
        else:
            item = json.loads(write(read(content), "json"))
            item["properties"]["externalId"] = item["id"]
            (kept / f"{number:04}.json").write_text(json.dumps(item))
    command = [sys.executable, str(_SCRIPT), kind, str(folder)]
    around = {"PATH": "", "PYTHONPATH": str(_SCRIPT.parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=around) as server:
        assert server.stdout is not None
        try:
            port = next(line.split()[1] for line in server.stdout if line.startswith("port "))
            yield f"http://127.0.0.1:{port}" + ("/csw" if kind == "pycsw" else "")
        finally:
            server.kill()

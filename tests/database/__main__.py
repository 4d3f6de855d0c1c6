"""Run tests on a real PostgreSQL: `python -m tests.database PYTEST-ARGUMENTS…`; the server is started, and ended, here."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.database.fresh import SERVER, make_template

_SETTINGS = "-c fsync=off -c max_connections=200 -c listen_addresses=127.0.0.1 -c unix_socket_directories="


def _program(name: str) -> str:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = str(places[0]) if places else shutil.which(name)
    if found is None:
        sys.exit(f"This needs PostgreSQL's {name} (Debian: postgresql).")
    return found


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # the server refuses to run as root
    own = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()} if nobody else {}
    folder = Path(tempfile.mkdtemp(prefix="reflecs-postgresql-"))
    if nobody:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = str(folder / "data")

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **own)  # type: ignore[call-overload]

    try:
        run(_program("initdb"), "--pgdata", data, "--username", "tester", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        run(_program("pg_ctl"), "--pgdata", data, "--wait", "--log", str(folder / "log"), "--options", f"-p {port} {_SETTINGS}", "start")
        try:
            yield f"postgresql://tester@127.0.0.1:{port}"
        finally:
            run(_program("pg_ctl"), "--pgdata", data, "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run them."""
    with _server() as server:
        make_template(server)
        os.environ[SERVER] = server
        code = pytest.main(sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()

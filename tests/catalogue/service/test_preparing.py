"""Processes that read documents for another one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_LOADER = """
import multiprocessing, time
from catalogue.service.documents import Found
from catalogue.service.preparing import prepare_all

def documents():
    while True:
        yield Found(origin="x", content=b"<a/>")

if __name__ == "__main__":
    fates = prepare_all(documents(), 2)
    next(fates)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(600)
"""


def test_processes_that_read_end_with_the_one_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "loader.py"
    script.write_text(_LOADER)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as loader:
        assert loader.stdout is not None
        readers = [int(number) for number in loader.stdout.readline().split()]
        loader.send_signal(signal.SIGKILL)
    assert len(readers) == 2
    until = time.monotonic() + 60
    while any(_lives(reader) for reader in readers):
        assert time.monotonic() < until, "a reader lives on"
        time.sleep(0.1)


def _lives(process: int) -> bool:
    """Return whether a process runs; one that has ended and that nobody has asked after does not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False

"""The writer's lock: one writing process at a time, the others wait. It is freed when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Final

FOR_EVER: Final = inf
_LOOK_SECONDS: Final = 0.02


@contextmanager
def writer_lock(path: Path, *, wait: float = FOR_EVER) -> Iterator[bool]:
    """Hold the lock kept at `path` for a while; the value tells whether it is held after at most `wait` seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield _held(descriptor, wait)
    finally:
        os.close(descriptor)


def _held(descriptor: int, wait: float) -> bool:
    if wait == FOR_EVER:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return True
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_SECONDS)
        else:
            return True

"""What was written of records and is likely to be asked for again, the oldest forgotten first, bounded by its bytes."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

import msgspec

Written = tuple[bytes, ...]
"""A document that was written, or its parts."""

BYTES: Final = 32 * 1024 * 1024
"""So much is remembered by each that remembers, in a process: some 6,000 records as GeoJSON, some 2,000 as ISO 19139."""
_LARGE: Final = 4
"""A document that would take more than this part of the room is not remembered: it would push out many."""
_AROUND: Final = 300
"""Bytes that Python needs around each."""

_ENCODER: Final = msgspec.msgpack.Encoder()


def key_of(*parts: object) -> bytes:
    """Return a short key for all that something is written of: records, with whatever comes with them, links, names."""
    return hashlib.blake2b(_ENCODER.encode(parts), digest_size=16).digest()


class Remembered:
    """Remembers what was written, by a key that tells all that it was made of. Threads may share it."""

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Written] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return self._size

    def get(self, key: bytes) -> Written | None:
        """Return what was kept; None where it was not, or is forgotten."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
            return known

    def keep(self, key: bytes, written: Written) -> None:
        """Keep what was written, unless it is large, and forget what was not asked for for the longest time where it becomes too much."""
        if _size(written) > self._most // _LARGE:
            return
        with self._lock:
            if key in self._kept:  # another thread was faster, with the same
                return
            self._kept[key] = written
            self._size += _size(written)
            while self._size > self._most:
                _, forgotten = self._kept.popitem(last=False)
                self._size -= _size(forgotten)


def _size(written: Written) -> int:
    return sum(map(len, written)) + _AROUND

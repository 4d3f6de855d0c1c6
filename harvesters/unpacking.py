"""Packed answers, unpacked a little at a time: a small one that unpacks to gigabytes is stopped before memory is."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from harvesters.errors import Fault, HarvestError

_PIECE: Final = 256 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


def unpacked(pieces: Iterable[bytes], encoding: str, where: str) -> Iterator[bytes]:
    """Yield an answer's bytes, unpacked, in pieces of a bounded size.

    Args:
        pieces: as they come.
        encoding: `Content-Encoding`: none, gzip or deflate, which is all that is asked for.
        where: the address, for messages.

    Raises:
        HarvestError: packed in another way, broken, or cut off.
    """
    match encoding.strip().lower():
        case "" | "identity":
            yield from pieces
        case "gzip" | "x-gzip":
            yield from _inflated(pieces, _GZIP, where)
        case "deflate":
            yield from _inflated(pieces, None, where)
        case other:
            raise HarvestError(f"the answer is packed by {other[:40]!r}, which was not asked for", fault=Fault.ANSWER, where=where)


def _inflated(pieces: Iterable[bytes], bits: int | None, where: str) -> Iterator[bytes]:
    unpacking = None
    for piece in pieces:
        if unpacking is None:
            if not piece:
                continue
            # "deflate" means zlib's form, and some servers send the bare one: zlib's first byte has 8 in its lower half
            unpacking = zlib.decompressobj(bits if bits is not None else zlib.MAX_WBITS if piece[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        rest = piece
        while rest:
            try:
                part = unpacking.decompress(rest, _PIECE)
            except zlib.error as error:
                raise HarvestError("the answer cannot be unpacked", fault=Fault.ANSWER, where=where) from error
            if part:
                yield part
            rest = unpacking.unconsumed_tail
            if unpacking.eof:
                return  # what stands behind the end is nobody's
    if unpacking is not None and not unpacking.eof:
        raise HarvestError("the packed answer breaks off", fault=Fault.ANSWER, where=where)

"""Documents within an answer, cut out of its bytes: what a catalogue hands out is kept as it was handed out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

_PLAIN: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
"""In small letters: encodings whose bytes are UTF-8 as they are; "" where an answer names none."""
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=<>"'/]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_BEHIND_START: Final = b" \t\r\n/>"
_BEHIND_END: Final = b" \t\r\n>"


def documents(answer: bytes, elements: Sequence[etree._Element]) -> list[bytes]:
    """Return elements of an answer as documents: UTF-8, without a declaration.

    They are the very bytes of the answer, and the namespaces that they use and that are declared around them. Where the bytes cannot be
    told apart (another encoding, elements of the same name around or within, the name in a comment), an element is written anew.

    Args:
        answer: the XML document in which they stand.
        elements: as they were parsed, in their order; none within another.
    """
    names = [_name(element) for element in elements]
    pieces = {name: iter(_pieces(answer, name, count)) for name, count in Counter(names).items() if _is_plain(elements[0])}
    return [_document(next(pieces.get(name, iter(())), None), name, element) for name, element in zip(names, elements, strict=True)]


def _is_plain(element: etree._Element) -> bool:
    return (element.getroottree().docinfo.encoding or "").lower() in _PLAIN


def _name(element: etree._Element) -> bytes:
    """Return an element's name as it stands in the document."""
    local = etree.QName(element).localname
    return (f"{element.prefix}:{local}" if element.prefix else local).encode()


def _pieces(answer: bytes, name: bytes, count: int) -> list[bytes]:
    """Return the elements of a name; [] where the name stands in more places, so that it is not certain which are theirs.

    Each of the `count` elements has a begin and an end of its own. Where there are so many in all, those are theirs.
    """
    begins = list(_places(answer, b"<" + name, _BEHIND_START))
    ends = [answer.index(b">", at) + 1 for at in _places(answer, b"</" + name, _BEHIND_END)]
    apart = len(begins) == len(ends) == count and all(one <= other for one, other in pairwise(_alternating(begins, ends)))
    return [answer[begin:end] for begin, end in zip(begins, ends, strict=True)] if apart else []


def _alternating(begins: Sequence[int], ends: Sequence[int]) -> Iterator[int]:
    for begin, end in zip(begins, ends, strict=True):
        yield from (begin, end)


def _places(answer: bytes, written: bytes, behind: bytes) -> Iterator[int]:
    """Yield where something is written with one of some bytes behind it."""
    at = answer.find(written)
    while at >= 0:
        if answer[at + len(written) : at + len(written) + 1] in behind:
            yield at
        at = answer.find(written, at + len(written))


def _document(piece: bytes | None, name: bytes, element: etree._Element) -> bytes:
    if piece is None:
        return etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False)
    begin = len(name) + 1
    return piece[:begin] + b"".join(_inherited(piece, begin, element)) + piece[begin:]


def _inherited(piece: bytes, begin: int, element: etree._Element) -> Iterator[bytes]:
    """Yield the declarations of the namespaces that a piece uses and does not declare in its root, whose attributes begin at `begin`."""
    declared = set[bytes]()
    while attribute := _ATTRIBUTE.match(piece, begin):
        declared.add(attribute[1])
        begin = attribute.end()
    around = element.getparent()
    for prefix, uri in around.nsmap.items() if around is not None else ():
        written = b"xmlns" if prefix is None else b"xmlns:" + prefix.encode()
        if written not in declared and (prefix is None or _uses(piece, prefix.encode() + b":")):
            yield b" %s=%s" % (written, quoteattr(uri).encode())


def _uses(piece: bytes, prefix: bytes) -> bool:
    """Return whether a prefix stands anywhere, not only at the end of a longer word; most do not at all, which is soon seen."""
    return prefix in piece and re.search(rb"(?<![\w.-])" + re.escape(prefix), piece) is not None

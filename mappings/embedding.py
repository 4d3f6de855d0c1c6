"""Documents inside documents: a record's own bytes, to stand within the answer of a protocol.

A door hands out stored bytes and builds no tree of them. Whoever puts a document inside another has to see that no default namespace
reaches it from outside: a root that declares none would take that one (`xmlns=""` on the element around it keeps it out).
"""

import codecs
import re
from typing import Final

from lxml import etree

from mappings.xml import parse_xml
from records.errors import FormatError

_BLANKS: Final = b" \t\r\n"
_PROLOG: Final = re.compile(
    rb"""[ \t\r\n]*
    (?:<\?xml[ \t\r\n][^>]*?(?:encoding[ \t\r\n]*=[ \t\r\n]*["'](?P<encoding>[^"'>]*)["'][^>]*)?\?>)?
    (?:[ \t\r\n]|<!--.*?-->|<\?.*?\?>)*""",
    re.DOTALL | re.VERBOSE,
)
"""XML declaration, comments and processing instructions: all that stands before the root (XML 1.0, 2.8), without a document type."""
_ROOT: Final = re.compile(rb"<([^\s!?/>\x00]+)")
_PLAIN: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
"""Encodings, in small letters, whose bytes are UTF-8 as they are."""
_PIECE: Final = 1024


def embedded(content: bytes) -> bytes:
    """Return the root element of an XML document as UTF-8, to stand inside another XML document.

    A document in UTF-8 or ASCII gives its own bytes, from the root's first to its last: what stands before and behind (byte order mark,
    XML declaration, comments, processing instructions) is left out. In any other encoding, or with more than one comment behind the
    root, it is written anew, the same but for its processing instructions. The document is taken to be well-formed, as all that was
    read once is; it is parsed only where it is written anew.

    Raises:
        FormatError: it is no XML, or has a document type.
    """
    text = content.removeprefix(codecs.BOM_UTF8)
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    encoding = (prolog["encoding"] if prolog else None) or b"utf-8"
    root = _ROOT.match(text, start)
    if root is None or root[1].endswith(b"--") or encoding.lower() not in _PLAIN:
        return _written_anew(content)
    end = text.rstrip(_BLANKS)
    if end.endswith(b"-->"):  # a comment holds no "--", so this is where it begins
        end = end[: max(end.rfind(b"<!--"), 0)].rstrip(_BLANKS)
    if not end.endswith(b">") or end.endswith((b"-->", b"?>")):
        return _written_anew(content)
    return end[start:]


def _written_anew(content: bytes) -> bytes:
    return etree.tostring(parse_xml(content), encoding="UTF-8", with_tail=False)


def root_tag(content: bytes) -> str:
    """Return the name of a document's root element in Clark notation; no more of the document is parsed than it takes.

    Raises:
        FormatError: it is no XML.
    """
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    text = content.lstrip(_BLANKS)
    try:
        for begin in range(0, len(text), _PIECE):
            parser.feed(text[begin : begin + _PIECE])
            for _, top in parser.read_events():
                return _tag(top)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise FormatError(f"not well-formed XML: {error.msg}") from error
    return _tag(next(iter(parser.read_events()))[1])  # a document of a few bytes is looked at only when it is known to be all


def _tag(top: object) -> str:
    return str(top.tag) if isinstance(top, etree._Element) else ""

"""OpenSearch on top of CSW 3.0 (OGC 12-176r7, 6.5.6; OGC 10-032r8): the description document, and answers as Atom."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from lxml import etree

from catalogue.protocols.csw.narrowing import EARTH_OBSERVATION
from catalogue.protocols.csw.replies import Reply
from catalogue.protocols.csw.requests import Request
from catalogue.protocols.csw.searching import Found, GetRecords
from catalogue.protocols.csw.server import About
from catalogue.query import DEFAULT_LIMIT, Page, SearchQuery, digest
from catalogue.service import Catalogue
from catalogue.service.addresses import with_parameters
from mappings.atom import MEDIA_TYPE, OPENSEARCH, Feed, Relation, feed
from mappings.xml import NAMESPACES, legal

DESCRIPTION_TYPE: Final = "application/opensearchdescription+xml"
_DESCRIPTION_REQUEST: Final = "mode=opensearch&service=CSW&version=3.0.0&request=GetCapabilities"

_EO: Final = "http://a9.com/-/opensearch/extensions/eo/1.0/"
_ASKED: Final = {
    "q": "searchTerms",
    "bbox": "geo:box",
    "start": "time:start",
    "stop": "time:end",
    "recordids": "geo:uid",
    "startposition": "startIndex",
    "maxrecords": "count",
    **{name.lower(): name for name in EARTH_OBSERVATION},
}
"""Parameters, and what they are in a URL template. Empty ones do not narrow."""
_FIXED: Final = {"service": "CSW", "version": "3.0.0", "request": "GetRecords", "outputformat": MEDIA_TYPE}
_PAGING: Final = {"startposition", "maxrecords", "resulttype", "requestid"}
"""What asks for one page, and not for the answer that it is a part of."""
_WORD: Final = re.compile(r"\w{2,}")


def description(about: About, catalogue: Catalogue) -> Reply:
    """Return the description document (OpenSearch 1.1)."""
    spaces = {"os": OPENSEARCH["os"], "geo": OPENSEARCH["geo"], "time": OPENSEARCH["time"], "eo": _EO}
    root = etree.Element(_name("OpenSearchDescription"), nsmap=spaces)
    for name, text in (
        ("ShortName", about.provider[:16]),
        ("LongName", about.title[:48]),
        ("Description", about.abstract[:1024]),
        ("Tags", "CSW OGC metadata catalogue"),
        ("Contact", about.contact),
    ):
        etree.SubElement(root, _name(name)).text = legal(text)
    for media_type, schema in (("application/xml", NAMESPACES["csw30"]), (MEDIA_TYPE, "http://www.w3.org/2005/Atom")):
        etree.SubElement(root, _name("Url"), type=media_type, template=_template(about.url, media_type, schema), indexOffset="1")
    example = _example(catalogue)
    if example is not None:
        etree.SubElement(root, _name("Query"), role="example", searchTerms=example)
    return Reply(parts=(etree.tostring(root, encoding="UTF-8", xml_declaration=False),), media_type=DESCRIPTION_TYPE)


def _template(url: str, media_type: str, schema: str) -> str:
    fixed = {
        "service": "CSW",
        "version": "3.0.0",
        "request": "GetRecords",
        "typenames": "csw:Record",
        "elementsetname": "full",
        "outputformat": media_type,
        "outputschema": schema,
    }
    said = [f"{name}={quote(value, safe='/:')}" for name, value in fixed.items()]
    return f"{url}?{'&'.join([*said, *(f'{name}={{{meaning}?}}' for name, meaning in _ASKED.items())])}"


def _example(catalogue: Catalogue) -> str | None:
    """Return a word that finds something: the longest in the title of a record, of those that an address holds as they are if any."""
    hits = catalogue.search(SearchQuery(page=Page(limit=1))).hits
    words = [word for hit in hits for word in _WORD.findall(hit.record.title or "")]
    return max(words, key=lambda word: (word.isascii(), len(word)), default=None)


def answer_feed(about: About, request: Request, asked: GetRecords, found: Found, entries: Iterable[bytes], updated: datetime) -> Reply:
    """Return the feed that answers a GetRecords request; the entries are set into it as they are."""
    given = _given(request)
    limit = asked.query.page.limit or DEFAULT_LIMIT
    said = Feed(
        identifier=f"{about.url}#{digest(asked.query, asked.query.sort)}" if given is None else _address(about.url, given),
        title=about.title,
        updated=updated,
        author=about.provider,
        links=(
            Relation(rel="search", href=f"{about.url}?{_DESCRIPTION_REQUEST}", media_type=DESCRIPTION_TYPE),
            *(
                Relation(rel=rel, href=_page(about.url, given, start, limit))
                for rel, start in (("self", found.start), ("next", found.next_record))
                if start and given is not None
            ),
        ),
        total=found.page.number_matched,
        start=found.start,
        count=asked.query.page.limit,
        query={
            meaning: value
            for name, meaning in _ASKED.items()
            if name not in _PAGING and not meaning.startswith("eo:") and (value := request.text(name)) is not None
        },
    )
    head, end, _ = feed(said, ()).partition(b"?>")[2].rpartition(b"</feed>")
    return Reply(parts=(head, *entries, end), media_type=MEDIA_TYPE)


def _given(request: Request) -> dict[str, str] | None:
    """Return what narrows and orders the answer, as the links to its pages repeat it; None where no address can."""
    if request.element is None:
        return {name: value for name, (value, *_) in request.values.items() if name not in {*_FIXED, *_PAGING}}
    if request.element.find("{*}Query/{*}Constraint") is not None:
        return None
    # the prefix of a type is bound in the document alone
    return {name: ",".join(values) for name, values in request.values.items() if name not in {*_FIXED, *_PAGING, "typenames"}}


def _page(url: str, given: Mapping[str, str], start: int, limit: int) -> str:
    return _address(url, {**given, "startposition": str(start), "maxrecords": str(limit)})


def _address(url: str, given: Mapping[str, str]) -> str:
    return with_parameters(url, {**_FIXED, "typenames": "csw:Record", **given}.items())


def _name(local: str) -> str:
    return f"{{{OPENSEARCH['os']}}}{local}"

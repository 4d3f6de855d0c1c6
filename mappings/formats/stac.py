"""STAC collections (SpatioTemporal Asset Catalog, 0.9 to 1.1), read; what they are not: items, catalogs.

A collection says how its items are to be found; what it says of the data is read, and the links to its items are not. The first of
several boxes (or of several intervals) is the whole of the others: where it holds them all, the others are read.
"""

import re
from collections.abc import Iterator
from typing import Final

from mappings.coordinates import read_box
from mappings.doi import doi_of
from mappings.formats.format import Format, derived_identifier, unwritten
from mappings.formats.shared.json.members import parse_json, plain_text
from mappings.formats.shared.json.parts import Members, from_contacts, from_links, parse_date, to_number
from mappings.formats.shared.plain import Json
from mappings.rules import Problems
from mappings.vocabularies.languages import language_code
from records.codes import ContactScope, DateTypeCode, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import TimeInterval
from records.errors import FormatError
from records.model import (
    Box,
    Contact,
    DataFormat,
    Extent,
    Identifier,
    Instrument,
    Keyword,
    Licence,
    Link,
    Platform,
    Project,
    Record,
    ResourceDate,
    Source,
)

_NAME: Final = "stac"
_TITLE: Final = "STAC collection"
_LINK: Final = re.compile(r"!?\[([^\[\]]{1,300})\]\([^()\s]{1,2000}\)")
_HEADING: Final = re.compile(r"^#{1,6} +", re.MULTILINE)
_ITEMS: Final = {"item", "items", "child", "children", "parent", "data", "search", "queryables", "aggregate", "aggregations"}
"""Relations that lead around in the catalogue the collection is a part of."""
_NO_LICENCE: Final = {"proprietary", "various", "other", "not-provided", "not provided"}
"""What stands for a licence that has no identifier: a link says where it is."""
_ROLES: Final = {
    "licensor": (ContactScope.RESOURCE, RoleCode.RIGHTS_HOLDER),
    "producer": (ContactScope.RESOURCE, RoleCode.ORIGINATOR),
    "processor": (ContactScope.RESOURCE, RoleCode.PROCESSOR),
    "host": (ContactScope.DISTRIBUTION, RoleCode.DISTRIBUTOR),
}
_ASSET_ROLES: Final = {
    "data": LinkFunctionCode.DOWNLOAD,
    "stac-items": LinkFunctionCode.DOWNLOAD,
    "thumbnail": LinkFunctionCode.BROWSE_GRAPHIC,
    "overview": LinkFunctionCode.BROWSE_GRAPHIC,
    "visual": LinkFunctionCode.BROWSE_GRAPHIC,
    "metadata": LinkFunctionCode.COMPLETE_METADATA,
}


def _recognises(top: object) -> bool:
    """A collection says that it is one since 1.0.0; before, it was told from a catalog by its extent."""
    return isinstance(top, dict) and "stac_version" in top and top.get("type", "Collection") == "Collection" and "extent" in top


def _read(content: bytes, top: object = None) -> Record:
    top = parse_json(content) if top is None else top
    if not isinstance(top, dict) or not _recognises(top):
        raise FormatError("the document is no collection of STAC", path="/type")
    problems = Problems()
    document = Members(values=top, path="", problems=problems)
    identifier, title = document.text("id"), document.text("title")
    for name, found in (("identifier", identifier), ("title", title)):
        if found is None:
            problems.add(f"no-{name}", f"the document has no {name}", f"/{'id' if name == 'identifier' else name}")
    platforms, instruments = _platforms(document)
    languages = (document.object("language"), *document.objects("languages"))
    codes = tuple(dict.fromkeys(filter(None, (language_code(found.text("code") or "") for found in languages))))
    doi = document.text("sci:doi")
    return Record(
        identifier=identifier or derived_identifier(content),
        type=ScopeCode.COLLECTION,
        title=title,
        abstract=_prose(document.text("description")),
        language=codes[0] if codes else None,
        languages=codes,
        identifiers=(Identifier(code=doi_of(doi) or doi, codespace="doi"),) if doi else (),
        edition=document.text("version"),
        keywords=tuple(Keyword(term=term) for term in document.texts("keywords")),
        contacts=tuple(dict.fromkeys((*_providers(document), *from_contacts(document.objects("contacts"))))),
        created=document.date("created"),
        datestamp=document.date("updated"),
        dates=tuple(ResourceDate(date=date, type=DateTypeCode.PUBLICATION) for date in [document.date("published")] if date),
        intervals=_intervals(document.object("extent").object("temporal")),
        extents=_extents(document.object("extent").object("spatial")),
        platforms=platforms,
        instruments=instruments,
        projects=tuple(Project(name=name) for name in _summed(document, "mission", "constellation")),
        processing_level=next(iter(_summed(document, "processing:level")), None),
        formats=_formats(document),
        licence=_licence(document),
        links=tuple(dict.fromkeys((*_links(document), *_assets(document)))),
        citation=document.text("sci:citation"),
        source=Source(content=content, format=_NAME),
        problems=problems.found(),
    )


def _prose(written: str | None) -> str | None:
    """Return a text in CommonMark without the addresses of its links and the marks of its headings."""
    return None if written is None else plain_text(_HEADING.sub("", _LINK.sub(r"\1", written)))


def _summed(document: Members, *names: str) -> tuple[str, ...]:
    """Return the texts of members that stand in the summaries, or (before 1.0, or where all items share them) outside of them."""
    found: list[str] = []
    for holder in (document.object("summaries"), document.object("properties"), document):
        for name in names:
            value = holder.values.get(name)
            written = holder.texts(name) if isinstance(value, list) else (holder.text(name),) if isinstance(value, str) else ()
            found += filter(None, written)
    return tuple(dict.fromkeys(found))


def _platforms(document: Members) -> tuple[tuple[Platform, ...], tuple[Instrument, ...]]:
    """Return the platforms and the instruments: which sits on which is known where there is one platform only."""
    names = _summed(document, "platform")
    carrier = names[0] if len(names) == 1 else None
    instruments = _summed(document, "instruments", "instrument")
    return tuple(Platform(name=name) for name in names), tuple(Instrument(name=name, platform=carrier) for name in instruments)


def _providers(document: Members) -> Iterator[Contact]:
    """Yield a contact for each role of each provider, or one without a role."""
    for provider in document.objects("providers"):
        name = provider.text("name")
        if name is None:
            provider.problems.add("nameless-contact", "a provider without a name was left out", provider.path)
            continue
        url, roles = provider.text("url"), provider.texts("roles")
        for role in roles:
            if role.casefold() not in _ROLES:
                provider.problems.add("unknown-code", f"{role[:80]!r} is no role of a provider", f"{provider.path}/roles")
        known = [_ROLES[role.casefold()] for role in roles if role.casefold() in _ROLES]
        for scope, code in known:
            yield Contact(scope=scope, role=code, organisation=name, url=url)
        if not known:
            yield Contact(organisation=name, url=url)


def _intervals(temporal: Members) -> tuple[TimeInterval, ...]:
    found: list[TimeInterval] = []
    for index, ends in enumerate(temporal.items("interval")):
        path = f"{temporal.path}/interval/{index}"
        if not isinstance(ends, list) or len(ends) != 2 or not all(end is None or isinstance(end, str) for end in ends):
            temporal.problems.add("bad-member", "an interval has two ends", path)
            continue
        begin, end = (parse_date(end, temporal.problems, path) if end and end != ".." else None for end in ends)
        if begin or end:
            found.append(TimeInterval(begin=begin, end=end))
    return tuple(dict.fromkeys(found[1:] if len(found) > 1 and all(_within(one, found[0]) for one in found[1:]) else found))


def _within(one: TimeInterval, whole: TimeInterval) -> bool:
    (begin, end), (first, last) = one.seconds, whole.seconds
    return (first is None or (begin is not None and first <= begin)) and (last is None or (end is not None and end <= last))


def _extents(spatial: Members) -> tuple[Extent, ...]:
    boxes: list[Box] = []
    heights: list[tuple[float, float]] = []
    for index, sides in enumerate(spatial.items("bbox")):
        path = f"{spatial.path}/bbox/{index}"
        numbers = [to_number(side) for side in sides] if isinstance(sides, list) else []
        if len(numbers) not in {4, 6}:
            spatial.problems.add("incomplete-box", "a box has four sides, or six", path)
            continue
        half = len(numbers) // 2
        box = read_box(numbers[0], numbers[1], numbers[half], numbers[half + 1], spatial.problems, path)
        boxes += [box] if box else []
        if half == 3 and numbers[2] is not None and numbers[5] is not None:
            heights.append((min(numbers[2], numbers[5]), max(numbers[2], numbers[5])))
    parts = boxes[1:] if len(boxes) > 1 and all(_inside(box, boxes[0]) for box in boxes[1:]) else boxes
    vertical = (min(low for low, _ in heights), max(high for _, high in heights)) if heights else None
    return (Extent(boxes=tuple(dict.fromkeys(parts)), vertical=vertical),) if parts else ()


def _inside(box: Box, whole: Box) -> bool:
    """Return whether a box lies in another, neither of which crosses the antimeridian."""
    return whole.west <= box.west <= box.east <= whole.east and whole.south <= box.south and box.north <= whole.north


def _formats(document: Members) -> tuple[DataFormat, ...]:
    """Return the media types of what the items hold as data."""
    assets = document.object("item_assets")
    parts = (assets.object(name) for name, value in assets.values.items() if isinstance(value, dict))
    types = (part.text("type") for part in parts if "data" in part.texts("roles"))
    return tuple(DataFormat(name=name) for name in dict.fromkeys(types) if name)


def _licence(document: Members) -> Licence | None:
    name = document.text("license")
    pages = (link.text("href") for link in document.objects("links") if link.text("rel") == "license")
    url = next(filter(None, pages), None)
    known = None if name is None or name.casefold() in _NO_LICENCE else name
    return Licence(name=known, url=url) if known or url else None


def _links(document: Members) -> Iterator[Link]:
    belonging = (link for link in document.objects("links") if (link.text("rel") or "").rsplit("/", 1)[-1] not in _ITEMS)
    return from_links(belonging)


def _assets(document: Members) -> Iterator[Link]:
    """Yield the assets of the collection itself as links."""
    assets = document.object("assets")
    for key, value in assets.values.items():
        if not isinstance(value, dict):
            assets.problems.add("bad-member", "this is no object", f"{assets.path}/{key}")
            continue
        asset = assets.object(key)
        url = asset.text("href")
        if url is None:
            asset.problems.add("no-url", f"an asset without an address was left out: {key[:80]!r}", asset.path)
            continue
        functions = (_ASSET_ROLES.get(role) for role in (*asset.texts("roles"), key))
        yield Link(
            url=url,
            name=asset.text("title") or _plain(key),
            description=asset.text("description"),
            function=next((function for function in functions if function), None),
            media_type=asset.text("type"),
        )


def _plain(key: Json) -> str | None:
    return Members(values={"key": key}, path="", problems=Problems()).text("key")


FORMAT = Format(
    name=_NAME,
    title=_TITLE,
    media_type="application/json",
    extension=".json",
    recognises=_recognises,
    read=_read,
    write=unwritten(_TITLE),
    carried=None,
    only_read=True,
)

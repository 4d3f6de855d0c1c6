"""What a UMM-C points to: addresses, other collections, identifiers; and the sizes and formats of its files."""

from collections.abc import Iterator
from typing import Final

from mappings.doi import doi_of
from mappings.formats.shared.dif import codes
from mappings.formats.shared.dif.reading import parse_size
from mappings.formats.shared.json.parts import Members
from mappings.formats.ummc.values import line, lines, paragraphs
from records.codes import LinkFunctionCode, RelationType
from records.model import DataFormat, Identifier, Link, Relation

_ASSOCIATIONS: Final = {**codes.ASSOCIATIONS, "LARGER CITATION WORKS": RelationType.LARGER_WORK_CITATION}


def links(document: Members) -> tuple[Link, ...]:
    """Return the related addresses, then those of citations that are not among them."""
    found = [link for related in document.objects("RelatedUrls") for link in _related(related)]
    known = {link.url for link in found}
    for citation in document.objects("CollectionCitations"):
        resource = citation.object("OnlineResource")
        url = line(resource, "Linkage")
        if url is not None and url not in known:
            words = paragraphs(resource, "Description")
            found.append(Link(url=url, name=line(resource, "Name"), description=words, function=LinkFunctionCode.INFORMATION))
    return tuple(dict.fromkeys(found))


def _related(related: Members) -> Iterator[Link]:
    """Yield a related address; versions before 1.9 had several in one place."""
    function, subtype = _function(related)
    data, service = related.object("GetData"), related.object("GetService")
    protocol = line(service, "Protocol") or codes.PROTOCOLS.get((subtype or "").upper())
    for url in dict.fromkeys((*filter(None, (line(related, "URL"),)), *lines(related, "URLs"))):
        yield Link(
            url=url,
            name=line(related, "Title") or subtype,
            description=paragraphs(related, "Description"),
            function=function,
            protocol=protocol,
            media_type=line(data, "MimeType") or line(service, "MimeType"),
        )


def _function(related: Members) -> tuple[LinkFunctionCode | None, str | None]:
    """Return what a link is for, and its subtype where that says something else than what it is for."""
    relation = lines(related, "Relation")
    kind = line(related, "Type") or (relation[0] if relation else None)
    subtype = line(related, "Subtype") or (relation[1] if len(relation) > 1 else None)
    if kind is None:
        return None, subtype
    if kind.upper() not in codes.CONTENT_TYPES:
        related.problems.add("unknown-code", f"{kind[:80]!r} is no type of a related URL", f"{related.path}/Type")
        return None, subtype
    function = codes.CONTENT_TYPES[kind.upper()]
    if kind.upper() == "GET DATA" and subtype is not None:
        return codes.GET_DATA_SUBTYPES.get(subtype.upper(), function), subtype
    return function, subtype


def relations(document: Members) -> tuple[str | None, tuple[Relation, ...]]:
    """Return the parent's identifier and the other associations, by entry identifier or by DOI."""
    found = []
    for other in document.objects("MetadataAssociations"):
        name, version = line(other, "EntryId"), line(other, "Version")
        if name is not None:
            identifier = f"{name}_{version}" if version else name
            found.append(Relation(identifier=identifier, type=_relation(other, _ASSOCIATIONS)))
    parent = next((relation for relation in found if relation.type is RelationType.PARENT), None)
    for other in document.objects("AssociatedDOIs"):
        doi = line(other, "DOI")
        if doi is not None:
            found.append(Relation(identifier=doi, type=_relation(other, codes.ASSOCIATED_DOIS), title=line(other, "Title")))
    return parent.identifier if parent else None, tuple(dict.fromkeys(relation for relation in found if relation is not parent))


def _relation(other: Members, known: dict[str, RelationType]) -> RelationType:
    kind = line(other, "Type")
    if kind is not None and kind.upper() not in known:
        other.problems.add("unknown-code", f"{kind[:80]!r} is no type of association", f"{other.path}/Type")
    return known.get((kind or "").upper(), RelationType.CROSS_REFERENCE)


def identifiers(document: Members) -> tuple[Identifier, ...]:
    """Return the DOI and the other identifiers."""
    written = [(line(document.object("DOI"), "DOI"), "doi")]
    others = document.objects("OtherIdentifiers")
    spaced = ((line(other, "Identifier"), line(other, "DescriptionOfOtherType") or line(other, "Type")) for other in others)
    return tuple(dict.fromkeys(found for code, space in (*written, *spaced) if (found := _identifier(code, space))))


def _identifier(code: str | None, codespace: str | None) -> Identifier | None:
    doi = doi_of(code) if code else None
    return Identifier(code=doi, codespace="doi") if doi else Identifier(code=code, codespace=codespace) if code else None


def files(document: Members) -> tuple[tuple[DataFormat, ...], int | None]:
    """Return the formats the data come in, and the size of all of them where one alone is said."""
    information = document.object("ArchiveAndDistributionInformation")
    kinds = ("FileDistributionInformation", "FileArchiveInformation")
    distributed, archived = (list(information.objects(kind)) for kind in kinds)
    formats = [line(part, "Format") for part in (distributed or archived)]
    formats += [line(part, "DistributionFormat") for part in document.objects("Distributions")]
    sizes = {size for part in (distributed or archived) if (size := _size(part)) is not None}
    if len(sizes) > 1:
        shown = ", ".join(f"{size:,}" for size in sorted(sizes))
        document.problems.add("several-sizes", f"several sizes, in bytes: {shown}; none is taken for the size of all", information.path)
    found = tuple(DataFormat(name=name) for name in dict.fromkeys(formats) if name)
    return found, next(iter(sizes)) if len(sizes) == 1 else None


def _size(part: Members) -> int | None:
    size, unit = part.number("TotalCollectionFileSize"), line(part, "TotalCollectionFileSizeUnit")
    if size is None or unit is None or size < 0:
        return None
    found = parse_size(f"{size:.6f} {unit}")
    if found is None:
        part.problems.add("unread-size", f"not a size of all the data: {size:g} {unit[:80]}", part.path)
    return found

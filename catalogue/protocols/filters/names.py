"""Names of properties as the doors spell them, and the fields they stand for.

The names come from `FIELDS`: those of the fields themselves, and those at the CSW door (Dublin Core, ISO application profile), whatever
their case, with or without their prefix. A path into a document of ISO 19139 or ISO 19115-3, or into a `csw:Record`, stands for the field
that is read from there.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from mappings.index.fields import FIELDS
from records.errors import QueryError

MAX_NAME: Final = 1000
"""Characters of a name that is looked at; the longest path into ISO 19139 has a third of them."""
_SHOWN: Final = 120

_ALSO: Final = {
    # what OGC API Records (OGC 20-004r1, table 8) calls them, where that is neither a field's name nor one at the CSW door
    "id": "identifier",
    "keywords": "keyword",
    "formats": "format",
    "time": "interval",
    "geometry": "extent",
    "dc:association": "relation",  # what the common queryables of CSW 2.0.2 (OGC 07-006r1, table 6) call dc:relation
}
"""Names that are understood though the capabilities do not list them."""

_ROOTS: Final = {"record", "summaryrecord", "briefrecord"}
_WITHOUT_NAME: Final = {"", ".", "*", "text()", "node()"}
_PREFIXES_3: Final = {"mdb", "mri", "cit", "mcc", "gex", "lan", "mco", "mrd", "mrl", "gcx"}
"""Prefixes that ISO 19115-3 has and ISO 19139 has not."""
_ISO_PREFIXES: Final = {"gmd", "gmi", "gco", "gmx", "gts", "srv", "gml"} | _PREFIXES_3
_PREDICATE: Final = re.compile(r"\[[^\[\]]*\]")


def _by_steps(paths: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    return {tuple(path.split("/")): field for path, field in paths.items()}


_ISO: Final = _by_steps(
    {
        "fileIdentifier": "identifier",
        "parentIdentifier": "parent",
        "hierarchyLevel": "type",
        "language": "language",
        "dateStamp": "updated",
        "contact/organisationName": "organisation",
        "contact/individualName": "person",
        "identificationInfo/citation/title": "title",
        "identificationInfo/citation/alternateTitle": "alternate_title",
        "identificationInfo/citation/edition": "edition",
        "identificationInfo/citation/identifier/code": "resource_identifier",
        "identificationInfo/abstract": "abstract",
        "identificationInfo/purpose": "purpose",
        "identificationInfo/language": "language",
        "identificationInfo/topicCategory": "topic",
        "identificationInfo/descriptiveKeywords/keyword": "keyword",
        "identificationInfo/pointOfContact/organisationName": "organisation",
        "identificationInfo/pointOfContact/individualName": "person",
        "identificationInfo/resourceConstraints/useLimitation": "rights",
        "identificationInfo/resourceConstraints/otherConstraints": "rights",
        "identificationInfo/extent/description": "place",
        "identificationInfo/extent/geographicElement": "extent",
        "identificationInfo/extent/geographicElement/polygon": "extent",
        "identificationInfo/extent/temporalElement/extent": "interval",
        "identificationInfo/extent/temporalElement/extent/beginPosition": "begin",
        "identificationInfo/extent/temporalElement/extent/endPosition": "end",
        "identificationInfo/aggregationInfo": "relation",
        "distributionInfo/distributionFormat/name": "format",
        "dataQualityInfo/lineage/statement": "lineage",
    }
)
"""Paths of ISO 19139 by their properties alone: classes (in capitals) stand between them and add nothing."""

_ISO_3: Final = _ISO | _by_steps(
    {
        "metadataIdentifier/code": "identifier",
        "parentMetadata/identifier/code": "parent",
        "metadataScope/resourceScope": "type",
        "defaultLocale/language": "language",
        "contact/party/name": "organisation",
        "contact/party/individual/name": "person",
        "identificationInfo/defaultLocale/language": "language",
        "identificationInfo/otherLocale/language": "language",
        "identificationInfo/pointOfContact/party/name": "organisation",
        "identificationInfo/pointOfContact/party/individual/name": "person",
        "identificationInfo/associatedResource": "relation",
        "resourceLineage/statement": "lineage",
    }
)
"""Paths of ISO 19115-3: most are those of ISO 19139."""

_ISO_DATE: Final = ("identificationInfo", "citation", "date", "date")
_ISO_DATES: Final = {"creation": "resource_created", "publication": "resource_published", "revision": "resource_revised"}
"""The dates of a citation share their path, and differ by the type that a condition in the path names."""
_ISO_3_DATE: Final = ("dateInfo", "date")
"""The date of the metadata in ISO 19115-3, whichever type it has; more of a path is needed to tell it from other dates."""
_ISO_3_PARTY: Final = ("party", "name")
"""The name of an organisation, or of a person who is of none: which, the class in the path tells."""


def _named() -> dict[str, str]:
    """Return the field for each folded name; of names that several fields have, the field's own comes first."""
    spelled = [(name, field.name) for field in FIELDS.values() for name in field.csw] + list(_ALSO.items())
    found = {name: name for name in FIELDS}
    for name, field in spelled:
        found.setdefault(name.casefold(), field)
    for name, field in spelled:
        found.setdefault(name.casefold().rpartition(":")[2], field)
    return found


_NAMED: Final[Mapping[str, str]] = _named()
_SPELLINGS: Final[Mapping[str, str]] = {
    name.casefold().rpartition(":")[2]: name for field in FIELDS.values() for name in (*reversed(field.csw), field.name)
}
"""For each folded local name the spelling that an unknown name is answered with."""


def field_of(name: str) -> str:
    """Return the name of the field in `FIELDS` that any door's name of a property stands for.

    Raises:
        QueryError: it stands for none; the message names those that look alike.
    """
    found = _NAMED.get(name.strip().casefold()) if len(name) <= MAX_NAME else None
    if found is None and len(name) <= MAX_NAME:
        found = _by_path(name)
    if found is None:
        raise QueryError(
            f"there is no property {name[:_SHOWN]!r}{_alike(name)}; the capabilities and the queryables list them all",
            parameter=name[:_SHOWN],
        )
    return found


def queryable_of(name: str) -> str:
    """Return the name of the field that a name stands for in CQL2.

    It is that of `field_of`, but for "type": OGC API Records (20-004r1, table 8) means the words that stand in a record, code or none.

    Raises:
        QueryError: as `field_of`.
    """
    found = field_of(name)
    return "resource_type" if found == "type" else found


def _by_path(name: str) -> str | None:
    path = _PREDICATE.sub("", name.strip())
    steps = [step for part in path.split("/") if (step := part.strip()) not in _WITHOUT_NAME and not step.startswith("@")]
    pairs = [(prefix.casefold(), local) for prefix, _, local in (step.rpartition(":") for step in steps)]
    if pairs and pairs[0][1].casefold() in _ROOTS:
        del pairs[0]
    if len(pairs) == 1 and pairs[0][0] not in _ISO_PREFIXES:
        prefix, local = pairs[0]
        return _NAMED.get(f"{prefix}:{local}".casefold()) or _NAMED.get(local.casefold())
    properties = tuple(local for prefix, local in pairs if local[:1].islower() and prefix not in {"gco", "gmx", "gts", "gcx"})
    table = _ISO if _PREFIXES_3.isdisjoint(prefix for prefix, _ in pairs) else _ISO_3
    return _in_iso(table, properties, name, whole=path.startswith("/") and not path.startswith("//"))


def _in_iso(table: Mapping[tuple[str, ...], str], properties: tuple[str, ...], name: str, *, whole: bool) -> str | None:
    """Return the field that is read from a path, or from all paths that end with it unless it is `whole`."""
    if not properties:
        return None
    if properties == _ISO_DATE:
        return next((field for kind, field in _ISO_DATES.items() if kind in name), None)
    if properties == _ISO_3_DATE:
        return "updated"
    if properties[-2:] == _ISO_3_PARTY and "CI_Individual" in name:
        return "person"
    if whole:
        return table.get(properties)
    found = {field for path, field in table.items() if path[-len(properties) :] == properties}
    return found.pop() if len(found) == 1 else None


def _alike(name: str) -> str:
    local = re.split(r"[:/]", name.strip()[:MAX_NAME])[-1].casefold()
    near = [_SPELLINGS[found] for found in get_close_matches(local, _SPELLINGS, n=3)]
    return f"; there is {' or '.join(near)}" if near else ""

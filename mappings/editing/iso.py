"""How ISO 19139 and ISO 19115-3 are edited: what both have in common."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from mappings.editing.places import Place, always
from mappings.editing.plan import in_order
from mappings.formats.shared.iso.building import Builder
from mappings.formats.shared.iso.elements import child
from mappings.formats.shared.iso.links import operation
from mappings.rules import Many, Maybe, One, Problems, all_text
from mappings.xml import children, local_name, qname
from records.model import Keyword

Rule = One[Any] | Maybe[Any] | Many[Any]

_REFERENCES: Final = (qname("xlink:href"), "uuidref", "codeListValue", "indeterminatePosition", "src")
"""Attributes by which an element without a text says something."""

ORDERS: Final = {
    name: in_order(words)
    for name, words in {
        "MD_Keywords": "keyword type thesaurusName keywordClass",
        "MD_Distribution": "description distributionFormat distributor transferOptions",
        "MD_Distributor": "distributorContact distributionOrderProcess distributorFormat distributorTransferOptions",
        "MD_DigitalTransferOptions": "unitsOfDistribution transferSize onLine offLine transferFrequency distributionFormat",
        "EX_Extent": "description geographicElement temporalElement verticalElement",
        "EX_GeographicBoundingBox": "extentTypeCode westBoundLongitude eastBoundLongitude southBoundLatitude northBoundLatitude",
        "EX_BoundingPolygon": "extentTypeCode polygon",
        "EX_GeographicDescription": "extentTypeCode geographicIdentifier",
        "EX_VerticalExtent": "minimumValue maximumValue verticalCRSId verticalCRS",
        "CI_ResponsibleParty": "individualName organisationName positionName contactInfo role",
        "CI_Responsibility": "role extent party",
        "CI_Organisation": "name contactInfo partyIdentifier logo individual",
        "CI_Individual": "name contactInfo partyIdentifier positionName",
        "CI_Contact": "phone address onlineResource hoursOfService contactInstructions contactType",
        "CI_Address": "deliveryPoint city administrativeArea postalCode country electronicMailAddress",
        "CI_Telephone": "number numberType voice facsimile",
        "CI_OnlineResource": "linkage protocol applicationProfile name description function protocolRequest",
        "MD_BrowseGraphic": "fileName fileDescription fileType imageConstraints linkage",
        "CI_Date": "date dateType",
        "TimePeriod": "description identifier name relatedTime beginPosition begin endPosition end duration timeInterval",
    }.items()
}
"""The order of children that both schemas have."""

_NOTHING: Final[frozenset[str]] = frozenset()
HOLLOW: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("descriptiveKeywords", "keywords", "distributor", "MD_Distributor"), _NOTHING),
    **dict.fromkeys(("transferOptions", "distributorTransferOptions"), _NOTHING),
    **dict.fromkeys(("MD_DigitalTransferOptions", "distributionInfo", "MD_Distribution", "extent", "EX_Extent"), _NOTHING),
    **dict.fromkeys(("containsOperations", "phone", "CI_Telephone", "address", "CI_Address", "contactInfo", "CI_Contact"), _NOTHING),
    "MD_Keywords": frozenset({"type", "thesaurusName", "keywordClass"}),
    "SV_OperationMetadata": frozenset({"operationName", "DCP", "distributedComputingPlatform", "operationDescription", "parameters"}),
}
"""Elements that go with the last of what they hold; those in braces stay in none alone."""


def fillers(build: Builder, distribution: str) -> dict[tuple[str, str], etree._Element]:
    """Return what stands for the contact of a distributor of whom something else is said; `distribution` is the prefix of its name."""
    holder = etree.Element("holder")
    build.nothing(holder, f"{distribution}:distributorContact")
    return {("MD_Distributor", "distributorContact"): holder[0]}


ONLY_ONE: Final = frozenset({"title", "abstract", "dateStamp", "distributionInfo", "distributorContact"})
"""Elements of which there may be one in another."""


def is_nothing(element: etree._Element) -> bool:
    """Return whether an element has no text and points to nothing: `<gmd:contact gco:nilReason="missing"/>`."""
    if all_text(element).strip():
        return False
    return not any(part.get(name) for part in element.iter(etree.Element) for name in _REFERENCES)


def _each(values: object) -> tuple[Any, ...]:
    return values if isinstance(values, tuple) else () if values is None else (values,)


def properties(rule: Rule, kind: str) -> Place:
    """Return the place of values that a rule finds in properties."""
    return Place(kind=kind, find=rule.elements, values=lambda element: _each(rule.value(element, Problems())))


def contents(rule: Rule, kind: str, *, unit: str | None = None, joins: Callable[[etree._Element, etree._Element], bool] = always) -> Place:
    """Return the place of values that a rule finds in what properties hold; the properties come and go with them."""

    def find(root: etree._Element) -> Iterable[etree._Element]:
        return dict.fromkeys(parent for element in rule.elements(root) if (parent := element.getparent()) is not None)

    def values(element: etree._Element) -> tuple[Any, ...]:
        return tuple(value for part in children(element) for value in _each(rule.value(part, Problems())))

    return Place(kind=kind, find=find, values=values, unit=unit, joins=joins)


def never(there: etree._Element, new: etree._Element) -> bool:
    """Say that no new element may stand right behind one that is there."""
    del there, new
    return False


def first(rule: Rule, kind: str, around: Callable[[etree._Element], etree._Element]) -> Place:
    """Return the place of the one value that a rule reads: the first it finds below the element that `around` finds."""

    def find(root: etree._Element) -> Iterable[etree._Element]:
        return [element for element in rule.elements(around(root)) if rule.value(element, Problems()) is not None][:1]

    return Place(kind=kind, find=find, values=lambda element: _each(rule.value(element, Problems())))


def keywords(rule: Rule) -> Place:
    """Return the place of keywords, of which a group (MD_Keywords) holds those of one type and one thesaurus."""

    def find(root: etree._Element) -> Iterable[etree._Element]:
        return [keyword for group in rule.elements(root) for keyword in group.iterchildren("{*}keyword")]

    def values(element: etree._Element) -> tuple[Keyword, ...]:
        alone = etree.Element("group")
        group = element.getparent()
        about = [] if group is None else [part for part in children(group) if local_name(part) != "keyword"]
        alone.extend(deepcopy(part) for part in (element, *about))
        found: tuple[Keyword, ...] = rule.value(alone, Problems()) or ()
        return found

    def joins(there: etree._Element, new: etree._Element) -> bool:
        (one, *_), (other, *_) = _or_blank(values(there)), _or_blank(values(new))
        return (one.type, one.thesaurus) == (other.type, other.thesaurus)

    return Place(kind="keyword", find=find, values=values, unit="descriptiveKeywords", joins=joins)


def _or_blank(found: tuple[Keyword, ...]) -> tuple[Keyword, ...]:
    return found or (Keyword(term=""),)


def places(rule: Rule) -> Place:
    """Return the place of extents: an EX_Extent holds times as well, which stay when places are taken from it."""

    def parts(element: etree._Element) -> list[etree._Element]:
        extent = child(element, "EX_Extent")
        if extent is None:
            return [element]
        found = [part for part in children(extent) if local_name(part) in {"description", "geographicElement", "verticalElement"}]
        return found + list(extent.iter("{*}spatialExtent"))

    held = contents(rule, "extent")
    return Place(kind="extent", find=held.find, values=held.values, parts=parts)


def times(rule: Rule) -> Place:
    """Return the place of times: the property of each, within an EX_Extent."""

    def find(root: etree._Element) -> Iterable[etree._Element]:
        found = (next(element.iterancestors("{*}temporalElement"), None) for element in rule.elements(root))
        return dict.fromkeys(element for element in found if element is not None)

    def values(element: etree._Element) -> tuple[Any, ...]:
        held = (part for time in children(element) for extent in time.iterchildren("{*}extent") for part in children(extent))
        return tuple(value for part in held for value in _each(rule.value(part, Problems())))

    return Place(kind="interval", find=find, values=values)


def connect_points(rule: Rule) -> Place:
    """Return the place of links to where the operations of a service are called."""

    def find(root: etree._Element) -> Iterable[etree._Element]:
        return [point for called in rule.elements(root) for point in called.iterchildren("{*}connectPoint")]

    def values(element: etree._Element) -> tuple[Any, ...]:
        alone, called = etree.Element("operation"), element.getparent()
        alone.extend(deepcopy(part) for part in (child(called, "operationName"), element) if part is not None)
        return operation(alone, Problems())

    return Place(kind="link", find=find, values=values, joins=never)


def step_of(main: Callable[[etree._Element], etree._Element]) -> Callable[..., etree._Element | None]:
    """Return `Manual.step` of a format: the identification that the record is about, or else the first child that says something.

    Args:
        main: returns that identification, of a metadata element; one without a parent where there is none.
    """

    def step(parent: etree._Element, there: Iterable[etree._Element], written: etree._Element) -> etree._Element | None:
        name = local_name(written)
        if name == "identificationInfo":
            return main(parent).getparent()
        if name == "MD_DataIdentification":
            return next((part for part in children(parent) if part is main(_root(parent))), None)
        return next((part for part in there if not is_nothing(part)), None)

    return step


def _root(element: etree._Element) -> etree._Element:
    """Return the metadata element around an identification."""
    return next(part for part in element.iterancestors() if local_name(part).endswith("_Metadata"))

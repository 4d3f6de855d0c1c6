"""How ISO 19115-3 is edited."""

from collections.abc import Callable, Iterable
from typing import Final, cast

from lxml import etree

from mappings.editing import iso
from mappings.editing.places import Manual, Place
from mappings.editing.plan import Shapes, in_order
from mappings.editing.source import XmlSource
from mappings.formats.iso19115_3 import FORMAT, reading
from mappings.formats.iso19115_3.building import BUILD
from mappings.formats.shared.iso.elements import resolve_references
from mappings.formats.shared.iso.values import resource_date
from mappings.rules import Problems
from mappings.xml import ISO_19115_3
from records.dates import Date
from records.model import ResourceDate

_METADATA: Final = in_order(
    """
    metadataIdentifier defaultLocale parentMetadata metadataScope contact dateInfo metadataStandard metadataProfile
    alternativeMetadataReference otherLocale metadataLinkage spatialRepresentationInfo referenceSystemInfo
    metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo resourceLineage
    portrayalCatalogueInfo metadataConstraints applicationSchemaInfo metadataMaintenance acquisitionInformation
    """
)
_IDENTIFICATION: Final = in_order(
    """
    citation abstract purpose credit status pointOfContact spatialRepresentationType spatialResolution temporalResolution
    topicCategory extent additionalDocumentation processingLevel resourceMaintenance graphicOverview resourceFormat
    descriptiveKeywords resourceSpecificUsage resourceConstraints associatedResource
    """
)
_DATA: Final = ("defaultLocale", "otherLocale", "environmentDescription", "supplementalInformation")
_SERVICE: Final = in_order(
    """
    serviceType serviceTypeVersion accessProperties couplingType coupledResource operatedDataset profile serviceStandard
    containsOperations operatesOn containsChain
    """
)
_CITATION: Final = in_order(
    """
    title alternateTitle date edition editionDate identifier citedResponsibleParty presentationForm series
    otherCitationDetails ISBN ISSN onlineResource graphic
    """
)


def _root(root: etree._Element) -> etree._Element:
    metadata = reading.metadata(root)
    resolve_references(metadata, cast("list[etree._Element]", reading.REFERENCES(metadata)), Problems())
    return metadata


def _main(root: etree._Element) -> etree._Element:
    return reading.identification(root, Problems())


def _fits(parent: etree._Element, new: etree._Element) -> None:
    del parent, new


def _actual(source: XmlSource) -> Callable[[str], str]:
    """Return the version of each namespace of ISO 19115-3 that the document has."""
    declared = {_module(uri): uri for uri in sorted(source.declared()) if uri.startswith(ISO_19115_3)}
    return lambda uri: declared.get(_module(uri), uri) if uri.startswith(ISO_19115_3) else uri


def _module(uri: str) -> str:
    return uri.removeprefix(ISO_19115_3).partition("/")[0]


def _datestamp(root: etree._Element) -> Iterable[etree._Element]:
    """Return the date that says when the metadata were last changed; none where another one stands for it."""
    found = [(element, _date(element)) for element in reading.STAMPS.elements(root)]
    return [element for kind in reading.CHANGES for element, date in found if date is not None and date.type is kind][:1]


def _date(element: etree._Element) -> ResourceDate | None:
    return resource_date(element, Problems())


def _stamp(element: etree._Element) -> tuple[Date, ...]:
    found = _date(element)
    return () if found is None else (found.date,)


MANUAL: Final = Manual(
    title=FORMAT.title,
    write=FORMAT.write,
    root=_root,
    places={
        "title": (iso.first(reading.TITLE, "title", _main),),
        "abstract": (iso.first(reading.ABSTRACT, "abstract", _main),),
        "keywords": (iso.keywords(reading.KEYWORDS),),
        "contacts": (
            iso.contents(reading.METADATA_CONTACTS, "contact of the metadata"),
            iso.contents(reading.CONTACTS, "contact of the resource"),
            iso.contents(reading.AUTHORS, "contact of the resource"),
            iso.contents(reading.DISTRIBUTORS, "contact of the distribution", unit="distributor", joins=iso.never),
        ),
        "extents": (iso.places(reading.EXTENTS),),
        "intervals": (iso.times(reading.INTERVALS),),
        "links": (
            iso.contents(reading.LINKS, "link"),
            iso.connect_points(reading.OPERATIONS),
            iso.contents(reading.DOCUMENTS, "document"),
            iso.contents(reading.CITED, "link"),
            iso.contents(reading.METADATA_LINKS, "link"),
            iso.contents(reading.GRAPHICS, "picture"),
        ),
        "datestamp": (Place(kind="datestamp", find=_datestamp, values=_stamp, unit="dateInfo", joins=iso.never),),
    },
    shapes=Shapes(
        orders=iso.ORDERS
        | {
            "MD_Metadata": _METADATA,
            "MD_DataIdentification": _IDENTIFICATION + _DATA,
            "SV_ServiceIdentification": _IDENTIFICATION + _SERVICE,
            "CI_Citation": _CITATION,
        },
        hollow=iso.HOLLOW,
        is_nothing=iso.is_nothing,
        actual=_actual,
    ),
    only_one=iso.ONLY_ONE,
    step=iso.step_of(_main),
    fits=_fits,
    settle=lambda content, _field, _wanted: content,
    keeps=True,
    fillers=iso.fillers(BUILD, "mrd"),
)

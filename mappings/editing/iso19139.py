"""How ISO 19139 is edited."""

from collections.abc import Callable
from typing import Final, cast

from lxml import etree

from mappings.editing import iso
from mappings.editing.places import Manual
from mappings.editing.plan import Shapes, in_order
from mappings.editing.source import XmlSource
from mappings.formats.iso19139 import FORMAT, reading
from mappings.formats.iso19139.building import BUILD
from mappings.formats.shared.iso.elements import resolve_references
from mappings.rules import Problems
from mappings.xml import NAMESPACES, local_name, qname

_METADATA: Final = in_order(
    """
    fileIdentifier language characterSet parentIdentifier hierarchyLevel hierarchyLevelName contact dateStamp
    metadataStandardName metadataStandardVersion dataSetURI locale spatialRepresentationInfo referenceSystemInfo
    metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo portrayalCatalogueInfo
    metadataConstraints applicationSchemaInfo metadataMaintenance series describes propertyType featureType
    featureAttribute acquisitionInformation
    """
)
_IDENTIFICATION: Final = in_order(
    """
    citation abstract purpose credit status pointOfContact resourceMaintenance graphicOverview resourceFormat
    descriptiveKeywords resourceSpecificUsage resourceConstraints aggregationInfo
    """
)
_DATA: Final = in_order(
    """
    spatialRepresentationType spatialResolution language characterSet topicCategory environmentDescription extent
    supplementalInformation
    """
)
_SERVICE: Final = in_order(
    """
    serviceType serviceTypeVersion accessProperties restrictions keywords extent coupledResource couplingType
    containsOperations operatesOn
    """
)
_CITATION: Final = in_order(
    """
    title alternateTitle date edition editionDate identifier citedResponsibleParty presentationForm series
    otherCitationDetails collectiveTitle ISBN ISSN
    """
)


def _root(root: etree._Element) -> etree._Element:
    metadata = reading.metadata(root)
    resolve_references(metadata, cast("list[etree._Element]", reading.REFERENCES(metadata)), Problems())
    return metadata


def _main(root: etree._Element) -> etree._Element:
    return reading.identification(root, Problems())


def _fits(parent: etree._Element, new: etree._Element) -> None:
    """Name an extent as services do, where it comes to stand in one."""
    if local_name(parent) == "SV_ServiceIdentification" and local_name(new) == "extent":
        new.tag = qname("srv:extent")


def _actual(source: XmlSource) -> Callable[[str], str]:
    """Return GML's other namespace for documents that have that alone."""
    declared = source.declared()
    if NAMESPACES["gml31"] in declared and NAMESPACES["gml"] not in declared:
        return lambda uri: NAMESPACES["gml31"] if uri == NAMESPACES["gml"] else uri
    return lambda uri: uri


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
            iso.properties(reading.DATA_SET, "data set"),
            iso.contents(reading.GRAPHICS, "picture"),
        ),
        "datestamp": (iso.first(reading.DATESTAMP, "datestamp", lambda root: root),),
    },
    shapes=Shapes(
        orders=iso.ORDERS
        | {
            "MD_Metadata": _METADATA,
            "MI_Metadata": _METADATA,
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
    fillers=iso.fillers(BUILD, "gmd"),
)

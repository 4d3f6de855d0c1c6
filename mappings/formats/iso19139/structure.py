"""Which elements may stand where: what stands elsewhere would be read by nobody, and is told."""

from functools import lru_cache
from typing import Final

from lxml import etree

from mappings.rules import Problems
from mappings.xml import children, local_name, qname


def _names(table: str) -> frozenset[str]:
    return frozenset(table.split())


_METADATA: Final = _names("""
    fileIdentifier language characterSet parentIdentifier hierarchyLevel hierarchyLevelName contact dateStamp
    metadataStandardName metadataStandardVersion dataSetURI locale spatialRepresentationInfo referenceSystemInfo
    metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo portrayalCatalogueInfo
    metadataConstraints applicationSchemaInfo metadataMaintenance series describes propertyType featureType
    featureAttribute acquisitionInformation
    """)
_IDENTIFICATION: Final = _names("""
    citation abstract purpose credit status pointOfContact resourceMaintenance graphicOverview resourceFormat
    descriptiveKeywords resourceSpecificUsage resourceConstraints aggregationInfo
    """)
_DATA: Final = _IDENTIFICATION | _names("""
    spatialRepresentationType spatialResolution language characterSet topicCategory environmentDescription extent
    supplementalInformation processingLevel temporalResolution taxonomy
    """)
_SERVICE: Final = _IDENTIFICATION | _names("""
    serviceType serviceTypeVersion accessProperties restrictions keywords extent coupledResource couplingType
    containsOperations operatesOn language
    """)

_CHILDREN: Final = {
    qname("gmd:MD_Metadata"): _METADATA,
    qname("gmi:MI_Metadata"): _METADATA,
    qname("gmd:MD_DataIdentification"): _DATA,
    qname("srv:SV_ServiceIdentification"): _SERVICE,
    qname("gmd:MD_Distribution"): _names("distributionFormat distributor transferOptions"),
    qname("gmd:MD_DigitalTransferOptions"): _names("unitsOfDistribution transferSize onLine offLine"),
    qname("gmd:EX_Extent"): _names("description geographicElement temporalElement verticalElement"),
    qname("gmd:MD_Keywords"): _names("keyword type thesaurusName"),
}
"""The children that the elements may have which the reader looks into, by their local names: documents mix the namespaces."""


@lru_cache(maxsize=1024)
def _has_place(parent: str, child: str) -> bool:
    """Return whether a child may stand in a parent, both named as lxml names them."""
    return child.rpartition("}")[2] in _CHILDREN[parent]


def report_misplaced(root: etree._Element, problems: Problems) -> None:
    """Report, as a problem "unexpected-element", each element that stands where the standard has no place for it."""
    for element in root.iter(*_CHILDREN):
        parent = str(element.tag)
        for part in children(element):
            if not _has_place(parent, str(part.tag)):
                problems.add("unexpected-element", f"{local_name(part)} has no place in {local_name(element)} and was not read", part)

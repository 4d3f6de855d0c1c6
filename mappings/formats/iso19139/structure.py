"""Which elements may stand where in ISO 19139."""

from typing import Final

from mappings.formats.shared.iso.structure import Table, names
from mappings.xml import qname

_METADATA: Final = names("""
    fileIdentifier language characterSet parentIdentifier hierarchyLevel hierarchyLevelName contact dateStamp
    metadataStandardName metadataStandardVersion dataSetURI locale spatialRepresentationInfo referenceSystemInfo
    metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo portrayalCatalogueInfo
    metadataConstraints applicationSchemaInfo metadataMaintenance series describes propertyType featureType
    featureAttribute acquisitionInformation
    """)
_IDENTIFICATION: Final = names("""
    citation abstract purpose credit status pointOfContact resourceMaintenance graphicOverview resourceFormat
    descriptiveKeywords resourceSpecificUsage resourceConstraints aggregationInfo
    """)
_DATA: Final = _IDENTIFICATION | names("""
    spatialRepresentationType spatialResolution language characterSet topicCategory environmentDescription extent
    supplementalInformation processingLevel temporalResolution taxonomy
    """)
_SERVICE: Final = _IDENTIFICATION | names("""
    serviceType serviceTypeVersion accessProperties restrictions keywords extent coupledResource couplingType
    containsOperations operatesOn language
    """)

CHILDREN: Final[Table] = {
    qname("gmd:MD_Metadata"): _METADATA,
    qname("gmi:MI_Metadata"): _METADATA,
    qname("gmd:MD_DataIdentification"): _DATA,
    qname("srv:SV_ServiceIdentification"): _SERVICE,
    qname("gmd:MD_Distribution"): names("distributionFormat distributor transferOptions"),
    qname("gmd:MD_DigitalTransferOptions"): names("unitsOfDistribution transferSize onLine offLine"),
    qname("gmd:EX_Extent"): names("description geographicElement temporalElement verticalElement"),
    qname("gmd:MD_Keywords"): names("keyword type thesaurusName"),
}
"""The children that the elements may have which the reader looks into, by their local names: documents mix the namespaces."""

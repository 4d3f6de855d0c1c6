"""Which elements may stand where in ISO 19115-3."""

from typing import Final

from mappings.formats.shared.iso.structure import Table, names
from mappings.xml import qname

IDENTIFICATION: Final = names("""
    citation abstract purpose credit status pointOfContact spatialRepresentationType spatialResolution temporalResolution
    topicCategory extent additionalDocumentation processingLevel resourceMaintenance graphicOverview resourceFormat
    descriptiveKeywords resourceSpecificUsage resourceConstraints associatedResource
    """)
"""What all identifications have, by data and by services."""

CHILDREN: Final[Table] = {
    qname("mdb:MD_Metadata"): names("""
        metadataIdentifier defaultLocale parentMetadata metadataScope contact dateInfo metadataStandard metadataProfile
        alternativeMetadataReference otherLocale metadataLinkage spatialRepresentationInfo referenceSystemInfo
        metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo resourceLineage
        portrayalCatalogueInfo metadataConstraints applicationSchemaInfo metadataMaintenance acquisitionInformation
        """),
    qname("mri:MD_DataIdentification"): IDENTIFICATION | names("defaultLocale otherLocale environmentDescription supplementalInformation"),
    qname("srv3:SV_ServiceIdentification"): IDENTIFICATION
    | names("""
        serviceType serviceTypeVersion accessProperties couplingType coupledResource operatedDataset profile serviceStandard
        containsOperations operatesOn containsChain
        """),
    qname("mrd:MD_Distribution"): names("description distributionFormat distributor transferOptions"),
    qname("mrd:MD_DigitalTransferOptions"): names("unitsOfDistribution transferSize onLine offLine transferFrequency distributionFormat"),
    qname("gex:EX_Extent"): names("description geographicElement temporalElement verticalElement"),
    qname("mri:MD_Keywords"): names("keyword type thesaurusName keywordClass"),
    qname("cit:CI_Responsibility"): names("role extent party"),
}
"""The children that the elements may have which the reader looks into, by their local names."""

"""Names of properties as clients spell them."""

import pytest

from catalogue.protocols.filters import field_of
from mappings.index.fields import FIELDS
from records.errors import QueryError

ISO = "/gmd:MD_Metadata/gmd:identificationInfo/gmd:MD_DataIdentification"
ISO_3 = "/mdb:MD_Metadata/mdb:identificationInfo/mri:MD_DataIdentification"


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_its_own_name_and_all_its_names_at_the_csw_door_in_any_case(field: str) -> None:
    for name in (field, *FIELDS[field].csw):
        for spelled in (name, name.upper(), name.lower(), name.title(), f" {name}\n"):
            assert field_of(spelled) == field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Title", "title"),
        ("AnyText", "anytext"),
        ("BoundingBox", "extent"),
        ("csw:BoundingBox", "extent"),
        ("dcterms:modified", "updated"),
        ("dct:modified", "updated"),
        ("modified", "updated"),
        ("Subject", "subject"),
        ("publisher", "publisher"),
        ("dc:abstract", "abstract"),
        ("dc:description", "abstract"),
        ("TempExtent_begin", "begin"),
        ("apiso:tempextent_end", "end"),
        ("apiso:TemporalExtent", "interval"),
        ("dct:temporal", "interval"),
        ("apiso:Association", "relation"),
        ("created", "created"),  # the field's own name comes before dct:created and apiso:CreationDate
        ("d:title", "title"),  # whatever prefix a document has
        ("/csw:Record/dc:title", "title"),
        ("csw:Record/dc:title", "title"),
        ("/Record/title", "title"),
        ("dc:title/text()", "title"),
        ("//dc:title", "title"),
        ("./dc:title", "title"),
        ("/csw:SummaryRecord/ows:BoundingBox", "extent"),
        (f"{ISO}/gmd:citation/gmd:CI_Citation/gmd:title/gco:CharacterString", "title"),
        (f"{ISO}/gmd:citation/gmd:CI_Citation/gmd:alternateTitle/gco:CharacterString", "alternate_title"),
        (f"{ISO}/gmd:abstract/gco:CharacterString/text()", "abstract"),
        (f"{ISO}/gmd:descriptiveKeywords[1]/gmd:MD_Keywords/gmd:keyword/gco:CharacterString", "keyword"),
        (f"{ISO}/gmd:descriptiveKeywords/gmd:MD_Keywords/gmd:keyword/gmx:Anchor", "keyword"),
        (f"{ISO}/gmd:extent/gmd:EX_Extent/gmd:geographicElement/gmd:EX_GeographicBoundingBox", "extent"),
        (f"{ISO}/gmd:extent/*/gmd:temporalElement/*/gmd:extent/gml:TimePeriod/gml:beginPosition", "begin"),
        (f"{ISO}/gmd:topicCategory/gmd:MD_TopicCategoryCode", "topic"),
        (f"{ISO}/gmd:pointOfContact/gmd:CI_ResponsibleParty/gmd:organisationName/gco:CharacterString", "organisation"),
        (
            (
                f"{ISO}/gmd:citation/gmd:CI_Citation/gmd:date/gmd:CI_Date"
                '[gmd:dateType/gmd:CI_DateTypeCode/@codeListValue="revision"]/gmd:date/gco:Date'
            ),
            "resource_revised",
        ),
        ("/gmi:MI_Metadata/gmd:fileIdentifier/gco:CharacterString", "identifier"),
        ("/gmd:MD_Metadata/gmd:hierarchyLevel/gmd:MD_ScopeCode/@codeListValue", "type"),
        ("gmd:identificationInfo/srv:SV_ServiceIdentification/gmd:abstract", "abstract"),
        ("gmd:fileIdentifier", "identifier"),
        ("//gmd:title", "title"),
        ("//gmd:organisationName", "organisation"),
        ("//gmd:dateStamp/gco:Date", "updated"),
        ("/mdb:MD_Metadata/mdb:metadataIdentifier/mcc:MD_Identifier/mcc:code/gco:CharacterString", "identifier"),
        ("/mdb:MD_Metadata/mdb:parentMetadata/cit:CI_Citation/cit:identifier/mcc:MD_Identifier/mcc:code", "parent"),
        ("/mdb:MD_Metadata/mdb:metadataScope/mdb:MD_MetadataScope/mdb:resourceScope/mcc:MD_ScopeCode/@codeListValue", "type"),
        ("/mdb:MD_Metadata/mdb:dateInfo/cit:CI_Date/cit:date/gco:DateTime", "updated"),
        ("/mdb:MD_Metadata/mdb:contact/cit:CI_Responsibility/cit:party/cit:CI_Organisation/cit:name/gco:CharacterString", "organisation"),
        ("/mdb:MD_Metadata/mdb:resourceLineage/mrl:LI_Lineage/mrl:statement/gco:CharacterString", "lineage"),
        (f"{ISO_3}/mri:citation/cit:CI_Citation/cit:title/gco:CharacterString", "title"),
        (f"{ISO_3}/mri:citation/cit:CI_Citation/cit:identifier/mcc:MD_Identifier/mcc:code/gcx:Anchor", "resource_identifier"),
        (f"{ISO_3}/mri:descriptiveKeywords/mri:MD_Keywords/mri:keyword/gcx:Anchor", "keyword"),
        (f"{ISO_3}/mri:extent/gex:EX_Extent/gex:temporalElement/*/gex:extent/gml:TimePeriod/gml:beginPosition", "begin"),
        (
            f"{ISO_3}/mri:pointOfContact/*/cit:party/cit:CI_Organisation/cit:individual/cit:CI_Individual/cit:name/gco:CharacterString",
            "person",
        ),
        (
            f"{ISO_3}/mri:citation/cit:CI_Citation/cit:date/cit:CI_Date[cit:dateType/*/@codeListValue='creation']/cit:date/gco:Date",
            "resource_created",
        ),
        (f"{ISO_3}/mri:pointOfContact/cit:CI_Responsibility/cit:party/cit:CI_Individual/cit:name", "person"),
        ("//cit:title", "title"),
        ("mri:abstract", "abstract"),
        ("//mdb:dateInfo/cit:CI_Date/cit:date", "updated"),
    ],
)
def test_names_as_clients_spell_them(name: str, field: str) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dc:titl", "there is no property 'dc:titl'; there is title"),
        ("Abstrakt", "there is no property 'Abstrakt'; there is abstract"),
        ("apiso:Denominator", "there is no property 'apiso:Denominator'; the capabilities and the queryables list them all"),
        ("/gmd:MD_Metadata/gmd:title", "there is no property"),  # a whole path has to be right
        (f"{ISO}/gmd:descriptiveKeywords/gmd:MD_Keywords/gmd:thesaurusName/gmd:CI_Citation/gmd:title", "there is no property"),
        (f"{ISO}/gmd:extent/gmd:EX_Extent/gmd:geographicElement/*/gmd:westBoundLongitude/gco:Decimal", "there is no property"),
        (f"{ISO}/gmd:citation/gmd:CI_Citation/gmd:date/gmd:CI_Date/gmd:date", "there is no property"),  # which of the dates?
        ("/mdb:MD_Metadata/cit:title", "there is no property"),
        (f"{ISO_3}/mri:citation/cit:CI_Citation/cit:date/cit:CI_Date/cit:date", "there is no property"),
        ("//cit:date", "there is no property"),
        ("//cit:name", "there is no property"),  # of an organisation, a person, a link?
        ("//", "there is no property"),
        ("", "there is no property ''"),
        ("@x", "there is no property '@x'"),
        ("[" * 2000, "there is no property"),
    ],
)
def test_an_unknown_name_is_told_with_its_neighbours(name: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        field_of(name)
    assert told in str(error.value)
    assert error.value.parameter == name[:120]

from mappings.citation import citation
from records.codes import ContactScope, DateTypeCode, RoleCode, ScopeCode
from records.dates import Date
from records.model import Contact, Identifier, Record, ResourceDate

FULL = Record(
    identifier="fr.cnes.corot.n2",
    type=ScopeCode.SERIES,
    title="COROT N2 {light} curves: 100% of R&D_#1",
    edition="4",
    identifiers=(Identifier(code="https://doi.org/10.5067/A_B{c}", codespace="doi"),),
    contacts=(
        Contact(scope=ContactScope.METADATA, role=RoleCode.AUTHOR, individual="Nobody of the Metadata"),
        Contact(role=RoleCode.AUTHOR, individual="Deleuil, Magali"),
        Contact(role=RoleCode.AUTHOR, organisation="Research and Data"),
        Contact(role=RoleCode.PUBLISHER, organisation="CNES"),
    ),
    dates=(
        ResourceDate(date=Date("2007-01-31"), type=DateTypeCode.CREATION),
        ResourceDate(date=Date("2016-09"), type=DateTypeCode.PUBLICATION),
    ),
)


def test_a_citation_says_all_that_the_record_says() -> None:
    found = citation(FULL, url="https://example.org/records/x")
    assert found.text == (
        "Deleuil, Magali; Research and Data (2016). COROT N2 {light} curves: 100% of R&D_#1 (version 4). CNES. [Data set]."
        " https://doi.org/10.5067/A_B{c}"
    )


def test_the_words_added_are_in_the_language_asked_for() -> None:
    assert "[Jeu de données]" in citation(FULL, language="fr-FR").text


def test_bibtex_is_escaped_and_its_braces_are_balanced() -> None:
    bibtex = citation(FULL).bibtex
    assert bibtex.splitlines()[0] == "@misc{10-5067-A-B-c,"
    assert "author = {Deleuil, Magali and {Research and Data}}," in bibtex
    assert r"title = {{COROT N2 \textbraceleft{}light\textbraceright{} curves: 100\% of R\&D\_\#1}}," in bibtex
    assert "doi = {10.5067/A_B%7Bc%7D}," in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_ris_has_a_line_for_each_value() -> None:
    assert citation(FULL).ris.split("\r\n") == [
        "TY  - DATA",
        "AU  - Deleuil, Magali",
        "AU  - Research and Data",
        "TI  - COROT N2 {light} curves: 100% of R&D_#1",
        "PY  - 2016",
        "PB  - CNES",
        "ET  - 4",
        "DO  - 10.5067/A_B{c}",
        "UR  - https://doi.org/10.5067/A_B{c}",
        "ER  - ",
        "",
    ]


def test_nothing_is_invented_for_a_record_that_says_nothing() -> None:
    found = citation(Record(identifier="x/y"))
    assert found.text == "x/y."
    assert found.bibtex == "@misc{x-y,\n  title = {{x/y}},\n}\n"
    assert found.ris == "TY  - GEN\r\nTI  - x/y\r\nER  - \r\n"


def test_the_address_of_the_page_stands_where_there_is_no_doi() -> None:
    found = citation(Record(identifier="x", title="T."), url="https://example.org/records/x")
    assert found.text == "T. https://example.org/records/x"


def test_the_documents_own_words_come_first() -> None:
    assert citation(Record(identifier="x", citation="Cite it so.")).text == "Cite it so."


def test_the_publisher_is_the_organisation_not_its_help_desk() -> None:
    desk = Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="CNES", individual="SERAD user service")
    assert citation(Record(identifier="COROT", title="COROT Mission", contacts=(desk,))).text.startswith("COROT Mission. CNES.")

"""What OGC's suite for CSW 3.0 asks about words, of whatever records a catalogue holds: here of the shipped ones."""

from collections.abc import Iterator

from flask.testing import FlaskClient
from lxml import etree

from tests.catalogue.protocols.csw.asking import SPACES, counts, get, records_of, root_of


def _texts(client: FlaskClient, version: str, element_set: str, *names: str) -> Iterator[etree._Element]:
    for record in records_of(root_of(get(client, version, elementSetName=element_set, maxRecords="1000"))):
        yield from (element for name in names for element in record.iterfind(name, SPACES))


def test_the_last_word_of_every_title_and_every_subject_handed_out_is_found_by_q(holdings: FlaskClient) -> None:
    words = {(element.text or "").split()[-1] for element in _texts(holdings, "3.0.0", "full", "dc:title", "dc:subject")}
    assert len(words) > 400
    assert [word for word in sorted(words) if counts(get(holdings, "3.0.0", q=word, maxRecords="0"))[0] == 0] == []


def test_the_domain_whose_words_are_not_searched_is_a_subject_in_2_0_2_alone(holdings: FlaskClient) -> None:
    for element_set in ("summary", "full"):
        told = {
            version: sum(
                element.get("scheme") == "urn:x-reflecs:domain" for element in _texts(holdings, version, element_set, "dc:subject")
            )
            for version in ("2.0.2", "3.0.0")
        }
        assert told == {"2.0.2": 110, "3.0.0": 0}


def test_the_example_of_the_description_is_a_word_that_an_address_holds_as_it_is(holdings: FlaskClient) -> None:
    root = root_of(holdings.get("/csw", headers={"Accept": "application/opensearchdescription+xml"}))
    (example,) = [query.get("searchTerms", "") for query in root.iterfind("os:Query", SPACES)]
    assert example.isascii()
    assert example.isalnum()
    assert counts(get(holdings, "3.0.0", q=example))[0] > 0

"""What a record says of itself."""

from datetime import UTC, datetime

from records.codes import AccessLevel, Domain, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import Date
from records.model import Access, Contact, Link, Problem, Record, Source


def test_a_record_without_title_is_shown_by_its_identifier() -> None:
    assert Record(identifier="x:1").display_title == "x:1"
    assert Record(identifier="x:1", title="COROT").display_title == "COROT"


def test_source_and_problems_are_not_part_of_what_a_record_is() -> None:
    source = Source(content=b"<a/>", format="iso19139")
    problem = Problem(code="no-title", message="the document has no title")
    assert Record(identifier="x") == Record(identifier="x", source=source, problems=(problem,))
    assert Record(identifier="x", source=source).without_source().source is None


def test_an_embargo_ends_by_itself() -> None:
    access = Access(level=AccessLevel.RESTRICTED, until=Date.parse("2027-01-12"))
    assert not access.is_open(datetime(2027, 1, 11, 23, 59, tzinfo=UTC))
    assert access.is_open(datetime(2027, 1, 12, tzinfo=UTC))
    assert not Access(level=AccessLevel.RESTRICTED).is_open(datetime(2100, 1, 1, tzinfo=UTC))
    assert Access().is_open(datetime(1970, 1, 1, tzinfo=UTC))


def test_organisations_are_named_once_in_order() -> None:
    contacts = (Contact(organisation="CNES"), Contact(individual="A. Baglin"), Contact(organisation="LESIA"), Contact(organisation="CNES"))
    assert Record(identifier="x", contacts=contacts).organisations == ("CNES", "LESIA")


def test_links_are_found_by_what_they_are_for() -> None:
    order = Link(url="https://example.org/order", function=LinkFunctionCode.ORDER)
    record = Record(identifier="x", links=(Link(url="https://example.org"), order))
    assert list(record.links_for(LinkFunctionCode.ORDER)) == [order]


def test_codes_are_matched_whatever_their_spelling() -> None:
    assert ScopeCode.match("nonGeographicDataSet") is ScopeCode.NON_GEOGRAPHIC_DATASET
    assert RoleCode.match("Point of contact") is RoleCode.POINT_OF_CONTACT
    assert Domain.match("Universe") is Domain.UNIVERSE
    assert Domain.match("astrology") is None
    assert Domain.match(None) is None

"""DIF edited in place: its elements, and Extended_Metadata for what they do not say."""

from dataclasses import replace

import pytest

from mappings.editing import EditError, Edits, edit
from mappings.formats import format_named, read
from records.codes import ContactScope, KeywordTypeCode, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.model import Box, Circle, Contact, Extent, Keyword, Link, Record

DIF = """<?xml version="1.0"?>
<DIF>
   <Entry_ID><Short_Name>ICE</Short_Name><Version>1</Version></Entry_ID>
   <Entry_Title>Ice</Entry_Title>
   <Dataset_Citation>
      <Dataset_Creator>A. Author</Dataset_Creator>
      <Dataset_Title>Ice</Dataset_Title>
      <Online_Resource>https://example.org/ice</Online_Resource>
   </Dataset_Citation>
   <Personnel>
      <Role>INVESTIGATOR</Role>
      <Role>TECHNICAL CONTACT</Role>
      <Contact_Person>
         <First_Name>Ann</First_Name>
         <Last_Name>Other</Last_Name>
         <Phone><Number>1</Number><Type>Telephone</Type></Phone>
         <Phone><Number>2</Number><Type>Fax</Type></Phone>
      </Contact_Person>
   </Personnel>
   <Science_Keywords uuid="860e2af6-0000-4000-8000-c7b0da6a3cc8">
      <Category>EARTH SCIENCE</Category><Topic>CRYOSPHERE</Topic><Term>SEA ICE</Term>
   </Science_Keywords>
   <Temporal_Coverage><Range_DateTime><Beginning_Date_Time>Not provided</Beginning_Date_Time></Range_DateTime></Temporal_Coverage>
   <Spatial_Coverage>
      <Granule_Spatial_Representation>CARTESIAN</Granule_Spatial_Representation>
      <Geometry><Coordinate_System>CARTESIAN</Coordinate_System>
         <Bounding_Rectangle>
            <Southernmost_Latitude>1.0</Southernmost_Latitude><Northernmost_Latitude>2.0</Northernmost_Latitude>
            <Westernmost_Longitude>3.0</Westernmost_Longitude><Easternmost_Longitude>4.0</Easternmost_Longitude>
         </Bounding_Rectangle>
      </Geometry>
   </Spatial_Coverage>
   <Summary><Purpose>Why</Purpose></Summary>
   <Related_URL><URL>https://example.org/ice</URL><URL>https://example.org/snow</URL></Related_URL>
   <Metadata_Dates><Metadata_Last_Revision>Not provided</Metadata_Last_Revision></Metadata_Dates>
</DIF>
"""
CONTENT = DIF.encode()
RECORD = read(CONTENT)


def changed(edited: bytes, *pairs: tuple[str, str]) -> None:
    text = DIF
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    assert edited.decode() == text


def test_a_title_is_changed_where_a_citation_repeats_it_too() -> None:
    changed(edit(CONTENT, Edits(title="Snow & ice")), (">Ice<", ">Snow &amp; ice<"))


def test_what_is_not_provided_gives_way_and_comes_back() -> None:
    times = (TimeInterval(begin=Date("2001-02-03"), end=Date("2002-03-04")),)
    edited = edit(CONTENT, Edits(intervals=times, datestamp=Date("2026-01-01"), abstract="All of it."))
    assert (read(edited).intervals, read(edited).abstract) == (times, "All of it.")
    assert b"Not provided" not in edited
    assert b"<Summary><Abstract>All of it.</Abstract><Purpose>" in edited.replace(b"\n      ", b"")
    assert edit(edited, Edits(intervals=())).count(b"Not provided") == 1


def test_one_person_in_two_roles_is_changed_once_and_keeps_the_fax() -> None:
    ann = RECORD.contacts[1]
    assert RECORD.contacts[1:3] == (ann, replace(ann, role=RoleCode.POINT_OF_CONTACT))
    wanted = tuple(
        replace(one, phones=("3",), emails=("ann@example.org",)) if one.individual == "Ann Other" else one for one in RECORD.contacts
    )
    edited = edit(CONTENT, Edits(contacts=wanted))
    assert read(edited).contacts == wanted
    assert edited.count(b"<Personnel>") == edited.count(b"<Email>") == 1
    assert b"<Number>2</Number><Type>Fax</Type>" in edited
    assert b"Extended_Metadata" not in edited


def test_one_role_less_of_two_leaves_the_other() -> None:
    edited = edit(CONTENT, Edits(contacts=RECORD.contacts[:2]))
    assert read(edited).contacts == RECORD.contacts[:2]
    assert b"TECHNICAL CONTACT" not in edited


def test_a_second_author_has_a_citation_of_its_own_since_one_has_one() -> None:
    wanted = (*RECORD.contacts, Contact(role=RoleCode.AUTHOR, individual="B. Author"))
    edited = edit(CONTENT, Edits(contacts=wanted))
    assert set(read(edited).contacts) == set(wanted)
    assert edited.count(b"<Dataset_Citation>") == edited.count(b"<Dataset_Creator>") == 2
    assert b"Extended_Metadata" not in edited


def test_a_link_less_of_two_in_one_element_leaves_the_other_and_the_page_of_the_citation_goes_with_its_link() -> None:
    assert [link.url for link in RECORD.links] == ["https://example.org/ice", "https://example.org/snow"]
    edited = edit(CONTENT, Edits(links=RECORD.links[1:]))
    assert read(edited).links == RECORD.links[1:]
    assert b"https://example.org/ice" not in edited


def test_all_places_are_in_the_one_element_there_may_be_and_exactly_beside() -> None:
    wanted = (
        *RECORD.extents,
        Extent(boxes=(Box(west=5, south=6, east=7, north=8),)),
        Extent(frame="icrs", circles=(Circle(x=1, y=2, radius=3),)),
    )
    edited = edit(CONTENT, Edits(extents=wanted))
    assert read(edited).extents == wanted
    assert edited.count(b"<Spatial_Coverage>") == 1
    assert edited.count(b"<Bounding_Rectangle>") == 2
    assert b"<Southernmost_Latitude>1.0</Southernmost_Latitude><Northernmost_Latitude>2.0<" in edited
    assert edited.count(b"<Name>extents</Name>") == 1
    back = edit(edited, Edits(extents=RECORD.extents))
    assert read(back).extents == RECORD.extents
    assert b"Extended_Metadata" not in back


def test_a_keyword_that_has_no_element_of_its_kind_is_kept_exactly_beside_its_word() -> None:
    wanted = (*RECORD.keywords, Keyword(term="firn", type=KeywordTypeCode.THEME, thesaurus="Words"))
    edited = edit(CONTENT, Edits(keywords=wanted))
    assert read(edited).keywords == wanted
    assert b"\n   <Ancillary_Keyword>firn</Ancillary_Keyword>" in edited
    assert not [problem for problem in read(edited).problems if problem.code == "edited-element"]


@pytest.mark.parametrize("known", ["dif9", "dif10"])
def test_what_was_kept_beside_the_elements_is_edited_with_them(known: str) -> None:
    """A written DIF holds names of links and organisations of persons in Extended_Metadata alone."""
    links = (Link(url="https://example.org/a", name="A", description="One", protocol="FTP", function=LinkFunctionCode.DOWNLOAD),)
    person = Contact(role=RoleCode.POINT_OF_CONTACT, individual="Ann Other", organisation="CNES", position="Head")
    content = format_named(known).write(Record(identifier="x", title="T", abstract="A", links=links, contacts=(person,)))
    more = (replace(links[0], name="B"), Link(url="https://example.org/b"))
    edited = edit(content, Edits(links=more, contacts=(replace(person, organisation="ESA", emails=("a@b.eu",)),)))
    assert read(edited).links == more
    assert read(edited).contacts == (replace(person, organisation="ESA", emails=("a@b.eu",)),)
    assert read(edited).problems == read(content).problems
    assert edited.count(b"<Extended_Metadata>") == 1


def test_an_organisation_that_gives_the_data_an_identifier_is_not_taken_away_with_it() -> None:
    organisation = "<Organization><Organization_Type>DISTRIBUTOR</Organization_Type><Organization_Name><Short_Name>NASA</Short_Name>"
    named = f"{organisation}</Organization_Name><Dataset_ID>nasa-1</Dataset_ID></Organization>"
    content = DIF.replace("   <Summary>", f"   {named}\n   <Summary>").encode()
    assert read(content).contacts[-1] == Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="NASA")
    with pytest.raises(EditError, match=r"A contact cannot be changed alone .* identifiers"):
        edit(content, Edits(contacts=()))

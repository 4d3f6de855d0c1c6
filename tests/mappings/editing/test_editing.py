"""Editing one document in place: what is written where, to the byte, and what is refused."""

from dataclasses import replace

import pytest

from mappings.editing import EditError, Edits, edit
from mappings.formats import format_named, read
from records.codes import ContactScope, KeywordTypeCode, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import Box, Contact, Extent, Keyword, Link, Record
from tests.mappings.editing.documents import CONTENT, DOCUMENT

ANN = read(CONTENT).contacts[0]
BOX = read(CONTENT).extents[0]


def changed(content: bytes, edited: bytes, *pairs: tuple[str, str]) -> None:
    """Check that an edited document is the other one with these texts replaced, each of them once."""
    text = content.decode()
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert edited.decode() == text


def test_a_title_is_changed_within_its_element() -> None:
    changed(CONTENT, edit(CONTENT, Edits(title="Snow <& ice>")), ("Ice &amp; snow", "Snow &lt;&amp; ice&gt;"))


def test_an_abstract_that_was_missing_is_written_in_its_place_in_the_documents_prefixes_and_indentation() -> None:
    changed(
        CONTENT,
        edit(CONTENT, Edits(abstract="One.\r\n\r\nTwo,\nstill two.")),
        (
            "<abstract g:nilReason='unknown'/>",
            "<abstract>\n\t\t\t\t<g:CharacterString>One.\n\nTwo, still two.</g:CharacterString>\n\t\t\t</abstract>",
        ),
    )


def test_an_abstract_that_is_taken_away_is_missing_as_the_schema_says_it() -> None:
    given = edit(CONTENT, Edits(abstract="One."))
    changed(CONTENT, edit(given, Edits(abstract=None)), ("<abstract g:nilReason='unknown'/>", '<abstract g:nilReason="missing"/>'))


def test_a_keyword_joins_those_of_its_kind_and_goes_without_a_trace() -> None:
    more = edit(CONTENT, Edits(keywords=(*read(CONTENT).keywords, Keyword(term="firn"))))
    last = "<keyword><g:CharacterString>snow</g:CharacterString></keyword>"
    new = "\n\t\t\t\t<keyword>\n\t\t\t\t\t<g:CharacterString>firn</g:CharacterString>\n\t\t\t\t</keyword>"
    changed(CONTENT, more, (last, last + new))
    assert edit(more, Edits(keywords=read(CONTENT).keywords)) == CONTENT


def test_a_keyword_of_another_list_begins_a_group_of_its_own() -> None:
    keyword = Keyword(term="firn", type=KeywordTypeCode.THEME, thesaurus="Words", uri="https://example.org/?a=1&b=2")
    edited = edit(CONTENT, Edits(keywords=(*read(CONTENT).keywords, keyword, replace(keyword, term="névé"))))
    assert read(edited).keywords[2:] == (keyword, replace(keyword, term="névé"))
    assert edited.count(b"<MD_Keywords>") == 2
    assert b'<descriptiveKeywords xmlns:gmx="http://www.isotc211.org/2005/gmx">\n\t\t\t\t<MD_Keywords>' in edited
    assert b'<gmx:Anchor xlink:href="https://example.org/?a=1&amp;b=2">firn</gmx:Anchor>' in edited


def test_the_last_keyword_takes_its_group_with_it() -> None:
    edited = edit(CONTENT, Edits(keywords=()))
    start = DOCUMENT.index("\n\t\t\t<descriptiveKeywords>")
    end = DOCUMENT.index("</descriptiveKeywords>") + len("</descriptiveKeywords>")
    changed(CONTENT, edited, (DOCUMENT[start:end], ""))


def test_what_has_changed_of_a_contact_is_changed_and_what_the_catalogue_does_not_read_stays() -> None:
    ann = replace(ANN, role=RoleCode.OWNER, phones=("1", "3"), country="France", emails=("ann@example.net",))
    both = (ann, replace(ann, scope=ContactScope.RESOURCE))
    edited = edit(CONTENT, Edits(contacts=both))
    assert read(edited).contacts == both
    changed(
        CONTENT,
        edited,
        ("ann@example.org", "ann@example.net"),
        ("codeListValue='pointOfContact'>Contact<", "codeListValue='owner'>owner<"),
        ("1</g:CharacterString></voice>", "1</g:CharacterString></voice><voice><g:CharacterString>3</g:CharacterString></voice>"),
        ("<electronicMailAddress>", "<country><g:CharacterString>France</g:CharacterString></country><electronicMailAddress>"),
    )


def test_what_only_refers_to_a_contact_is_written_out_where_the_two_are_no_longer_the_same() -> None:
    old = read(CONTENT).contacts
    edited = edit(CONTENT, Edits(contacts=(replace(ANN, city="Rome"), old[1])))
    assert read(edited).contacts == (replace(ANN, city="Rome"), old[1])
    assert b'<pointOfContact xlink:href="#ann"/>' not in edited
    assert b"9 to 5" in edited


def test_an_organisations_contact_that_replaces_a_person_takes_nothing_over() -> None:
    edited = edit(CONTENT, Edits(contacts=(Contact(scope=ContactScope.METADATA, organisation="CNES"),)))
    assert b"9 to 5" not in edited
    assert b"Ann" not in edited
    assert edited.count(b"<contact>") == 1


def test_the_last_contact_leaves_what_the_schema_demands() -> None:
    edited = edit(CONTENT, Edits(contacts=()))
    start, end = DOCUMENT.index("<contact>"), DOCUMENT.index("</contact>") + len("</contact>")
    changed(
        CONTENT,
        edited,
        (DOCUMENT[start:end], '<contact g:nilReason="missing"/>'),
        ('\n\t\t\t<pointOfContact xlink:href="#ann"/>', ""),
    )


def test_a_distributor_of_whom_something_else_is_said_stays_without_its_contact() -> None:
    party = "<CI_ResponsibleParty><organisationName><g:CharacterString>Shop</g:CharacterString></organisationName></CI_ResponsibleParty>"
    order = "<distributionOrderProcess><MD_StandardOrderProcess/></distributionOrderProcess>"
    shop = f"<MD_Distributor><distributorContact>{party}</distributorContact>{order}</MD_Distributor>"
    inside = f"<MD_Distribution><distributor>{shop}</distributor></MD_Distribution>"
    content = DOCUMENT.replace("<distributionInfo/>", f"<distributionInfo>{inside}</distributionInfo>").encode()
    edited = edit(content, Edits(contacts=read(content).contacts[:2]))
    changed(content, edited, (f"<distributorContact>{party}</distributorContact>", '<distributorContact g:nilReason="missing"/>'))


def test_a_side_of_a_box_is_changed_and_the_others_stay_as_they_are_written() -> None:
    box = replace(BOX, boxes=(replace(BOX.boxes[0], north=5.25),))
    changed(CONTENT, edit(CONTENT, Edits(extents=(box,))), ("4.50", "5.25"))


def test_places_are_taken_away_and_the_times_beside_them_stay() -> None:
    edited = edit(CONTENT, Edits(extents=()))
    start, end = DOCUMENT.index("\n\t\t\t\t<geographicElement>"), DOCUMENT.index("</geographicElement>") + len("</geographicElement>")
    changed(CONTENT, edited, (DOCUMENT[start:end], ""))


def test_a_time_is_closed_and_a_further_one_has_an_id_and_a_namespace_of_this_document() -> None:
    times = (TimeInterval(begin=Date("2001"), end=Date("2005-06-07")), TimeInterval(begin=Date("2010-01-01")))
    edited = edit(CONTENT, Edits(intervals=times))
    assert read(edited).intervals == times
    assert b"<t:endPosition>2005-06-07</t:endPosition></t:TimePeriod>" in edited
    assert b'<temporalElement xmlns:gml="http://www.opengis.net/gml">' in edited
    assert b'<gml:TimePeriod gml:id="time-2">' in edited


def test_links_of_a_document_without_any_come_into_the_element_that_is_there() -> None:
    links = (
        Link(url="https://example.org/a?b=1&c=<2>", name="A", function=LinkFunctionCode.DOWNLOAD),
        Link(url="https://example.org/b"),
        Link(url="https://example.org/c.png", function=LinkFunctionCode.BROWSE_GRAPHIC),
    )
    edited = edit(CONTENT, Edits(links=links))
    assert read(edited).links == links
    assert edited.count(b"<distributionInfo>") == edited.count(b"<transferOptions>") == edited.count(b"<graphicOverview>") == 1
    assert b"<distributionInfo/>" not in edited
    assert b"\n\t\t<MD_Distribution>\n\t\t\t<transferOptions>" in edited
    assert read(edit(edited, Edits(links=links[1:]))).links == links[1:]


def test_several_fields_at_once_and_the_date_of_the_metadata() -> None:
    edited = edit(CONTENT, Edits(title="New", keywords=(Keyword(term="ice"),), datestamp=Date("2026-03-04T05:06:07Z")))
    changed(
        CONTENT,
        edited,
        ("Ice &amp; snow", "New"),
        ("\n\t\t\t\t<keyword><g:CharacterString>snow</g:CharacterString></keyword>", ""),
        ("<dateStamp><g:Date>2001-01-01</g:Date>", "<dateStamp><g:DateTime>2026-03-04T05:06:07Z</g:DateTime>"),
    )


def test_what_is_so_already_changes_no_byte() -> None:
    record = read(CONTENT)
    assert edit(CONTENT, Edits()) == CONTENT
    same = Edits(title=" Ice &  snow\n", abstract=" ", contacts=record.contacts, keywords=record.keywords[::-1], extents=record.extents)
    assert edit(CONTENT, same) == CONTENT


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "iso-8859-1", "utf-16"])
def test_encoding_mark_and_line_ends_stay(codec: str, line_end: str) -> None:
    text = DOCUMENT.replace('"UTF-8"', f'"{codec.removesuffix("-sig")}"').replace("snow</g:C", "névé</g:C").replace("\n", line_end)
    content = text.encode(codec)
    edited = edit(content, Edits(title="Eis — 雪", abstract="One.\n\nTwo."))
    assert (read(edited).title, read(edited).abstract) == ("Eis — 雪", "One.\n\nTwo.")
    assert edited[:2] == content[:2]
    back = edited.decode(codec)
    assert back.replace("\r\n", "").count("\r") == 0
    assert (back.count("\n") == back.count("\r\n")) == (line_end == "\r\n")
    assert ("Eis &#8212; &#38634;" in back) == (codec == "iso-8859-1")
    assert edit(edited, Edits(title="Ice & névé", abstract=None)).decode(codec) == text.replace(
        "<abstract g:nilReason='unknown'/>", '<abstract g:nilReason="missing"/>'
    )


def test_a_document_on_one_line_stays_on_it() -> None:
    content = "".join(line.strip() for line in DOCUMENT.splitlines()).encode()
    edited = edit(content, Edits(keywords=(*read(content).keywords, Keyword(term="firn", thesaurus="Words"))))
    assert edited.count(b"\n") == 0
    assert read(edited).keywords[-1] == Keyword(term="firn", thesaurus="Words")


def test_a_service_has_its_extent_in_its_own_namespace() -> None:
    text = DOCUMENT.replace("MD_DataIdentification", "s:SV_ServiceIdentification").replace("<extent><EX", "<s:extent><EX")
    text = text.replace("</EX_Extent></extent>", "</EX_Extent></s:extent>").replace(
        "<MD_Metadata", '<MD_Metadata xmlns:s="http://www.isotc211.org/2005/srv"'
    )
    content = text.replace("\t\t\t<language><g:CharacterString>eng</g:CharacterString></language>\n", "").encode()
    place = Extent(boxes=(Box(west=9, south=8, east=10, north=11),))
    edited = edit(content, Edits(extents=(*read(content).extents, place)))
    assert edited.count(b"<s:extent>") == 2
    emptied = edit(edit(edited, Edits(extents=(), intervals=())), Edits(extents=(place,)))
    assert emptied.count(b"<s:extent>") == 1
    assert read(emptied).extents == (place,)


def test_a_document_in_other_versions_of_its_namespaces_is_edited_in_those() -> None:
    written = format_named("iso19115-3").write(Record(identifier="x", title="T", abstract="A"))
    content = written.replace(b"/mdb/2.0", b"/mdb/1.0").replace(b"/cit/2.0", b"/cit/1.0").replace(b"/mri/1.0", b"/mri/1.1")
    link = Link(url="https://example.org/", name="Here")
    edited = edit(content, Edits(links=(link,), contacts=(Contact(individual="Ann"),), keywords=(Keyword(term="ice"),)))
    assert read(edited).links == (link,)
    assert b"/2.0" not in edited.replace(b"/mrl/2.0", b"").replace(b"/mac/2.0", b"")


def test_a_document_without_an_identifier_is_edited_too() -> None:
    content = DOCUMENT.replace("here.1", "").encode()
    assert read(edit(content, Edits(title="New"))).title == "New"


@pytest.mark.parametrize(
    ("edits", "field", "message"),
    [
        (Edits(title=" "), "title", "A record needs a title."),
        (Edits(title="a\x00b"), "title", "It has characters that no document can hold"),
        (Edits(abstract="a\ufffeb"), "abstract", "It has characters that no document can hold"),
        (Edits(abstract="x" * 200_001), "abstract", "It has more than 200,000 characters."),
        (Edits(keywords=tuple(Keyword(term=str(n)) for n in range(3001))), "keywords", "There are more than 3,000 of them."),
        (Edits(contacts=(Contact(emails=("a@b",)),)), "contacts", "A contact needs a name."),
        (Edits(contacts=(Contact(individual="\x1b[0m"),)), "contacts", "It has characters that no document can hold"),
        (Edits(keywords=(Keyword(term="  "),)), "keywords", "A keyword needs a word."),
        (Edits(links=(Link(url=""),)), "links", "A link needs an address."),
        (Edits(extents=(Extent(boxes=(Box(west=0, south=99, east=1, north=100),)),)), "extents", "A place needs coordinates"),
        (Edits(extents=(Extent(boxes=(Box(west=float("nan"), south=0, east=1, north=1),)),)), "extents", "A place needs coordinates"),
        (Edits(intervals=(TimeInterval(),)), "intervals", "A time needs a beginning or an end."),
        (Edits(intervals=(TimeInterval(begin=Date("2002"), end=Date("2001")),)), "intervals", "A time would not be read"),
        (Edits(keywords=(Keyword(term="SPOT", type=KeywordTypeCode.PLATFORM),)), "keywords", "A keyword would not be read"),
        (Edits(keywords=(Keyword(term="Earth", thesaurus="Reflecs science domains"),)), "keywords", "A keyword would not be read"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_field_and_a_sentence(edits: Edits, field: str, message: str) -> None:
    with pytest.raises(EditError) as refused:
        edit(CONTENT, edits)
    assert refused.value.field == field
    assert message in str(refused.value)


HOSTILE = (
    "</gco:CharacterString><x/>",
    "]]>",
    "<!-- -->",
    "<![CDATA[x]]>",
    "&lt;script&gt;",
    "&amp;amp;",
    "'\"",
    "<?php ?>",
    "&xxe;",
    "${x}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    """A text is read back as it is typed, or as the plain text it is read as, or refused; it adds no element."""
    contact = Contact(individual=text, emails=(text,), url=text, scope=ContactScope.METADATA)
    given = Edits(title=f"T {text}", abstract=text, links=(Link(url=f"https://example.org/{text}", name=text),), contacts=(contact,))
    harmless = edit(
        CONTENT,
        replace(
            given,
            title="T x",
            abstract="x",
            links=(Link(url="https://x", name="x"),),
            contacts=(replace(contact, individual="x", emails=("x",), url="x"),),
        ),
    )
    try:
        edited = edit(CONTENT, given)
    except EditError:
        return
    assert [part.partition(b" ")[0] for part in tags(edited)] == [part.partition(b" ")[0] for part in tags(harmless)]


def tags(content: bytes) -> list[bytes]:
    return [part.partition(b">")[0].rstrip(b"/") for part in content.split(b"<")[1:]]


def test_documents_that_are_not_edited_say_so() -> None:
    content = format_named("dc").write(Record(identifier="x", title="T"))
    with pytest.raises(EditError, match=r"Documents in .*Dublin Core.* cannot be edited in place"):
        edit(content, Edits(title="New"))
    assert edit(content, Edits(title="T")) == content


@pytest.mark.parametrize("content", [b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"", b"no document", b"<a/>"])
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        edit(content, Edits(title="New"))

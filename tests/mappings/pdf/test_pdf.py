import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from mappings.formats import read
from mappings.pdf import write_pdf
from mappings.pdf.sheet import sheet as sheet_of
from records.codes import (
    AccessLevel,
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    LinkFunctionCode,
    RelationType,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import (
    Access,
    Box,
    Circle,
    Constraint,
    Contact,
    DataFormat,
    Extent,
    Instrument,
    Keyword,
    Licence,
    Link,
    Platform,
    Project,
    Record,
    Relation,
    ResourceDate,
    Source,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOURCE = '<?xml version="1.0" encoding="ISO-8859-1"?><été/>'.encode("latin-1")
COROT = Record(
    identifier="CNES:COROT/SRc01",
    type=ScopeCode.DATASET,
    title="COROT SRc01: short run towards the Galactic centre",
    abstract="Étoiles observées à l’été 2007: δ Scuti, T = 5800 K ± 20 K.\n\nSee https://corot.example/runs for all runs.",
    language="eng",
    domain=Domain.UNIVERSE,
    topic_categories=(TopicCategoryCode.EXTRA_TERRESTRIAL,),
    cnes_categories=("Visible And Ultra-violet Astronomy",),
    keywords=(Keyword(term="Light curves", thesaurus="Unified Astronomy Thesaurus"), Keyword(term="telescope")),
    contacts=(
        Contact(
            scope=ContactScope.DISTRIBUTION,
            role=RoleCode.DISTRIBUTOR,
            organisation="CNES",
            individual="SERAD user service",
            emails=("serad@cnes.example",),
        ),
    ),
    created=Date.parse("2013-03-11"),
    dates=(ResourceDate(date=Date.parse("2008-12"), type=DateTypeCode.PUBLICATION),),
    intervals=(TimeInterval(begin=Date.parse("2007-04-03"), end=Date.parse("2007-05-09")),),
    extents=(Extent(frame="icrs", circles=(Circle(x=282.5, y=0, radius=10),)),),
    platforms=(Platform(name="COROT"),),
    instruments=(Instrument(name="COROTEL"),),
    projects=(Project(name="COROT"),),
    processing_level="N0",
    formats=(DataFormat(name="FITS"),),
    size=73_709_000,
    object_count=4,
    lineage="Raw telemetry, decommuted.",
    constraints=(Constraint(kind=ConstraintKind.USE_LIMITATION, text="Acknowledge the mission."),),
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    access=Access(level=AccessLevel.RESTRICTED, groups=("COROT",), until=Date.parse("2027-01-12")),
    links=(
        Link(url="doi:10.1234/abc", description="The article"),
        Link(url="javascript:alert(1)", name="Not a link"),
        Link(url="https://sipad.example/order?dataset=SRc01", function=LinkFunctionCode.ORDER),
    ),
    relations=(Relation(identifier="COROT", type=RelationType.LARGER_WORK_CITATION, title="COROT Mission"),),
    source=Source(content=SOURCE, format="iso19139"),
)
REUNION = Record(
    identifier="soil",
    title="Humidité des sols à La Réunion",
    domain=Domain.EARTH,
    language="fra",
    extents=(Extent(boxes=(Box(west=55.2, south=-21.4, east=55.85, north=-20.85),)),),
)


def address(identifier: str) -> str:
    return f"https://reflecs.example/records/{identifier}"


def pdf(*records: Record, language: str = "en") -> pypdf.PdfReader:
    content = write_pdf(records, url_of=address, language=language, now=NOW)
    return pypdf.PdfReader(io.BytesIO(content))


def words(reader: pypdf.PdfReader) -> str:
    text = "\n".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def targets(reader: pypdf.PdfReader) -> list[str]:
    found = []
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            found += [str(action["/URI"])] if "/URI" in action else []
    return found


def alternative_texts(reader: pypdf.PdfReader) -> list[str]:
    found: list[str] = []
    open_nodes = [reader.root_object["/StructTreeRoot"]]
    while open_nodes:
        node = open_nodes.pop().get_object()
        if isinstance(node, list):
            open_nodes += node
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            open_nodes += [node["/K"]] if "/K" in node else []
    return found


@pytest.fixture(scope="module")
def sheet() -> pypdf.PdfReader:
    return pdf(COROT)


def test_it_says_all_that_the_record_says(sheet: pypdf.PdfReader) -> None:
    text = words(sheet)
    for said in (
        "COROT SRc01: short run towards the Galactic centre",
        "Universe",
        "Data set",
        "Étoiles observées à l’été 2007: δ Scuti, T = 5800 K ± 20 K.",
        "3 April 2007 – 9 May 2007",
        "73.7 MB",
        "N0",
        "Circle of radius 10° around RA",
        "Distribution contact",
        "SERAD user service",
        "serad@cnes.example",
        "December 2008",
        "11 March 2013",
        "Raw telemetry, decommuted.",
        "Restricted until 12 January 2027, for members of COROT",
        "Acknowledge the mission.",
        "CC BY 4.0",
        "Visible And Ultra-violet Astronomy",
        "Extraterrestrial",
        "Unified Astronomy Thesaurus",
        "Light curves",
        "COROT Mission",
        "CNES:COROT/SRc01",
        "https://reflecs.example/records/CNES:COROT/SRc01",
        "Made on 23 November 2026",
    ):
        assert said in re.sub("\u202f", " ", text), said


def test_it_is_tagged_and_says_that_it_is_accessible_and_archival(sheet: pypdf.PdfReader) -> None:
    root = sheet.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # pypdf types every object alike
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]) == "en"
    xmp = root["/Metadata"].get_data().decode()  # type: ignore[attr-defined]  # pypdf types every object alike
    assert re.search(r"pdfuaid:part[=>\"]+1", xmp)
    assert re.search(r"pdfaid:part[=>\"]+3", xmp)


def test_metadata_name_title_and_organisation(sheet: pypdf.PdfReader) -> None:
    assert sheet.metadata is not None
    assert sheet.metadata.title == COROT.title
    assert sheet.metadata.author == "CNES"
    assert sheet.metadata.creation_date == NOW


def test_the_figures_have_their_alternative_text(sheet: pypdf.PdfReader) -> None:
    texts = alternative_texts(sheet)
    assert len([text for text in texts if text.startswith("Circle of radius 10°")]) == 2


def test_the_source_is_attached_byte_for_byte(sheet: pypdf.PdfReader) -> None:
    assert sheet.attachments == {"CNES_COROT_SRc01.xml": [SOURCE]}
    assert [str(f.subtype) for f in sheet.attachment_list] == ["/application/xml"]


def test_links_are_followed_where_that_is_safe(sheet: pypdf.PdfReader) -> None:
    found = targets(sheet)
    assert "https://sipad.example/order?dataset=SRc01" in found
    assert "https://doi.org/10.1234/abc" in found
    assert "https://corot.example/runs" in found
    assert "mailto:serad@cnes.example" in found
    assert address(COROT.identifier) in found
    assert not [target for target in found if "javascript" in target]
    assert "javascript:alert(1)" in words(sheet)


def test_the_same_moment_makes_the_same_bytes() -> None:
    made: Callable[[], bytes] = lambda: write_pdf([COROT, REUNION], url_of=address, language="fr", now=NOW)  # noqa: E731 - said once
    assert made() == made()


def test_it_speaks_french() -> None:
    reader = pdf(REUNION, language="fr")
    assert str(reader.root_object["/Lang"]) == "fr"
    text = words(reader)
    assert "Établi le 23 novembre 2026" in text
    assert "Humidité des sols à La Réunion" in text
    assert "À propos de cette fiche" in text


def test_several_records_make_a_catalogue_with_contents() -> None:
    others = [replace(REUNION, identifier=f"soil-{n}", title=f"Record number {n}") for n in range(30)]
    reader = pdf(COROT, *others)
    assert reader.metadata is not None
    assert reader.metadata.title == "Catalogue of records"
    cover, contents = reader.pages[0].extract_text(), reader.pages[1].extract_text()
    assert "Catalogue of records" in cover
    assert "31 records" in cover
    page = int(re.findall(r"Record number 29[ .]*(\d+)", contents)[0])
    assert "Record number 29" in reader.pages[page - 1].extract_text()
    inner = [a.get_object() for a in reader.pages[1]["/Annots"]]  # type: ignore[attr-defined]  # pypdf types every object alike
    assert len([a for a in inner if "/Dest" in a or "/D" in a.get("/A", {})]) >= 31
    titles = [str(entry["/Title"]) for entry in reader.outline if not isinstance(entry, list)]
    assert titles[-1] == "Record number 29"


def test_two_sources_of_one_name_are_both_attached() -> None:
    twins = [replace(COROT, identifier=identifier) for identifier in ("a/b", "a:b")]
    assert set(pdf(*twins).attachments) == {"a_b.xml", "a_b-2.xml"}


def test_a_number_behind_a_name_is_no_other_record() -> None:
    names = ("ALICE-2", "ALICE", "alice")
    found = pdf(*(replace(COROT, identifier=name) for name in names)).attachments
    assert set(found) == {"ALICE-2.xml", "ALICE.xml", "alice-3.xml"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ελληνικά α β γ Ω, Кириллица", "Ελληνικά α β γ Ω, Кириллица"),
        ("12 ℃ ± 0.5, x ≤ ∑ √2 ∂ ∞ ∈ ℝ", "12 ℃ ± 0.5, x ≤ ∑ √2 ∂ ∞ ∈ ℝ"),
        ("e\u0301te\u0301", "été"),
        ("bell \x07 and \ud800", "bell [U+0007] and [U+D800]"),
        ("private \ue123 use", "private [U+E123] use"),
    ],
)
def test_characters_come_out_right_or_are_named(text: str, shown: str) -> None:
    assert shown in words(pdf(replace(REUNION, abstract=f"Here: {text}.")))


@pytest.mark.parametrize(
    "text", ["中文數據", "emoji 🛰️ 😀 👩‍🚀", "שלום עולם مرحبا", "\u202eesrever\u202c", "soft\u00adhyphen\ufeff \u2028 \u200d", "नमस्ते ไทย"]
)
def test_no_writing_makes_it_fail(text: str) -> None:
    record = replace(REUNION, identifier=text, title=text, abstract=text, contacts=(Contact(organisation=text),))
    assert len(pdf(record).pages) >= 1


def test_what_has_no_end_and_no_break_stays_on_the_page() -> None:
    url = "https://example.org/" + "x" * 500
    record = replace(
        COROT,
        title="w" * 300,
        abstract="\n\n".join(["A sentence of the long abstract. " * 60] * 10) + "y" * 900,
        keywords=tuple(Keyword(term=f"keyword {n}") for n in range(1_259)),
        contacts=tuple(Contact(individual=f"Person {n}", emails=(f"{'p' * 60}{n}@example.org",)) for n in range(40)),
        links=(Link(url=url, name="z" * 200),),
    )
    reader = pdf(record)
    text = words(reader)
    assert "keyword 1258" in text
    assert "Person 39" in text
    assert url in targets(reader)
    assert text.replace(" ", "").count("x" * 500) == 1
    assert max(len(line) for page in reader.pages for line in page.extract_text().splitlines()) < 150, "no line runs off the page"


def test_a_name_of_two_lines_does_not_part_its_values() -> None:
    record = replace(REUNION, keywords=tuple(Keyword(term=f"C{n}", thesaurus="A thesaurus with a name of two lines") for n in range(40)))
    heights: list[float] = []

    def seen(text: str, matrix: list[float], *_: object) -> None:
        heights.extend([matrix[5]] if re.match(r"C\d", text) else [])

    for page in pdf(record).pages:
        page.extract_text(visitor_text=seen)
    assert len(heights) == 3
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], rel=0.01)


def test_each_instrument_and_place_is_said_once() -> None:
    here = Extent(boxes=(Box(west=55.2, south=-21.4, east=55.85, north=-20.85),))
    carriers = (Instrument(name="SSBUV", platform=f"STS-{n}") for n in range(8))
    text = words(pdf(replace(REUNION, instruments=tuple(carriers), platforms=(Platform(name="Shuttle"),) * 8, extents=(here, here))))
    assert "SSBUV; SSBUV" not in text
    assert "Shuttle; Shuttle" not in text
    assert text.count("55.2° E") == 1


def test_a_website_stands_under_its_organisation() -> None:
    contact = Contact(organisation="CNES", url="https://cnes.example", emails=("a@cnes.example",), phones=("+33 5",))
    record = replace(REUNION, contacts=(contact,))
    (_, organisation, _, reached) = sheet_of(record, url="", language="en", pictures=(), attachment=None)["contacts"][0]
    assert [organisation[0], organisation[1]["target"]] == ["CNES", "https://cnes.example"]
    assert [reached[0]["target"], reached[1]] == ["mailto:a@cnes.example", "+33 5"]
    assert "E-mail, phone" in words(pdf(record))


def test_there_is_no_pdf_of_nothing() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        write_pdf([], url_of=address, language="en", now=NOW)


def test_the_barest_record_has_its_sheet() -> None:
    assert "only-me" in words(pdf(Record(identifier="only-me")))


@pytest.mark.corpus
def test_a_sample_of_real_records_all_have_their_sheet(corpus: Path) -> None:
    written = 0
    for path in sorted(path for path in corpus.rglob("*") if path.suffix in (".xml", ".json"))[::60]:
        try:
            record = read(path.read_bytes())
        except FormatError:
            continue
        assert write_pdf([record], url_of=address, language="en", now=NOW).startswith(b"%PDF"), path
        written += 1
    assert written > 5

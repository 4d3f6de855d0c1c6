"""STAC collections: what they say of the data is read, their items are left alone, and what is odd is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from mappings.formats import FORMATS, WRITTEN, detect, losses, offered, read, stac, write
from records.codes import ContactScope, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import Box, Contact, DataFormat, Extent, Identifier, Instrument, Licence, Link, Platform, Project, Record
from tests.mappings.formats import golden


def collection(**members: Any) -> bytes:
    """A minimal collection, with more members or others."""
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [["2015-06-23T00:00:00Z", None]]}}
    least = {"type": "Collection", "stac_version": "1.0.0", "id": "c", "title": "C", "description": "D", "license": "other", "links": []}
    return json.dumps({**least, "extent": extent, **members}).encode()


def codes(record: Record) -> list[str]:
    return [problem.code for problem in record.problems]


@pytest.mark.parametrize("path", golden.documents("stac"), ids=lambda path: path.stem)
def test_a_real_document_is_read_as_it_was_checked_by_eye(path: Path) -> None:
    golden.check(path, read(path.read_bytes()))


def test_each_golden_document_has_its_source_and_licence() -> None:
    golden.check_sources("stac")


def test_a_minimal_collection_is_read() -> None:
    record = read(collection())
    assert (record.identifier, record.title, record.abstract, record.type) == ("c", "C", "D", ScopeCode.COLLECTION)
    assert record.extents == (Extent(boxes=(Box(west=-180.0, south=-90.0, east=180.0, north=90.0),)),)
    assert record.intervals == (TimeInterval(begin=Date("2015-06-23T00:00:00Z")),)
    assert (record.licence, record.problems) == (None, ())


def test_a_collection_before_1_0_says_its_type_by_its_extent_alone() -> None:
    top = json.loads(collection(stac_version="0.9.0", properties={"platform": "landsat-8", "instruments": ["oli"]}))
    del top["type"]
    record = read(json.dumps(top).encode())
    assert record.platforms == (Platform(name="landsat-8"),)
    assert record.instruments == (Instrument(name="oli", platform="landsat-8"),)


@pytest.mark.parametrize(
    "members",
    [{"type": "Catalog"}, {"type": "Feature"}, {"stac_version": "1.0.0", "type": ["Collection"]}],
)
def test_what_is_no_collection_is_not_taken_for_one(members: Any) -> None:
    content = collection(**members)
    assert not stac.FORMAT.recognises(json.loads(content))
    assert stac.FORMAT.read is not None
    with pytest.raises(FormatError, match="no collection of STAC"):
        stac.FORMAT.read(content)


def test_the_whole_of_several_boxes_and_intervals_is_left_out() -> None:
    spatial = {"bbox": [[0, 0, 20, 20], [1, 1, 2, 2], [10, 10, 20, 20]]}
    temporal = {"interval": [["2000-01-01", None], ["2000-01-01", "2001-01-01"], ["2010-01-01", None]]}
    record = read(collection(extent={"spatial": spatial, "temporal": temporal}))
    assert [box.west for box in record.extents[0].boxes] == [1.0, 10.0]
    assert [str(interval.begin) for interval in record.intervals] == ["2000-01-01", "2010-01-01"]


def test_boxes_of_which_none_holds_the_others_are_all_kept() -> None:
    spatial = {"bbox": [[170, -10, 180, 10], [-180, -10, -170, 10]]}
    record = read(collection(extent={"spatial": spatial, "temporal": {"interval": [[None, None]]}}))
    assert [box.west for box in record.extents[0].boxes] == [170.0, -180.0]
    assert record.intervals == ()


def test_a_box_of_six_numbers_has_heights() -> None:
    record = read(collection(extent={"spatial": {"bbox": [[1, 2, -5, 3, 4, 100]]}, "temporal": {}}))
    assert record.extents == (Extent(boxes=(Box(west=1.0, south=2.0, east=3.0, north=4.0),), vertical=(-5.0, 100.0)),)


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        ({"spatial": {"bbox": [[1, 2, 3]]}}, "incomplete-box"),
        ({"spatial": {"bbox": [[1, None, 3, 4]]}}, "incomplete-box"),
        ({"spatial": {"bbox": [["a", 2, 3, 4]]}}, "incomplete-box"),
        ({"spatial": {"bbox": [[1, 2, 3, 1e400]]}}, "incomplete-box"),
        ({"spatial": {"bbox": [[True, 2, 3, 4]]}}, "incomplete-box"),
        ({"spatial": {"bbox": [5]}}, "incomplete-box"),
        ({"spatial": {"bbox": {"west": 1}}}, "bad-member"),
        ({"spatial": {"bbox": [[-180, 90, 180, -90]]}}, "swapped-box"),
        ({"spatial": {"bbox": [[-1000, 0, 0, 0]]}}, "bad-box"),
        ({"spatial": []}, "bad-member"),
        ([], "bad-member"),
        ({"temporal": {"interval": [["2000-01-01"]]}}, "bad-member"),
        ({"temporal": {"interval": [[2000, 2001]]}}, "bad-member"),
        ({"temporal": {"interval": "2000"}}, "bad-member"),
        ({"temporal": {"interval": [["soon", None]]}}, "bad-date"),
    ],
    ids=str,
)
def test_an_odd_extent_is_told_and_the_rest_is_read(extent: Any, expected: str) -> None:
    record = read(collection(extent=extent))
    assert expected in codes(record)
    assert record.title == "C"


def test_providers_are_contacts_in_their_roles() -> None:
    providers = [
        {"name": "ESA", "roles": ["producer", "licensor"], "url": "https://esa.int"},
        {"name": "Cloud", "roles": ["host"]},
        {"name": "Someone", "roles": ["admirer"]},
        {"roles": ["host"]},
    ]
    record = read(collection(providers=providers))
    assert record.contacts == (
        Contact(role=RoleCode.ORIGINATOR, organisation="ESA", url="https://esa.int"),
        Contact(role=RoleCode.RIGHTS_HOLDER, organisation="ESA", url="https://esa.int"),
        Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="Cloud"),
        Contact(organisation="Someone"),
    )
    assert codes(record) == ["unknown-code", "nameless-contact"]


@pytest.mark.parametrize(
    ("name", "links", "licence"),
    [
        ("CC-BY-4.0", [], Licence(name="CC-BY-4.0")),
        ("proprietary", [{"rel": "license", "href": "https://x/l"}], Licence(url="https://x/l")),
        ("CC0-1.0", [{"rel": "license", "href": "https://x/l"}], Licence(name="CC0-1.0", url="https://x/l")),
        ("various", [], None),
    ],
)
def test_the_licence_is_named_or_linked(name: str, links: Any, licence: Licence | None) -> None:
    assert read(collection(license=name, links=links)).licence == licence


def test_links_to_items_are_left_out_and_assets_are_links() -> None:
    leading = ("self", "root", "parent", "item", "items", "child", "collection", "http://www.opengis.net/def/rel/ogc/1.0/queryables")
    links = [{"rel": rel, "href": f"./{number}.json"} for number, rel in enumerate(leading)]
    assets = {
        "thumbnail": {"href": "t.png", "type": "image/png", "title": "Preview"},
        "all": {"href": "a.zarr", "roles": ["data"], "description": "All of it."},
        "lost": {"title": "nowhere"},
        "odd": 5,
    }
    record = read(collection(links=[*links, {"rel": "about", "href": "https://x", "title": "More"}], assets=assets))
    assert record.links == (
        Link(url="https://x", name="More", function=LinkFunctionCode.INFORMATION),
        Link(url="t.png", name="Preview", function=LinkFunctionCode.BROWSE_GRAPHIC, media_type="image/png"),
        Link(url="a.zarr", name="all", description="All of it.", function=LinkFunctionCode.DOWNLOAD),
    )
    assert codes(record) == ["no-url", "bad-member"]


def test_what_extensions_say_is_read() -> None:
    members = {
        "sci:doi": "https://doi.org/10.5067/ABC",
        "sci:citation": "Cite it.",
        "version": "2",
        "language": {"code": "fr"},
        "summaries": {"platform": ["a", "b"], "instruments": ["i"], "mission": ["m"], "processing:level": ["L2"], "gsd": [10]},
        "item_assets": {"B1": {"type": "image/tiff", "roles": ["data"]}, "t": {"type": "image/png", "roles": ["thumbnail"]}},
    }
    record = read(collection(**members))
    assert record.identifiers == (Identifier(code="10.5067/ABC", codespace="doi"),)
    assert (record.citation, record.edition, record.language, record.processing_level) == ("Cite it.", "2", "fra", "L2")
    assert record.instruments == (Instrument(name="i"),)  # on which of two platforms it sits is not said
    assert (record.projects, record.formats) == ((Project(name="m"),), (DataFormat(name="image/tiff"),))


def test_a_description_is_read_without_its_marks() -> None:
    written = "# Sea ice\n\nSee [the guide](https://x/y_(1)) and [the data](https://x/z), ![a map](m.png); a[1](2) [] ()."
    assert read(collection(description=written)).abstract == ("Sea ice\n\nSee [the guide](https://x/y_(1)) and the data, a map; a1 [] ().")


def test_a_collection_without_identifier_gets_one_of_its_content() -> None:
    content = collection(id=None)
    assert read(content).identifier == read(content).identifier
    assert codes(read(content)) == ["no-identifier"]


NAMES = (
    "id",
    "title",
    "description",
    "keywords",
    "license",
    "providers",
    "extent",
    "links",
    "summaries",
    "assets",
    "contacts",
    "item_assets",
)


@pytest.mark.parametrize("odd", [5, 1e999, True, "text", [], {}, [[[]]], {"a": {"b": [None]}}, [None], ["x", 5], [{}]], ids=str)
def test_no_member_of_another_type_makes_reading_raise(odd: Any) -> None:
    for name in NAMES:
        read(collection(**{name: odd}))
    record = read(collection(**dict.fromkeys(NAMES, odd)))
    for known in WRITTEN:
        write(record, known.name)


def test_it_is_handed_out_as_it_came_and_other_records_are_not_written_in_it() -> None:
    content = collection()
    record = read(content)
    assert (detect(content).name, write(record, "stac"), losses(record, "stac")) == ("stac", content, ())
    other = Record(identifier="a", title="A")
    with pytest.raises(FormatError, match="'a' did not come in it"):
        write(other, "stac")
    assert stac.FORMAT in offered(record)
    assert offered(other) == WRITTEN
    assert {known.name for known in FORMATS} - {known.name for known in WRITTEN} == {"stac", "ummc"}

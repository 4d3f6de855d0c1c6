"""UMM-C: real collections of the CMR are read as they should, what is not read is declared, what is odd is told."""

import copy
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mappings.formats import WRITTEN, detect, read, ummc, write
from mappings.formats.ummc.reading import UNREAD
from records.codes import AccessLevel, ConstraintKind, ContactScope, DateTypeCode, LinkFunctionCode, RelationType, RoleCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import (
    Access,
    Box,
    Constraint,
    Contact,
    DataFormat,
    Extent,
    Identifier,
    Instrument,
    Licence,
    Link,
    Platform,
    Polygon,
    Record,
    Relation,
    ResourceDate,
)
from tests.mappings.formats import golden


def collection(**members: Any) -> bytes:
    """A minimal collection, with more members or others."""
    return json.dumps({"ShortName": "MYD05", "Version": "6.1", "EntryTitle": "Water", "Abstract": "Vapour.", **members}).encode()


def codes(record: Record) -> list[str]:
    return [problem.code for problem in record.problems]


@pytest.mark.parametrize("path", golden.documents("ummc"), ids=lambda path: path.stem)
def test_a_real_document_is_read_as_it_was_checked_by_eye(path: Path) -> None:
    golden.check(path, read(path.read_bytes()))


def test_each_golden_document_has_its_source_and_licence() -> None:
    golden.check_sources("ummc")


def test_the_identifier_is_short_name_and_version_as_in_dif() -> None:
    record = read(collection())
    assert (record.identifier, record.edition, record.title, record.problems) == ("MYD05_6.1", "6.1", "Water", ())
    assert read(collection(Version="Not provided")).identifier == "MYD05"
    assert read(collection(ShortName=None, Version=None, EntryId="old")).identifier == "old"


def test_a_result_of_the_cmr_is_read_by_what_is_in_it() -> None:
    content = json.dumps({"meta": {"concept-id": "C1-X"}, "umm": json.loads(collection(DataDates=[{"Date": "soon"}]))}).encode()
    record = read(content)
    assert (detect(content).name, record.identifier, write(record, "ummc")) == ("ummc", "MYD05_6.1", content)
    assert [problem.path for problem in record.problems] == ["/umm/DataDates/0/Date"]


@pytest.mark.parametrize("content", [b"{}", b'{"EntryTitle": "T"}', b'{"umm": []}', b'{"umm": {"ShortName": "s"}}', b"[]", b"5"])
def test_what_is_no_collection_is_refused(content: bytes) -> None:
    assert not ummc.FORMAT.recognises(json.loads(content))
    assert ummc.FORMAT.read is not None
    with pytest.raises(FormatError):
        ummc.FORMAT.read(content)


def test_a_collection_without_identifier_and_title_says_so() -> None:
    record = read(collection(ShortName="Not provided", EntryTitle=" "))
    assert codes(record) == ["no-identifier", "no-title"]
    assert record.identifier == read(collection(ShortName="Not provided", EntryTitle=" ")).identifier


def test_platforms_carry_instruments_and_what_these_are_composed_of() -> None:
    parts = [{"ShortName": "MODIS"}, {"ShortName": "TIR", "Technique": "Radiometer"}, {}]
    instrument = {"ShortName": "MODIS", "LongName": "Moderate", "ComposedOf": parts}
    record = read(collection(Platforms=[{"LongName": "Terra", "Type": "Satellite", "Instruments": [instrument]}]))
    assert record.platforms == (Platform(name="Terra", type="Satellite"),)
    assert record.instruments == (
        Instrument(name="MODIS", long_name="Moderate", platform="Terra"),
        Instrument(name="TIR", type="Radiometer", platform="Terra"),
    )


def test_places_of_all_shapes_are_read() -> None:
    def points(*pairs: tuple[float, float]) -> list[dict[str, float]]:
        return [{"Longitude": x, "Latitude": y} for x, y in pairs]

    geometry = {
        "BoundingRectangles": [
            {f"{side}BoundingCoordinate": value for side, value in zip(("West", "North", "East", "South"), (170, 2, -170, 1), strict=True)}
        ],
        "Points": points((5, 6)),
        "Lines": [{"Points": points((1, 1), (3, 2))}],
        "GPolygons": [
            {
                "Boundary": {"Points": points((0, 0), (9, 0), (9, 9))},
                "ExclusiveZone": {"Boundaries": [{"Points": points((4, 1), (5, 1), (5, 2), (4, 1))}]},
            }
        ],
    }
    heights = [{"Type": "Minimum Depth", "Value": "10 m"}, {"Type": "Maximum Altitude", "Value": "1.5 km"}]
    record = read(collection(SpatialExtent={"HorizontalSpatialDomain": {"Geometry": geometry}, "VerticalSpatialDomains": heights}))
    outer, hole = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)), ((4.0, 1.0), (5.0, 1.0), (5.0, 2.0), (4.0, 1.0))
    assert record.extents == (
        Extent(
            boxes=(
                Box(west=170.0, south=1.0, east=-170.0, north=2.0),
                Box(west=5.0, south=6.0, east=5.0, north=6.0),
                Box(west=1.0, south=1.0, east=3.0, north=2.0),
            ),
            polygons=(Polygon(rings=(outer, hole)),),
            vertical=(-10.0, 1500.0),
        ),
    )


def test_the_moon_has_a_frame_of_its_own() -> None:
    geometry = {"Points": [{"Longitude": 1, "Latitude": 2}]}
    spatial = {"SpatialCoverageType": "LUNAR", "HorizontalSpatialDomain": {"Geometry": geometry}}
    assert [extent.frame for extent in read(collection(SpatialExtent=spatial)).extents] == ["body:moon"]


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ({"BoundingRectangles": [{"WestBoundingCoordinate": 1}]}, "incomplete-box"),
        ({"BoundingRectangles": [{"WestBoundingCoordinate": 1e400}]}, "bad-number"),
        ({"BoundingRectangles": [5]}, "bad-member"),
        ({"Points": [{"Longitude": 181, "Latitude": 0}]}, "bad-point"),
        ({"Points": [{"Longitude": True, "Latitude": 0}]}, "bad-number"),
        ({"GPolygons": [{"Boundary": {"Points": [{"Longitude": 1, "Latitude": 0}]}}]}, "bad-polygon"),
        ({"GPolygons": [{}]}, "bad-polygon"),
    ],
    ids=str,
)
def test_an_odd_geometry_is_told(geometry: Any, expected: str) -> None:
    record = read(collection(SpatialExtent={"HorizontalSpatialDomain": {"Geometry": geometry}}))
    assert (record.extents, expected in codes(record)) == ((), True)


def test_times_are_ranges_moments_and_cycles() -> None:
    extents = [
        {"RangeDateTimes": [{"BeginningDateTime": "2000-01-01T00:00:00Z", "EndingDateTime": "2001-01-01"}], "EndsAtPresentFlag": True},
        {"SingleDateTimes": ["2002-02-02", "never"]},
        {"PeriodicDateTimes": [{"StartDate": "2003", "EndDate": "2004", "DurationUnit": "MONTH"}]},
    ]
    record = read(collection(TemporalExtents=extents))
    assert record.intervals == (
        TimeInterval(begin=Date("2000-01-01T00:00:00Z")),
        TimeInterval(begin=Date("2002-02-02"), end=Date("2002-02-02")),
        TimeInterval(begin=Date("2003"), end=Date("2004")),
    )
    assert codes(record) == ["bad-date"]


def test_metadata_and_data_have_dates_of_their_own() -> None:
    record = read(
        collection(
            MetadataDates=[{"Type": "UPDATE", "Date": "2021-03-01"}, {"Type": "CREATE", "Date": "2021-01-01"}],
            DataDates=[{"Type": "DELETE", "Date": "2024-01-01"}, {"Type": "CREATE", "Date": "1970-01-01T00:00:00.000Z"}],
            CollectionCitations=[{"ReleaseDate": "2017-01-01"}],
        )
    )
    assert (record.created, record.datestamp) == (Date("2021-01-01"), Date("2021-03-01"))
    assert record.dates == (
        ResourceDate(date=Date("2017-01-01"), type=DateTypeCode.PUBLICATION),
        ResourceDate(date=Date("2024-01-01"), type=DateTypeCode.UNAVAILABLE),
    )


def test_contacts_are_centers_their_people_and_others() -> None:
    info = {"ContactMechanisms": [{"Type": "Fax", "Value": "1"}, {"Type": "Telephone", "Value": "2"}, {"Type": "Email", "Value": "a@b.c"}]}
    center = {
        "ShortName": "LPDAAC",
        "LongName": "Land Processes",
        "Roles": ["ARCHIVER", "DISTRIBUTOR", "COOK"],
        "ContactInformation": info,
        "ContactPersons": [{"FirstName": "Ada", "LastName": "Byron", "Roles": ["Data Center Contact"]}],
        "ContactGroups": [{"GroupName": "Help", "Roles": ["User Services"]}],
    }
    people = [{"LastName": "Doe", "Roles": ["Investigator"], "NonDataCenterAffiliation": "CNES"}, {"Roles": ["Investigator"]}]
    record = read(collection(DataCenters=[center], ContactPersons=people))
    name = "LPDAAC > Land Processes"
    assert record.contacts == (
        Contact(role=RoleCode.CUSTODIAN, organisation=name, emails=("a@b.c",), phones=("2",)),
        Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation=name, emails=("a@b.c",), phones=("2",)),
        Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.POINT_OF_CONTACT, individual="Ada Byron", organisation=name),
        Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.POINT_OF_CONTACT, position="Help", organisation=name),
        Contact(role=RoleCode.PRINCIPAL_INVESTIGATOR, individual="Doe", organisation="CNES"),
    )
    assert codes(record) == ["unknown-code", "nameless-contact"]


def test_related_addresses_are_links_for_what_they_are_for() -> None:
    urls = [
        {"URL": "https://a", "Type": "GET DATA", "Subtype": "Earthdata Search"},
        {"URL": "https://b", "Type": "USE SERVICE API", "Subtype": "OPENDAP DATA", "GetService": {"MimeType": "text/html"}},
        {"URLs": ["https://c", "https://d"], "Relation": ["VIEW RELATED INFORMATION", "General Documentation"]},
        {"URL": "https://e", "Type": "GO FISHING"},
        {"Type": "GET DATA"},
    ]
    citation = {"OnlineResource": {"Linkage": "https://landing", "Name": "Page"}}
    record = read(collection(RelatedUrls=urls, CollectionCitations=[citation, {"OnlineResource": {"Linkage": "https://a"}}]))
    assert record.links == (
        Link(url="https://a", name="Earthdata Search", function=LinkFunctionCode.SEARCH),
        Link(url="https://b", name="OPENDAP DATA", protocol="OPeNDAP", media_type="text/html"),
        Link(url="https://c", name="General Documentation", function=LinkFunctionCode.INFORMATION),
        Link(url="https://d", name="General Documentation", function=LinkFunctionCode.INFORMATION),
        Link(url="https://e"),
        Link(url="https://landing", name="Page", function=LinkFunctionCode.INFORMATION),
    )
    assert codes(record) == ["unknown-code"]


def test_other_collections_are_named_by_entry_and_by_doi() -> None:
    associations = [{"EntryId": "P", "Version": "1", "Type": "PARENT"}, {"EntryId": "Q", "Type": "LARGER CITATION WORKS"}]
    dois = [{"DOI": "10.1/x", "Title": "T", "Type": "Child Dataset"}]
    record = read(collection(MetadataAssociations=associations, AssociatedDOIs=dois, DOI={"DOI": "https://doi.org/10.5067/A"}))
    assert record.parent_identifier == "P_1"
    assert record.relations == (
        Relation(identifier="Q", type=RelationType.LARGER_WORK_CITATION),
        Relation(identifier="10.1/x", type=RelationType.CHILD, title="T"),
    )
    assert record.identifiers == (Identifier(code="10.5067/A", codespace="doi"),)


@pytest.mark.parametrize(
    ("use", "constraints", "licence", "access"),
    [
        ("Cite us.", ["Cite us."], None, None),
        ({"Description": "Cite us."}, ["Cite us."], None, None),
        ({"Description": {"Description": "Cite us."}}, ["Cite us."], None, None),
        ({"LicenseURL": {"Linkage": "https://l", "Name": "L"}, "FreeAndOpenData": True}, [], Licence(name="L", url="https://l"), Access()),
        ({"LicenseText": "Free."}, [], Licence(name="Free."), None),
    ],
    ids=str,
)
def test_use_constraints_of_all_versions_are_read(use: Any, constraints: list[str], licence: Any, access: Any) -> None:
    record = read(collection(UseConstraints=use))
    assert record.constraints == tuple(Constraint(kind=ConstraintKind.USE, text=text) for text in constraints)
    assert (record.licence, record.access) == (licence, access)
    assert access is None or access.level is AccessLevel.OPEN


@pytest.mark.parametrize(
    ("files", "size", "problem"),
    [
        ([{"Format": "HDF5", "TotalCollectionFileSize": 1.5, "TotalCollectionFileSizeUnit": "GB"}], 1_500_000_000, []),
        ([{"Format": "HDF5", "TotalCollectionFileSize": 1, "TotalCollectionFileSizeUnit": "NA"}], None, []),
        ([{"Format": "HDF5", "TotalCollectionFileSize": 1, "TotalCollectionFileSizeUnit": "boxes"}], None, ["unread-size"]),
        ([{"Format": "HDF5", "TotalCollectionFileSize": -1, "TotalCollectionFileSizeUnit": "GB"}], None, []),
        ([{"Format": "HDF5", "TotalCollectionFileSize": 1e300, "TotalCollectionFileSizeUnit": "GB"}], None, ["unread-size"]),
        ([{"Format": "HDF5", "TotalCollectionFileSize": n, "TotalCollectionFileSizeUnit": "GB"} for n in (1, 2)], None, ["several-sizes"]),
    ],
    ids=str,
)
def test_the_size_is_read_where_one_is_said(files: Any, size: int | None, problem: list[str]) -> None:
    record = read(collection(ArchiveAndDistributionInformation={"FileDistributionInformation": files}))
    assert (record.formats, record.size, codes(record)) == ((DataFormat(name="HDF5"),), size, problem)


NAMES = sorted(
    name
    for name in {name for path in golden.documents("ummc") for name in json.loads(path.read_bytes())}
    if name not in {"ShortName", "EntryTitle", "Version"}
)


@pytest.mark.parametrize("odd", [5, 1e999, True, "text", [], {}, [[[]]], {"a": {"b": [None]}}, [None], ["x", 5], [{}]], ids=str)
def test_no_member_of_another_type_makes_reading_raise(odd: Any) -> None:
    for name in NAMES:
        assert read(collection(**{name: odd})).identifier == "MYD05_6.1"
    record = read(collection(**dict.fromkeys(NAMES, odd)))
    for known in WRITTEN:
        write(record, known.name)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all texts and numbers in a document."""
    match value:
        case dict():
            for name, inside in value.items():
                yield from leaves(inside, (*path, name))
        case list():
            for index, inside in enumerate(value):
                yield from leaves(inside, (*path, index))
        case bool() | None:
            pass
        case _:
            yield path


def changed(document: Any, path: tuple[str | int, ...]) -> bytes:
    """The document with another value at a place."""
    copied = copy.deepcopy(document)
    holder = copied
    for step in path[:-1]:
        holder = holder[step]
    value = holder[path[-1]]
    holder[path[-1]] = "17 changed" if isinstance(value, str) else value / 2 + 0.25
    return json.dumps(copied).encode()


def test_a_member_that_is_not_read_is_declared() -> None:
    """Change a value: the record or its problems change, unless `UNREAD` says why not."""
    read_at_all: dict[str, bool] = defaultdict(bool)
    for document in (json.loads(path.read_bytes()) for path in golden.documents("ummc")):
        before = read(json.dumps(document).encode())
        for path in leaves(document):
            after = read(changed(document, path))
            name = "/".join(step for step in path if isinstance(step, str))
            same = replace(after, identifier=before.identifier) == before and after.problems == before.problems
            read_at_all[name] |= not same or after.identifier != before.identifier
    silent = {name for name, found in read_at_all.items() if not found and UNREAD.keys().isdisjoint(beginnings(name))}
    assert silent == set()


def beginnings(name: str) -> list[str]:
    steps = name.split("/")
    return ["/".join(steps[: end + 1]) for end in range(len(steps))]

"""The shipped records: complete, valid, linked, and true to the vocabularies that they name."""

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

import records
from mappings import schemas as xsd
from mappings.formats import read
from records.codes import ContactScope, Domain, RelationType
from records.dates import TimeInterval
from records.model import ICRS, Circle, Record
from tests.conftest import SHARED, missing

HOLDINGS: Final = Path(records.__file__).parent / "holdings"
DOCUMENTS: Final = sorted(HOLDINGS.glob("*/*.xml"))
UAT: Final = "Unified Astronomy Thesaurus"
GCMD: Final = "NASA/GCMD Science Keywords"
CONCEPT: Final = "https://gcmd.earthdata.nasa.gov/kms/concept/"
RUNS: Final = (
    *("CALIBRATION", "IRa01", "SRc01", "LRc01", "LRa01", "SRa01", "LRc02", "SRc02", "SRa02"),
    *("LRa02", "LRc03", "LRc04", "LRa03", "SRa03", "LRc05", "LRc06", "LRa04", "LRa05"),
)
CHANNELS: Final = ("COROT_ASTEROSEISMOLOGY", "COROT_EXOPLANET")
CENTER: Final = Circle(x=282.5, y=0.0, radius=10.0)
ANTICENTER: Final = Circle(x=102.5, y=0.0, radius=10.0)

each_document = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in DOCUMENTS])


@cache
def record_in(path: Path) -> Record:
    return read(path.read_bytes())


@cache
def holdings() -> dict[str, Record]:
    return {record_in(path).identifier: record_in(path) for path in DOCUMENTS}


@each_document
def test_a_document_reads_without_problems_and_is_named_by_its_identifier_and_domain(path: Path) -> None:
    record = record_in(path)
    assert record.problems == ()
    assert record.identifier == path.stem
    assert record.domain == path.parent.name


@each_document
def test_a_record_is_complete(path: Path) -> None:
    record = record_in(path)
    assert record.title
    assert record.type
    assert record.abstract
    assert 80 <= len(record.abstract.split()) <= 200
    assert record.language == "eng"
    assert record.keywords
    assert record.projects
    assert record.intervals
    assert record.created
    assert record.datestamp
    assert any(contact.scope is ContactScope.METADATA and contact.emails for contact in record.contacts)
    assert any(contact.scope is not ContactScope.METADATA for contact in record.contacts)


@each_document
def test_platforms_instruments_and_intervals_agree(path: Path) -> None:
    record = record_in(path)
    platforms = {platform.name for platform in record.platforms}
    assert platforms
    assert {instrument.platform for instrument in record.instruments} <= platforms
    for interval in record.intervals:
        begin, end = interval.seconds
        assert begin is not None
        assert end is None or begin <= end


def test_each_domain_has_its_records_in_both_formats() -> None:
    count = Counter((record.domain, record.source.format) for record in holdings().values() if record.source)
    for domain in Domain:
        assert count[domain, "iso19139"] >= 5
        assert count[domain, "dif10"] >= 5
        assert count[domain, "iso19139"] + count[domain, "dif10"] >= 10
    assert count.total() == len(DOCUMENTS) == len(holdings())


def test_titles_are_unlike_each_other() -> None:
    titles = Counter(record.title for record in holdings().values())
    assert [title for title, times in titles.items() if times > 1] == []


@each_document
def test_parents_and_relations_are_in_the_holdings(path: Path) -> None:
    record = record_in(path)
    named = {relation.identifier for relation in record.relations} | ({record.parent_identifier} - {None})
    assert named <= holdings().keys() - {record.identifier}


@each_document
def test_what_says_that_it_is_composed_of_a_record_is_named_by_it(path: Path) -> None:
    record = record_in(path)
    for relation in record.relations:
        if relation.type is RelationType.IS_COMPOSED_OF:
            part = holdings()[relation.identifier]
            larger = {found.identifier for found in part.relations if found.type is RelationType.LARGER_WORK_CITATION}
            assert record.identifier in larger | {part.parent_identifier}


def test_corot_is_there_as_the_seed_shows_it() -> None:
    found = holdings()
    assert found["COROT"].title == "COROT Mission"
    assert found["COROT_ASTEROSEISMOLOGY"].title == "COROT collection: ASTEROSEISMOLOGY CHANNEL"
    assert found["COROT_EXOPLANET"].title == "COROT collection: EXO-PLANET CHANNEL"
    children = {record.identifier for record in found.values() if record.parent_identifier == "COROT"}
    assert children == {*CHANNELS, *(f"COROT_{run}" for run in RUNS)}
    assert found["COROT_SRc01"].title == "SRc01 - 03/04/2007-09/05/2007 - Short run - Galactic center FoV"
    assert found["COROT"].cnes_categories == ("Visible And Ultra-violet Astronomy",)
    terms = {keyword.term for keyword in found["COROT"].keywords}
    assert {"Astronomical Observation", "Observations", "Telescope", "Stellar Light Curves"} <= terms


@pytest.mark.parametrize("run", RUNS)
def test_a_run_lies_in_its_eye_of_the_sky_and_belongs_to_both_channels(run: str) -> None:
    record = holdings()[f"COROT_{run}"]
    (extent,) = record.extents
    assert extent.frame == ICRS
    assert extent.circles == ((CENTER,) if run[2] == "c" else (ANTICENTER,))
    assert tuple(relation.identifier for relation in record.relations) == CHANNELS


def test_the_runs_follow_each_other() -> None:
    intervals: list[TimeInterval] = [interval for run in RUNS for interval in holdings()[f"COROT_{run}"].intervals]
    assert len(intervals) == len(RUNS)
    whole_days = [interval for interval in intervals if interval.begin and len(interval.begin.text) == len("2007-04-03")]
    starts = [interval.seconds[0] or 0 for interval in whole_days]
    assert starts == sorted(starts)
    doubtful = {f"{interval.begin} {interval.end}" for interval in intervals if "2010" in {str(interval.begin), str(interval.end)}}
    assert doubtful == {"2010-07-05 2010", "2010 2010-12-16"}


def test_the_data_sets_whose_files_the_seed_counts_are_parts_of_their_runs() -> None:
    runs = {"COROT_CALIBRATION": ("R02", 6, 905), "COROT_SRc01": ("R04", 15, 1180)}
    for run, (number, data_sets, files) in runs.items():
        parts = [record for record in holdings().values() if record.parent_identifier == run]
        assert all(record.identifier.startswith(f"DA_TC_COROT_{number}_") for record in parts)
        assert (len(parts), sum(record.object_count or 0 for record in parts)) == (data_sets, files)
        assert all(record.intervals == holdings()[run].intervals for record in parts)
    shown = holdings()["DA_TC_COROT_R04_AN0_FULLIMAGE"]
    assert (shown.title, shown.size, shown.object_count) == ("SRc01 - Asteroseismology Full Image - AN0_FULLIMAGE", 73_709_000, 4)


def test_data_set_codes_are_keywords_of_their_channel() -> None:
    for channel, prefix in zip(CHANNELS, ("AN0_", "EN0_"), strict=True):
        record = holdings()[channel]
        codes = [keyword.term for keyword in record.keywords if keyword.term.startswith(prefix)]
        assert len(codes) == 11
        assert all(code in (record.abstract or "") for code in codes)
        assert record.constraints


def test_readme_names_the_sources_of_every_record() -> None:
    readme = (HOLDINGS / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in DOCUMENTS if f"| `{path.stem}` |" not in readme] == []


@pytest.mark.schemas
@each_document
def test_a_document_validates(path: Path, schemas: Path) -> None:
    document = etree.fromstring(path.read_bytes())
    schema = xsd.compiled(xsd.DIF10 if etree.QName(document).localname == "DIF" else xsd.GMI, schemas)
    assert schema is not None
    schema.validate(document)
    assert xsd.errors(schema) == []


@pytest.fixture(scope="session")
def vocabularies() -> Path:
    """The folder of term lists."""
    folder = SHARED / "vocabularies"
    if not folder.is_dir():
        missing("../shared/vocabularies")
    return folder


@pytest.mark.corpus
def test_terms_of_the_unified_astronomy_thesaurus_are_in_it(vocabularies: Path) -> None:
    concepts = {(concept["name"], concept["uri"]) for concept in json.loads((vocabularies / "uat/UAT_list.json").read_bytes())}
    assert terms_of(UAT)
    assert terms_of(UAT) - concepts == set()


@pytest.mark.corpus
def test_science_keywords_of_gcmd_are_in_its_list(vocabularies: Path) -> None:
    with (vocabularies / "gcmd/pyquarc/sciencekeywords.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))[2:]
    known = {(" > ".join(level for level in levels if level), CONCEPT + uuid) for *levels, uuid in rows}
    assert terms_of(GCMD)
    assert terms_of(GCMD) - known == set()


def terms_of(thesaurus: str) -> set[tuple[str, str | None]]:
    return {(keyword.term, keyword.uri) for record in holdings().values() for keyword in record.keywords if keyword.thesaurus == thesaurus}


@pytest.mark.corpus
def test_types_of_platforms_are_of_gcmd(vocabularies: Path) -> None:
    with (vocabularies / "gcmd/cmr-static-kms/platforms.csv").open(encoding="utf-8-sig", newline="") as lines:
        categories = {row[1] for row in list(csv.reader(lines))[2:]}
    types = {platform.type for record in holdings().values() for platform in record.platforms if platform.type}
    assert types - categories == set()

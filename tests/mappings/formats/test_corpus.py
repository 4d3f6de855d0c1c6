"""All 1,265 real documents: each is read whole, byte for byte kept, or refused with a reason that names the place."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from mappings.formats import FORMATS, read, write
from records.errors import FormatError
from records.model import Record

READ = {
    "iso19139": {"iso19139": 563},
    "iso19139-ds-series": {"iso19139": 8},
    "dif": {"dif10": 123, "dif9": 31},
    "iso19115-3": {"iso19115-3": 18},
    "dublincore": {"dc": 59, "oai_dc": 1},
    "ogcapi-records": {"json": 96},
    "umm-c": {"ummc": 80},
    "stac-collection": {"stac": 78},
}
"""How many documents of each folder are read, by format. The folders that are not here hold formats that are not read yet."""

REFUSED = {
    "iso19139": {
        "not well-formed XML: Namespace prefix gmx on Anchor is not defined": 1,
        # Fragments by which mdTranslator tests its own readers: a root of gmi:MI_Metadata, below it an element that belongs elsewhere.
        "the document says nothing that can be read": 28,
    },
    "iso19115-3": {
        # As those of ISO 19139: below a root of mdb:MD_Metadata, an element that belongs elsewhere.
        "the document says nothing that can be read": 27,
        "the document holds nothing": 1,
    },
}
"""How many documents of the folders above are refused, by the beginning of the reason."""

FOREIGN = {
    "csw-oai-responses": ("GetRecordByIdResponse", "GetRecordsResponse", "Transaction", "OAI-PMH"),
    "datacite": ("resource",),
    "echo10": ("Collection",),
    "fgdc": ("metadata",),
    "schemaorg-jsonld": ("an object of @context", "an object of @id", "an object of @type"),
    "spase": ("Spase",),
    "voresource": ("Resource",),
}
"""What the refusals of formats that are not read say of the documents' root."""

pytestmark = pytest.mark.corpus


@dataclass(frozen=True)
class Outcome:
    folder: str
    name: str
    content: bytes
    record: Record | None
    refusal: FormatError | None


@pytest.fixture(scope="module")
def outcomes(corpus: Path) -> list[Outcome]:
    found = []
    for path in sorted(corpus.glob("*/*")):
        content = path.read_bytes()
        record, refusal = None, None
        try:
            record = read(content)
        except FormatError as error:
            refusal = error
        found.append(Outcome(path.parent.name, path.name, content, record, refusal))
    return found


def test_every_document_is_there(outcomes: list[Outcome]) -> None:
    assert len(outcomes) == 1265
    assert {outcome.folder for outcome in outcomes} == READ.keys() | FOREIGN.keys()


def test_the_documents_of_our_formats_are_read(outcomes: list[Outcome]) -> None:
    found: dict[str, Counter[str]] = {folder: Counter() for folder in READ}
    for outcome in outcomes:
        if outcome.record is not None and outcome.record.source is not None:
            found.setdefault(outcome.folder, Counter())[outcome.record.source.format] += 1
    assert found == READ


def test_the_refused_documents_of_our_formats_are_known(outcomes: list[Outcome]) -> None:
    refused = [outcome for outcome in outcomes if outcome.refusal is not None and outcome.folder in READ]
    known: Counter[tuple[str, str]] = Counter()
    for outcome in refused:
        reasons = REFUSED.get(outcome.folder, {})
        reason = next((reason for reason in reasons if str(outcome.refusal).startswith(reason)), None)
        assert reason is not None, f"{outcome.folder}/{outcome.name}: {outcome.refusal}"
        known[outcome.folder, reason] += 1
    assert known == {(folder, reason): count for folder, reasons in REFUSED.items() for reason, count in reasons.items()}


def test_foreign_formats_are_refused_by_the_name_of_their_root(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.folder in FOREIGN:
            roots = FOREIGN[outcome.folder]
            starts = tuple(f"no known format: {prefix}{root}" for prefix in ("the root element is ", "the JSON is ") for root in roots)
            assert str(outcome.refusal).startswith(starts), f"{outcome.folder}/{outcome.name}: {outcome.refusal}"


def test_every_refusal_names_a_place(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.refusal is not None and not str(outcome.refusal).startswith("no known format: the JSON is "):
            assert outcome.refusal.path != "/" or outcome.refusal.line is not None, f"{outcome.name}: {outcome.refusal}"


def test_a_document_asked_for_in_its_own_format_is_the_one_that_came(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.record is not None:
            assert outcome.record.source is not None
            assert write(outcome.record, outcome.record.source.format) == outcome.content


def test_nothing_is_half_read_in_silence(outcomes: list[Outcome]) -> None:
    """A record that lacks what makes a record says so, and one that has none of it is refused."""
    for outcome in outcomes:
        record = outcome.record
        if record is None:
            continue
        told = {problem.code for problem in record.problems}
        assert record.title is not None or "no-title" in told, outcome.name
        assert record.title or record.abstract or "no-identifier" not in told or record.contacts, outcome.name
        assert all(problem.path and problem.message for problem in record.problems), outcome.name


def test_real_records_survive_each_format_but_for_what_it_declares_lost(outcomes: list[Outcome]) -> None:
    for known in FORMATS:
        for outcome in outcomes:
            if outcome.record is not None and known.read is not None and known.carried is not None:
                again = known.read(known.write(outcome.record))
                assert again == known.carried(outcome.record), f"{outcome.folder}/{outcome.name} as {known.name}"


def test_reading_is_the_same_each_time(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.record is not None:
            again = read(outcome.content)
            assert (again, again.problems) == (outcome.record, outcome.record.problems), outcome.name


def test_texts_are_stripped_and_never_empty(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.record is not None:
            for text in _texts(outcome.record):
                assert text, outcome.name
                assert text == text.strip(), f"{outcome.name}: {text!r}"


def _texts(record: Record) -> list[str]:
    single = (record.identifier, record.parent_identifier, record.title, record.abstract, record.purpose, record.edition, record.lineage)
    names = [platform.name for platform in record.platforms] + [instrument.name for instrument in record.instruments]
    names += [project.name for project in record.projects] + [data_format.name for data_format in record.formats]
    contacts = [
        text for c in record.contacts for text in (c.individual, c.organisation, c.position, c.city, c.country, *c.emails, *c.phones)
    ]
    extents = [extent.description for extent in record.extents]
    several = (*record.alternate_titles, *record.cnes_categories, *(keyword.term for keyword in record.keywords))
    return [text for text in (*single, *several, *names, *contacts, *extents) if text is not None]

"""Metadata: stored bytes, or the record in the format asked for; whatever the record, the answer arrives and is valid."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from catalogue.engines.stored import entry_of
from catalogue.protocols.oai.asking import Verb
from catalogue.protocols.oai.identifiers import Names
from catalogue.service import load
from mappings import schemas as xsd
from mappings.embedding import embedded
from mappings.formats import read, registry
from mappings.xml import NAMESPACES, parse_xml
from records.model import Record, Source
from tests.catalogue.protocols.oai.asking import OAI, Repository, envelope_faults, metadata
from tests.catalogue.protocols.serving import NOW

PREFIXES = ("oai_dc", "iso19139", "iso19115-3", "dif10")
_DIF = b"<Entry_ID><Short_Name>bare</Short_Name><Version>1</Version></Entry_ID><Entry_Title>A bare DIF</Entry_Title>"
_DC = b'<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">plain</dc:identifier>'


def _keep(repository: Repository, content: bytes) -> Record:
    record = read(content)
    repository.engine.put([entry_of(record)], now=NOW)
    return record


def _got(repository: Repository, identifier: str, prefix: str) -> bytes:
    query = {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": identifier}
    return bytes(repository.client.get("/oai", query_string=query).data)


@pytest.mark.parametrize(
    "name", ["dif/OMSO2_003.xml", "dublincore/texas-elevation-csw3.xml", "iso19115-3/ga-dem-service.xml", "iso19115-3/auscope-otway.xml"]
)
def test_a_stored_document_is_handed_out_to_the_byte(empty: Repository, name: str) -> None:
    content = (Path(__file__).parents[3] / "golden" / name).read_bytes()
    record = _keep(empty, content)
    assert record.source is not None
    answers = {prefix: embedded(content) in _got(empty, record.identifier, prefix) for prefix in PREFIXES}
    assert answers == {prefix: prefix == record.source.format for prefix in PREFIXES}


@pytest.mark.parametrize(
    ("content", "prefix", "root"),
    [
        (b"<DIF>" + _DIF + b"</DIF>", "dif10", "{http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/}DIF"),
        (b"<metadata>" + _DC + b"</metadata>", "oai_dc", "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"),
        (b'<dc xmlns="http://example.org/">' + _DC + b"</dc>", "oai_dc", "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"),
    ],
)
def test_a_document_that_oai_cannot_hold_is_written_from_its_record(empty: Repository, content: bytes, prefix: str, root: str) -> None:
    record = _keep(empty, content)
    assert record.source is not None
    assert record.source.format == prefix
    (top,) = metadata(parse_xml(_got(empty, record.identifier, prefix)))
    assert top.tag == root


def test_elements_without_a_prefix_keep_the_namespace_they_had(empty: Repository) -> None:
    """A DIF whose root has a prefix and whose other elements have no namespace: inside OAI-PMH they must not get one."""
    record = _keep(empty, b'<d:DIF xmlns:d="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/">' + _DIF + b"</d:DIF>")
    (top,) = metadata(parse_xml(_got(empty, record.identifier, "dif10")))
    assert [child.tag for child in top] == ["Entry_ID", "Entry_Title"]


@pytest.fixture
def broken(repository: Repository) -> Repository:
    """The small catalogue, and in it a record whose stored document is damaged."""
    source = Source(content=b"<gmd:MD_Metadata", format="iso19139")
    repository.engine.put([entry_of(Record(identifier="bad one", title="Damaged", source=source))], now=NOW)
    return repository


def test_a_record_that_cannot_be_handed_out_is_reported_in_its_place(broken: Repository, caplog: pytest.LogCaptureFixture) -> None:
    answer = broken.ask("verb=ListRecords&metadataPrefix=iso19139")
    assert len(list(answer.iter(f"{OAI}record"))) == 8
    (root,) = [parts[1][0] for parts in answer.iter(f"{OAI}record") if "bad" in (parts[0][0].text or "")]
    record = read(etree.tostring(root))
    assert (record.identifier, record.title) == ("bad one", "Damaged")
    assert record.abstract is not None
    assert record.abstract.startswith("This record cannot be handed out as iso19139: not well-formed XML: ")
    assert record.abstract.endswith("It is at http://catalogue.example/records/bad%20one")
    assert "record 'bad one' cannot be handed out as iso19139" in caplog.text


def test_asked_for_alone_it_cannot_be_disseminated(broken: Repository) -> None:
    answer = broken.ask("verb=GetRecord&metadataPrefix=iso19139&identifier=bad%20one")
    assert answer[-1].get("code") == "cannotDisseminateFormat"
    assert "identifier" not in answer[1].attrib, "what is no URI cannot be repeated where the schema wants one"
    assert broken.code("verb=GetRecord&metadataPrefix=oai_dc&identifier=bad%20one") is None


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_fault_in_a_writer_stops_no_list(repository: Repository, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry.format_named(prefix)

    def failing(record: Record) -> bytes:
        if record.identifier == "b" and record.abstract is None:
            raise TypeError("a secret")
        return known.write(record)

    monkeypatch.setattr(registry, "format_named", lambda _: replace(known, write=failing))
    content = repository.client.get(f"/oai?verb=ListRecords&metadataPrefix={prefix}").data
    assert content.count(b"<record>") == 7
    assert f"This record cannot be handed out as {prefix}: the fault is ours. It is at ".encode() in content
    assert b"secret" not in content
    error = repository.ask(f"verb=GetRecord&metadataPrefix={prefix}&identifier=b")[-1]
    assert (error.get("code"), error.text) == (
        "cannotDisseminateFormat",
        f"This record cannot be handed out as {prefix}: the fault is ours.",
    )


@pytest.mark.schemas
@pytest.mark.parametrize("verb", ["Identify", "ListSets", "ListMetadataFormats"])
def test_what_the_repository_says_of_itself_is_valid(repository: Repository, schemas: Path, verb: str) -> None:
    assert envelope_faults(repository.ask(f"verb={verb}"), schemas) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[Repository]:
    """All real records that are read here."""
    repository = Repository(tmp_path_factory.mktemp("whole"))
    load(repository.engine, [corpus], clock=lambda: NOW)
    yield repository
    repository.engine.close()


def _schema(prefix: str, root: etree._Element, schemas: Path) -> etree.XMLSchema:
    iso = xsd.GMI if etree.QName(root).namespace == NAMESPACES["gmi"] else xsd.GMD_2007
    schema = xsd.compiled({"oai_dc": xsd.OAI_DC, "dif10": xsd.DIF10, "iso19139": iso, "iso19115-3": xsd.MDB}[prefix], schemas)
    assert schema is not None
    return schema


@pytest.mark.corpus
@pytest.mark.schemas
@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_whole_corpus_is_handed_out_valid(whole: Repository, schemas: Path, prefix: str) -> None:
    """What came in the format is there to the byte, with the faults it has; all else is valid, and so is the answer around it."""
    seen = []
    for part in whole.parts(f"verb=ListRecords&metadataPrefix={prefix}"):
        for header, top in zip(part.iter(f"{OAI}header"), metadata(part), strict=True):
            identifier = header[0].text or ""
            seen.append(identifier)
            document = etree.fromstring(etree.tostring(top))
            faults = xsd.check(_schema(prefix, document, schemas), document)
            assert faults == [] or _came_as(whole, identifier, prefix), f"{identifier}: {faults}"
        assert envelope_faults(part, schemas) == []
    assert len(seen) == len(set(seen)) == whole.engine.statistics().records
    assert envelope_faults(whole.ask(f"verb=ListIdentifiers&metadataPrefix={prefix}"), schemas) == []


def _came_as(whole: Repository, identifier: str, prefix: str) -> bool:
    """Whether a record came in a format; its document is then in the answer to the byte."""
    content = _got(whole, identifier, prefix)
    for meant in Names(whole.base_url).meant(identifier):
        record = whole.engine.get(meant)
        if record is not None and record.source is not None:
            return record.source.format == prefix and embedded(record.source.content) in content
    return False


_FORM = "application/x-www-form-urlencoded"
_NAMES = ("verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken")
_VALUES = (
    *Verb, *PREFIXES, "a", "f", "oai:catalogue.example:b", "2026-11-28", "2026-11-28T12:00:00Z", "domain", "domain:earth", "source:nasa",
    "", "x://a:b", ":a", "%", "http://[", "//a", "urn:a:b", "http://a.example/b?c", "a b", "\x00", "\ud800", "]]>", "&amp;", "\n",
)  # fmt: skip
_WORDS = st.one_of(st.sampled_from(_VALUES), st.text(max_size=12))


@pytest.mark.schemas
def test_whatever_is_asked_the_answer_is_valid(repository: Repository, schemas: Path) -> None:
    arguments = st.lists(st.tuples(st.one_of(st.sampled_from(_NAMES), st.text(max_size=5)), _WORDS), max_size=4)

    @settings(max_examples=400, deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow])
    @given(verb=st.sampled_from(Verb), others=arguments)
    def valid(verb: Verb, others: list[tuple[str, str]]) -> None:
        query = [(name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass")) for name, value in others]
        text = urlencode([(b"verb", verb.encode()), *query])
        for answer in (repository.client.get(f"/oai?{text}"), repository.client.post("/oai", data=text, content_type=_FORM)):
            assert answer.status_code == 200
            assert envelope_faults(parse_xml(answer.data), schemas) == []

    valid()

"""Verbs and arguments: what is asked for gets its answer, and every mistake the standard's own error."""

import json

import pytest

from catalogue.engines.base import Statistics
from catalogue.protocols.doors import UNAVAILABLE
from tests.catalogue.protocols.oai.asking import OAI, Repository, metadata

NOW = "2026-11-27T12:00:00Z"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Harvest&metadataPrefix=oai_dc", "badVerb"),
        ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListSets&foo=1", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListMetadataFormats&identifier=nowhere", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=a&identifier=a", "badArgument"),
        ("verb=GetRecord", "badArgument"),
        ("verb=GetRecord&identifier=a", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=nowhere&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=oai:other.example:a&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=a&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=GetRecord&identifier=a&metadataPrefix=a%20b", "badArgument"),
        ("verb=GetRecord&identifier=a&metadataPrefix=oai_dc&set=domain", "badArgument"),
        ("verb=ListIdentifiers", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=marc21&set=music", "cannotDisseminateFormat"),
        ("verb=ListIdentifiers&metadataPrefix=marc21&from=9999-12-31", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a::b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=music", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=domain:music", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=domain:material", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=source:~4easa", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=0000-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2026-11-27T25:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2026-11-27T12:00:00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2026-11-27T12:00:00.5Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-27&until=2026-11-28T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-28&until=2026-11-27", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=0001-01-01", "noRecordsMatch"),
    ],
)
def test_each_mistake_has_its_code(repository: Repository, query: str, code: str) -> None:
    answer = repository.ask(query)
    assert repository.code(query) == code
    repeated = dict(answer.find(f"{OAI}request").attrib)  # type: ignore[union-attr]  # every answer has one
    if code in {"badVerb", "badArgument"}:
        assert repeated == {}
    else:
        assert repeated["verb"] == query.removeprefix("verb=").partition("&")[0]


def test_a_message_says_what_is_wrong_and_what_is_right(repository: Repository) -> None:
    answers = {
        "verb=Foo": ("'Foo' is no verb; there are GetRecord, Identify, ListIdentifiers, ListMetadataFormats, ListRecords, ListSets."),
        "verb=ListSets&set=a": "ListSets does not take the argument 'set'; it takes resumptionToken.",
        "verb=ListRecords&metadataPrefix=oai_dc&from=yesterday": (
            "The argument from is 'yesterday'; it must be a date YYYY-MM-DD or a moment YYYY-MM-DDThh:mm:ssZ."
        ),
        "verb=ListRecords&metadataPrefix=mods": "There is no format 'mods'; there are oai_dc, iso19139, iso19115-3, dif10.",
    }
    assert {query: repository.ask(query).findtext(f"{OAI}error") for query in answers} == answers


def test_identify_tells_who_answers(repository: Repository) -> None:
    answer = repository.ask("verb=Identify")
    identify = answer.find(f"{OAI}Identify")
    assert identify is not None
    assert [(part.tag.removeprefix(OAI), part.text) for part in identify][:-1] == [
        ("repositoryName", "Reflecs"),
        ("baseURL", "http://catalogue.example/oai"),
        ("protocolVersion", "2.0"),
        ("adminEmail", "serad@example.org"),
        ("earliestDatestamp", NOW),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ]
    assert [part.text for part in identify[-1][0]] == ["oai", "catalogue.example", ":", "oai:catalogue.example:a"]
    assert answer.findtext(f"{OAI}responseDate") == "2026-11-29T13:00:00Z"
    assert answer.findtext(f"{OAI}request") == "http://catalogue.example/oai"


def test_a_host_that_is_no_domain_name_is_not_described_as_one(repository: Repository) -> None:
    repository.base_url = "http://localhost:8000"
    repository.restart()
    assert repository.ask("verb=Identify").find(f".//{OAI}description") is None
    assert repository.ask("verb=GetRecord&identifier=oai:localhost:a&metadataPrefix=oai_dc").findtext(f".//{OAI}identifier") == (
        "oai:localhost:a"
    )


def test_an_empty_catalogue_is_younger_than_everything(empty: Repository) -> None:
    assert empty.ask("verb=Identify").findtext(f".//{OAI}earliestDatestamp") == NOW
    assert empty.code("verb=ListRecords&metadataPrefix=oai_dc") == "noRecordsMatch"
    assert [part.text for part in empty.ask("verb=ListSets").iter(f"{OAI}setSpec")][-1] == "domain:material"


@pytest.mark.parametrize("query", ["", "&identifier=a", "&identifier=oai:catalogue.example:f"])
def test_every_record_can_be_had_in_every_format(repository: Repository, query: str) -> None:
    answer = repository.ask(f"verb=ListMetadataFormats{query}")
    assert [[part.text for part in known] for known in answer.iter(f"{OAI}metadataFormat")] == [
        ["oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"],
        ["iso19139", "http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd", "http://www.isotc211.org/2005/gmd"],
        ["iso19115-3", "https://schemas.isotc211.org/19115/-3/mdb/2.0/mdb.xsd", "http://standards.iso.org/iso/19115/-3/mdb/2.0"],
        ["dif10", "https://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/dif_v10.2.xsd", "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"],
    ]


def test_sets_are_domains_and_sources(repository: Repository) -> None:
    sets = [[part.text for part in one] for one in repository.ask("verb=ListSets").iter(f"{OAI}set")]
    assert sets == [
        ["domain", "Records of a known science domain"],
        ["domain:earth", "Earth"],
        ["domain:universe", "Universe"],
        ["domain:life", "Life"],
        ["domain:material", "Material"],
        ["source", "Records that were harvested"],
        ["source:esa~3A~20~C5~93uvres~20~7E1", "Harvested from esa: œuvres ~1"],
        ["source:nasa", "Harvested from nasa"],
    ]


@pytest.mark.parametrize("identifier", ["a", "oai:catalogue.example:a", "oai:catalogue.example:%61"])
def test_a_record_is_got_by_either_identifier(repository: Repository, identifier: str) -> None:
    answer = repository.ask(f"verb=GetRecord&identifier={identifier.replace('%', '%25')}&metadataPrefix=oai_dc")
    assert answer.findtext(f".//{OAI}header/{OAI}identifier") == "oai:catalogue.example:a"
    assert answer.findtext(f".//{OAI}header/{OAI}datestamp") == NOW
    assert [part.text for part in answer.iter(f"{OAI}setSpec")] == ["domain:earth"]
    assert metadata(answer)[0].findtext("{http://purl.org/dc/elements/1.1/}title") == "Sea ice"


def test_a_deleted_record_is_got_as_its_tombstone(repository: Repository) -> None:
    answer = repository.ask("verb=GetRecord&identifier=g&metadataPrefix=iso19139")
    (header,) = answer.iter(f"{OAI}header")
    assert header.get("status") == "deleted"
    assert [part.text for part in header] == ["oai:catalogue.example:g", "2026-11-29T12:00:00Z", "domain:earth", "source:nasa"]
    assert metadata(answer) == []


def test_a_request_by_post_is_the_same_request(repository: Repository) -> None:
    form = {"verb": "GetRecord", "identifier": "a", "metadataPrefix": "oai_dc"}
    assert repository.client.post("/oai", data=form).data == repository.client.get("/oai", query_string=form).data
    assert b"badVerb" in repository.client.post("/oai", data=json.dumps(form), content_type="application/json").data
    assert b"badArgument" in repository.client.post("/oai?metadataPrefix=oai_dc", data=form).data


def test_a_catalogue_out_of_order_says_when_to_come_back(repository: Repository) -> None:
    for path in (repository.folder / "catalogue").glob("*.sqlite*"):
        path.write_bytes(b"broken")
    repository.engine.close()
    answer = repository.client.get("/oai?verb=Identify")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.text == f"{UNAVAILABLE}\n", "and nothing of what is wrong with it"


@pytest.mark.parametrize(
    ("method", "path", "form", "status", "sentence"),
    [
        ("PUT", "/oai", None, 405, "OAI-PMH is asked by GET and by POST."),
        ("DELETE", "/oai?verb=Identify", None, 405, "OAI-PMH is asked by GET and by POST."),
        ("GET", "/oai/", None, 404, "There is nothing at this address; OAI-PMH is asked at /oai."),
        ("GET", "/oai/records?verb=Identify", None, 404, "There is nothing at this address; OAI-PMH is asked at /oai."),
        ("POST", "/oai", {"verb": "x" * 2_000_000}, 413, "The request is too large."),
    ],
)
def test_errors_of_http_are_told_in_a_plain_sentence(
    repository: Repository, method: str, path: str, form: dict[str, str] | None, status: int, sentence: str
) -> None:
    answer = repository.client.open(path, method=method, data=form, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type, answer.text) == (status, "text/plain; charset=utf-8", f"{sentence}\n")
    assert answer.headers.get("Allow") == ("GET, HEAD, OPTIONS, POST" if status == 405 else None)


def test_a_fault_of_ours_is_told_without_a_word_of_it(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Statistics:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(repository.engine, "statistics", failing)
    answer = repository.client.get("/oai?verb=Identify")
    assert (answer.status_code, answer.text) == (500, "The catalogue failed to answer. The fault is ours.\n")


def test_other_addresses_are_the_pages_own(repository: Repository) -> None:
    assert repository.client.get("/oaix").content_type.startswith("text/html")

"""Hidden records at every door: what is answered is what a catalogue answers that never had them; and who may see them does."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from accounts.codelists import Role, RuleKind, Shown
from accounts.visitors import COMMAND_LINE, Visitor
from catalogue.app import create_app
from catalogue.engines.stored import entry_of
from catalogue.service import Catalogue
from catalogue.settings import Settings
from mappings.formats import read, write
from records.model import Record
from tests.catalogue.access_house import BASE_URL, DAY, HIDDEN, NOW, SECRETS, TOKEN, WHO, House, house

CSW = "/csw?service=CSW&version=2.0.2&request="
CSW3 = "/csw?service=CSW&version=3.0.0&request="
LIKE_HUSH = quote("title LIKE '%hush%'")
ADDRESSES = (
    # pages
    *(
        "/",
        "/search",
        "/search?q=zubeneschamali",
        "/search?q=zubenesthamali",
        "/search?q=hushwort",
        "/search?q=light+curves",
        "/search?q=stars",
    ),
    *("/search?platform=HUSHSAT", "/search?parent=n1-root", "/search?parent=corot", "/search?sort=-created", "/search?bbox=-20,-20,-5,-5"),
    *("/search?from=2005&to=2006", "/search?q=corot&more=keyword", "/search?page=2", "/records/corot", "/records/jason?view=metadata"),
    *(
        "/records/n1-root",
        "/records/n1-root?f=pdf",
        "/records/n1-root?f=iso19139",
        "/records/n1-root?view=iso",
        "/records/n1-root?f=bibtex",
    ),
    *(
        "/records/n1-root?view=metadata",
        "/records/n1-child",
        "/records?id=n1-root",
        "/records/n1-root?f=nothing",
        "/records/n1-root?view=nothing",
    ),
    *("/export?id=n1-root&f=csv", "/export?id=corot&id=n1-root&f=iso19139", "/export?q=hush&f=csv", "/export?f=csv"),
    *("/suggest?q=zub", "/suggest?q=hush", "/suggest?q=s", "/suggest?q=n1", "/suggest?q=embargoed", "/suggest?q=co"),
    *("/browse/keyword", "/browse/platform", "/browse/project", "/browse/level", "/programs", "/health", "/health/ready"),
    *("/sitemap.xml", "/sitemap.xml?page=1", "/sitemap.xml?page=2", "/robots.txt", "/feed", "/feed?q=zubeneschamali"),
    # CSW
    f"{CSW}GetCapabilities",
    f"{CSW3}GetCapabilities",
    *(f"{version}GetRecords&typeNames=csw:Record&resultType=results&elementSetName=full" for version in (CSW, CSW3)),
    f"{CSW}GetRecords&typeNames=csw:Record&resultType=hits",
    f"{CSW}GetRecords&typeNames=csw:Record&resultType=results&maxRecords=2&startPosition=3",
    f"{CSW}GetRecords&typeNames=csw:Record&resultType=results&constraintLanguage=CQL_TEXT&constraint={quote('AnyText = hushword')}",
    f"{CSW3}GetRecords&typeNames=csw:Record&q=zubeneschamali",
    f"{CSW3}GetRecords&typeNames=csw:Record&recordIds=n1-root",
    f"{CSW3}GetRecords&typeNames=csw:Record&outputFormat=application/atom%2Bxml",
    *(f"{version}GetRecordById&Id=n1-root" for version in (CSW, CSW3)),
    f"{CSW}GetRecordById&Id=n1-root,corot&outputSchema=http://www.isotc211.org/2005/gmd",
    f"{CSW}GetRecordById&Id=n1-root,corot&outputSchema=http://standards.iso.org/iso/19115/-3/mdb/2.0",
    f"{CSW}GetRepositoryItem&Id=n1-root",
    *(f"{CSW}GetDomain&PropertyName={name}" for name in ("dc:title", "dc:subject", "dc:identifier", "apiso:Modified", "dc:relation")),
    *(f"{CSW}GetDomain&PropertyName={name}" for name in ("apiso:TempExtent_begin", "dct:created", "dc:date")),
    f"{CSW3}GetCapabilities&mode=opensearch",
    # OGC API Records
    *("/ogc", "/ogc/collections", "/ogc/collections/records", "/ogc/collections/universe", "/ogc/collections/records/items"),
    *(
        "/ogc/collections/records/items?limit=2",
        "/ogc/collections/records/items?q=hushware",
        "/ogc/collections/records/items?q=light&limit=1",
    ),
    "/ogc/collections/records/items?facets=platform,keyword,level,year,domain",
    *("/ogc/collections/records/items/n1-root", "/ogc/collections/records/items?ids=n1-root,n1-child,corot"),
    f"/ogc/collections/records/items?filter={LIKE_HUSH}",
    "/ogc/collections/records/items?sortby=-created&limit=1",
    "/ogc/collections/records/items?platform=HUSHSAT",
    # OAI-PMH
    *("/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"),
    *(f"/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "iso19139", "iso19115-3", "dif10")),
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=source:hushed",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&until=2026-11-19",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-11-22",
    *(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:catalogue.example:{name}" for name in ("n1-root", "n1-dead", "n1-child")),
    "/oai?verb=ListMetadataFormats&identifier=oai:catalogue.example:n1-root",
    # OpenSearch
    *("/opensearch", "/opensearch/search", "/opensearch/search?q=hushword", "/opensearch/search?uid=n1-root", "/opensearch/search?count=2"),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with something to hide."""
    with house(tmp_path_factory.mktemp("full"), hiding=True) as found:
        yield found


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same without it."""
    with house(tmp_path_factory.mktemp("bare"), hiding=False) as found:
        yield found


@pytest.fixture(autouse=True)
def _as_it_was(full: House) -> Iterator[None]:
    yield
    full.now = NOW
    for rule in full.access.rules():
        full.access.remove_rule(rule.identifier, by=COMMAND_LINE, address=None)


def _get(where: House, address: str, who: str = "visitor", **headers: str) -> tuple[int, str]:
    """Return the status and the text of an answer; of a PDF or a zip that it is one."""
    answer = where.client(who).get(address, headers=headers)
    return answer.status_code, answer.get_data().decode("utf-8", "replace")


@pytest.mark.parametrize("who", ["visitor", "user"])
def test_each_door_answers_as_if_hidden_records_had_never_been_there(full: House, bare: House, who: str) -> None:
    full.rule(RuleKind.UNTIL, NOW + DAY)
    found = {address: _get(full, address, who) for address in ADDRESSES}
    expected = {address: _get(bare, address) for address in ADDRESSES}
    for address, answer in found.items():
        assert answer == expected[address], address
        assert answer[0] < 500, address


def test_no_answer_holds_a_word_of_hidden_records_but_those_that_were_asked_for(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    said = {address: _get(full, address)[1].casefold() for address in ADDRESSES}
    told = {address: [word for word in SECRETS if word in body and word not in address.casefold()] for address, body in said.items()}
    assert {address: words for address, words in told.items() if words} == {}


CASES = {
    "open": (RuleKind.OPEN, None, Shown.NOTHING, {*WHO}),
    "restricted, described": (RuleKind.GROUPS, None, Shown.DESCRIPTION, {*WHO}),
    "restricted, named": (RuleKind.GROUPS, None, Shown.NAME, {"member", "curator", "administrator"}),
    "restricted, hidden": (RuleKind.GROUPS, None, Shown.NOTHING, {"member", "curator", "administrator"}),
    "embargo until yesterday": (RuleKind.UNTIL, NOW - DAY, Shown.NOTHING, {*WHO}),
    "embargo until tomorrow, described": (RuleKind.UNTIL, NOW + DAY, Shown.DESCRIPTION, {*WHO}),
    "embargo until tomorrow, named": (RuleKind.UNTIL, NOW + DAY, Shown.NAME, {"member", "curator", "administrator"}),
    "embargo until tomorrow, hidden": (RuleKind.UNTIL, NOW + DAY, Shown.NOTHING, {"member", "curator", "administrator"}),
}
TELLING = {
    "results": ("/search?q=zubeneschamali", "Embargoed", "1–2 of 2 records"),
    "facets": ("/search?q=light", "HUSHSAT", None),
    "suggestions": ("/suggest?q=zubenesch", "Embargoed light curves", None),
    "the feed": ("/feed", "Hushed Zubeneschamali", None),
    "the sitemap": ("/sitemap.xml?page=1", "/records/n1-child", None),
    "browsing": ("/browse/platform", "HUSHSAT", None),
    "a format": ("/records/n1-child?f=iso19139", "Hushed Zubeneschamali", None),
    "an export": ("/export?id=n1-child&id=corot&f=csv", "Hushed Zubeneschamali", None),
    "health": ("/health", '"records":4', None),
    "CSW": (f"{CSW}GetRecords&typeNames=csw:Record&resultType=results", "Embargoed", 'numberOfRecordsMatched="6"'),
    "CSW, by identifier": (f"{CSW3}GetRecordById&Id=n1-child", "Hushed", None),
    "CSW, domains": (f"{CSW}GetDomain&PropertyName=dc:subject", "hushword", None),
    "OGC": ("/ogc/collections/records/items", "Embargoed", '"numberMatched":6'),
    "OGC, one": ("/ogc/collections/records/items/n1-child", "Hushed", None),
    "OGC, collections": ("/ogc/collections/records", '"itemCount":6', None),
    "OAI": ("/oai?verb=ListRecords&metadataPrefix=oai_dc", "Embargoed", None),
    "OAI, deletions": ("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc", "n1-dead", None),
    "OAI, sets": ("/oai?verb=ListSets", "source:hushed", None),
    "OpenSearch": ("/opensearch/search?q=zubeneschamali", "Embargoed", "<os:totalResults>2<"),
}


@pytest.mark.parametrize("case", CASES)
def test_who_may_read_descriptions_is_told_at_every_door_and_nobody_else(full: House, case: str) -> None:
    kind, opens, shown, told = CASES[case]
    full.rule(kind, opens, shown)
    doors = {name: row for name, row in TELLING.items() if name != "health"}
    for who in WHO:
        bodies = {name: _get(full, address, who) for name, (address, _, _) in doors.items()}
        found = {name: doors[name][1] in body for name, (_, body) in bodies.items()}
        assert found == dict.fromkeys(doors, who in told), who
        counted = {name: row[2] in bodies[name][1] for name, row in doors.items() if row[2]}
        assert counted == dict.fromkeys(counted, who in told), who


def test_a_date_that_passes_opens_every_door_at_once(full: House) -> None:
    full.rule(RuleKind.UNTIL, datetime(2027, 1, 12, tzinfo=NOW.tzinfo))
    doors = {name: row for name, row in TELLING.items() if name != "health"}
    before = {name: said in _get(full, address)[1] for name, (address, said, _) in doors.items()}
    full.now = datetime(2027, 1, 12, tzinfo=NOW.tzinfo)
    after = {name: said in _get(full, address)[1] for name, (address, said, _) in doors.items()}
    assert (before, after) == (dict.fromkeys(doors, False), dict.fromkeys(doors, True))


def test_what_is_loaded_below_a_hidden_record_is_hidden_at_once_and_so_is_its_deletion(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    late = read(write(Record(identifier="n1-late", title="Hushed late", parent_identifier="n1-child"), "iso19139"))
    listing = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"
    before = _get(full, "/search")[1], _get(full, listing)[1]
    full.engine.put([entry_of(late)], now=NOW)
    during = _get(full, "/search")[1], _get(full, listing)[1]
    member = "n1-late" in _get(full, listing, "member")[1]
    full.engine.delete(["n1-late"], now=NOW)
    after = _get(full, "/search")[1], _get(full, listing)[1]
    assert before == during == after
    assert member
    assert 'status="deleted"' in re.findall(r"<header[^>]*><identifier>[^<]*n1-late", _get(full, listing, "member")[1])[0]


def test_health_and_metrics_count_what_anybody_may_see(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    said = {who: full.client(who).get("/health").get_json()["records"] for who in WHO}
    assert said == dict.fromkeys(WHO, 4)
    assert "reflecs_records 4.0" in _get(full, "/metrics")[1]


# Names alone


@pytest.mark.parametrize(
    ("opens", "words"),
    [(None, "For members of COROT N1"), (datetime(2027, 1, 12, tzinfo=NOW.tzinfo), "For members of COROT N1, open from 12 January 2027")],
)
def test_a_record_of_which_the_name_is_shown_has_a_page_with_that_a_padlock_and_when_it_opens(
    full: House, opens: datetime | None, words: str
) -> None:
    full.rule(RuleKind.UNTIL if opens else RuleKind.GROUPS, opens, Shown.NAME)
    status, page = _get(full, "/records/n1-root")
    assert status == 200
    assert "Embargoed light curves of Zubeneschamali" in page
    assert words in page
    assert "#lock" in page
    assert "noindex" in page
    assert not [secret for secret in ("hushware", "HUSHSAT", "hushword", "HUSH1", "1990", "2026") if secret in page.partition("<main")[2]]


@pytest.mark.parametrize(
    "asked", ["f=iso19139", "f=json", "f=pdf", "f=csv", "f=bibtex", "f=nothing", "view=metadata", "view=iso", "view=advanced"]
)
def test_nothing_else_is_had_of_a_name(full: House, asked: str) -> None:
    full.rule(RuleKind.GROUPS, shown=Shown.NAME)
    status, body = _get(full, f"/records/n1-root?{asked}")
    assert status == 403
    assert not [secret for secret in SECRETS if secret in body.casefold().replace("/records/n1-root", "").replace("n1-root", "")]
    assert _get(full, f"/records/n1-root?{asked}", "member")[0] in {200, 400}


def test_nor_by_what_is_accepted(full: House) -> None:
    full.rule(RuleKind.GROUPS, shown=Shown.NAME)
    for accept in ("application/xml", "application/json", "application/pdf", "application/ld+json"):
        assert _get(full, "/records/n1-root", Accept=accept)[0] == 403
    for accept in ("*/*", "text/html", "text/html;q=0.5,application/xml;q=0.1"):
        assert _get(full, "/records/n1-root", Accept=accept)[0] == 200


def test_a_name_is_no_proof_where_there_is_no_record(full: House, bare: House) -> None:
    full.rule(RuleKind.GROUPS, shown=Shown.NAME, identifier="nowhere")
    assert _get(full, "/records/nowhere") == _get(bare, "/records/nowhere")
    assert _get(full, "/records/nowhere")[0] == 404


# Padlocks


def test_a_record_that_is_described_and_not_open_has_a_padlock_on_its_page_and_in_lists(full: House) -> None:
    full.rule(RuleKind.UNTIL, datetime(2027, 1, 12, tzinfo=NOW.tzinfo), Shown.DESCRIPTION)
    words = "For members of COROT N1, open from 12 January 2027"
    pages = ("/records/n1-root", "/records/n1-child", "/search?q=zubeneschamali", "/records/corot", "/")
    assert [words in _get(full, page)[1] for page in pages] == [True] * len(pages)
    assert [words in _get(full, page, "curator")[1] for page in pages] == [True] * len(pages)
    assert [words in _get(full, page, "member")[1] for page in pages] == [False] * len(pages)
    assert "Open to you" in _get(full, "/records/n1-child", "member")[1]
    assert words not in _get(full, "/records/jason")[1]
    french = full.client().get("/records/n1-root", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "Réservé aux membres de COROT N1, accès ouvert à partir du 12 janvier 2027" in french


# Between visitors


def test_caches_are_told_that_answers_depend_on_who_asks_as_soon_as_there_is_a_rule(full: House) -> None:
    addresses = (
        "/",
        "/search",
        "/records/corot",
        "/records/n1-root",
        "/suggest?q=s",
        "/feed",
        "/sitemap.xml",
        "/ogc/collections",
        f"{CSW}GetCapabilities",
        "/oai?verb=Identify",
        "/opensearch/search",
    )

    def told(address: str) -> tuple[bool, bool]:
        answer = full.client().get(address)
        return answer.cache_control.private is not None, {"cookie", "authorization"} <= {name.casefold() for name in answer.vary}

    assert {told(address) for address in addresses} == {(False, False)}
    full.rule(RuleKind.GROUPS)
    assert {told(address) for address in addresses} == {(True, True)}
    asset = full.client().get("/static/reflecs.css")
    assert asset.cache_control.public
    assert "Cookie" not in asset.vary


def test_what_a_member_was_given_opens_nothing_to_another(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    for address in ("/ogc/collections/records/items/n1-root", "/records/n1-root?f=iso19139"):
        tag = full.client("member").get(address).headers["ETag"]
        assert full.client("member").get(address, headers={"If-None-Match": tag}).status_code == 304
        assert full.client("visitor").get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_members_cursor_leads_another_past_what_is_hidden(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    page = full.client("member").get("/ogc/collections/records/items?limit=1&sortby=-identifier").get_json()
    onward = next(link["href"] for link in page["links"] if link["rel"] == "next").removeprefix("http://catalogue.example")
    assert [feature["id"] for feature in full.client("member").get(onward).get_json()["features"]] == ["n1-child"]
    other = full.client("visitor").get(onward).get_json()
    assert [feature["id"] for feature in other["features"]] == ["jason-2"]
    assert other["numberMatched"] == 4


def test_positions_are_not_shared_between_those_who_see_different_records(full: House, bare: House) -> None:
    """Behind one network address, with one program, at a time: a member and a visitor walk through the same question."""
    full.rule(RuleKind.GROUPS)

    def page(where: House, who: str, start: int) -> list[str]:
        address = f"{CSW}GetRecords&typeNames=csw:Record&resultType=results&sortBy=dc:identifier:D&maxRecords=2&startPosition={start}"
        return re.findall(r"<dc:identifier>([^<]+)<", _get(where, address, who)[1])

    member = [page(full, "member", start) for start in (1, 3, 5)]
    visitor = [page(full, "visitor", start) for start in (1, 3)]
    again = [page(full, "member", start) for start in (3, 5)]
    assert [name for names in member for name in names] == ["n1-root", "n1-child", "jason-2", "jason", "corot-n0", "corot"]
    assert visitor == [page(bare, "visitor", start) for start in (1, 3)]
    assert again == member[1:]


def test_collections_are_described_to_each_as_they_are_for_him(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    counts = [
        full.client(who).get("/ogc/collections/records").get_json()["itemCount"]
        for who in ("member", "visitor", "curator", "user", "member")
    ]
    assert counts == [6, 4, 6, 4, 6]


# Curators at the doors


def test_a_curators_token_sees_and_changes_what_is_hidden(full: House) -> None:
    full.rule(RuleKind.GROUPS)
    authorised = {"Authorization": f"Bearer {TOKEN}"}
    assert _get(full, "/ogc/collections/records/items/n1-root", **authorised)[0] == 200
    assert _get(full, "/ogc/collections/records/items/n1-root", Authorization="Bearer something-else")[0] == 404
    document = write(HIDDEN[0], "iso19139")
    put = full.client().put("/ogc/collections/records/items/n1-root", data=document, headers=authorised, content_type="application/xml")
    assert put.status_code == 204
    refused = full.client().put("/ogc/collections/records/items/n1-root", data=document, content_type="application/xml")
    assert refused.status_code == 401


# Trouble


def test_where_the_rules_cannot_be_read_nothing_is_shown(tmp_path_factory: pytest.TempPathFactory) -> None:
    with house(tmp_path_factory.mktemp("broken"), hiding=True) as broken:
        broken.rule(RuleKind.GROUPS)
        with broken.database.writing() as session:
            session.execute(text("ALTER TABLE access_rules RENAME TO away"))
        answers = {address: broken.client().get(address) for address, _, _ in TELLING.values()}
        assert {address: answer.status_code for address, answer in answers.items() if answer.status_code < 500} == {}
        said = {address: answer.get_data(as_text=True).casefold() for address, answer in answers.items()}
        assert [(address, word) for address, body in said.items() for word in SECRETS if word in body and word not in address] == []


# The whole house


def test_a_member_known_by_a_token_sees_what_the_group_may_and_no_longer_once_taken_out(full: House, tmp_path: Path) -> None:
    """With the accounts and the wiring of `reflecs serve`: nobody here is made up."""
    settings = Settings(
        base_url=BASE_URL,
        contact="serad@example.org",
        secret_key="k" * 32,
        database=f"sqlite:///{tmp_path / 'reflecs.sqlite'}",
        archive=tmp_path / "archive",
        mail=f"outbox:{tmp_path / 'outbox'}",
        queue=f"sqlite:{tmp_path / 'queue.sqlite'}",
    )
    app = create_app(settings, Catalogue(full.engine, base_url=BASE_URL, clock=lambda: NOW))
    accounts, access = app.extensions["services"].accounts, app.extensions["services"].access
    accounts.add_group("corot-n1", "COROT N1", by=COMMAND_LINE, address=None)
    accounts.create_user("member", "member@example.org", role=Role.USER, password="vier kleine gelbe enten", by=COMMAND_LINE, address=None)
    user_id = accounts.user_named("member").user_id
    accounts.join(user_id, "corot-n1", None, by=COMMAND_LINE, address=None)
    token = accounts.add_token(user_id, "tests", None, by=Visitor(user_id=user_id), address=None)
    access.set_rule("n1-root", RuleKind.GROUPS, None, Shown.NOTHING, ["corot-n1"], by=COMMAND_LINE, address=None)
    doors = {name: row for name, row in TELLING.items() if name != "health"}

    def told(**headers: str) -> dict[str, bool]:
        client = app.test_client()
        return {name: said in client.get(address, headers=headers).get_data(as_text=True) for name, (address, said, _) in doors.items()}

    assert told() == dict.fromkeys(doors, False)
    assert told(Authorization=f"Bearer {token}") == dict.fromkeys(doors, True)
    accounts.leave(user_id, "corot-n1", by=COMMAND_LINE, address=None)
    assert told(Authorization=f"Bearer {token}") == dict.fromkeys(doors, False)
    app.extensions["services"].database.close()

"""Lists: windows and sets narrow them, and a walk is whole whatever happens meanwhile."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Header, Window
from catalogue.protocols.oai import repository as sizes
from catalogue.protocols.oai.tokens import LIFETIME
from records.codes import Domain
from records.model import Record
from tests.catalogue.protocols.oai.asking import OAI, Repository, identifiers, made
from tests.catalogue.protocols.serving import NOW

LIST = "verb=ListIdentifiers&metadataPrefix=oai_dc"
RECORDS = "verb=ListRecords&metadataPrefix=oai_dc"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of seven headers or three records."""
    monkeypatch.setattr(sizes, "IDENTIFIERS", 7)
    monkeypatch.setattr(sizes, "RECORDS", 3)


@pytest.fixture
def many(empty: Repository) -> Repository:
    """Fifty records, every fifth of a source."""
    entries = [made(f"r{number:02}", f"title {number}", source=None if number % 5 else "nasa") for number in range(50)]
    empty.engine.put(entries, now=NOW)
    return empty


MANY = [f"r{number:02}" for number in range(50)]


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ("", "abcdefg"),
        ("&from=2026-11-27", "abcdefg"),
        ("&from=1066-10-14", "abcdefg"),
        ("&from=2026-11-28", "defg"),
        ("&until=2026-11-27", "abc"),
        ("&from=2026-11-28&until=2026-11-28", "de"),
        ("&from=2026-11-27T12:00:00Z", "abcdefg"),
        ("&from=2026-11-27T12:00:01Z", "defg"),
        ("&until=2026-11-27T12:00:00Z", "abc"),
        ("&from=2026-11-28T12:00:00Z&until=2026-11-28T12:00:00Z", "de"),
        ("&set=domain", "abcdg"),
        ("&set=domain:earth", "abg"),
        ("&set=source", "bcdg"),
        ("&set=source:nasa", "bdg"),
        ("&set=source:esa~3A~20~C5~93uvres~20~7E1", "c"),
        ("&set=source&until=2026-11-27", "bc"),
    ],
)
def test_dates_and_sets_narrow_a_list(repository: Repository, narrowing: str, expected: str) -> None:
    assert "".join(repository.found(LIST + narrowing)) == expected
    assert "".join(repository.found(RECORDS + narrowing)) == expected


def test_what_a_list_says_of_a_record_is_what_the_record_says(repository: Repository) -> None:
    listed = {header[0].text: [part.text for part in header] for header in repository.ask(LIST).iter(f"{OAI}header")}
    for identifier, header in listed.items():
        answer = repository.ask(f"verb=GetRecord&metadataPrefix=dif10&identifier={identifier}")
        assert [part.text for part in answer.iter(f"{OAI}identifier", f"{OAI}datestamp", f"{OAI}setSpec")] == header


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(("query", "size"), [(LIST, 7), (RECORDS, 3)])
def test_each_part_says_where_it_is(many: Repository, query: str, size: int) -> None:
    tokens = [part.find(f".//{OAI}resumptionToken") for part in many.parts(query)]
    said = [dict(token.attrib) for token in tokens if token is not None]
    begins = range(0, 50, size)
    assert [int(one["cursor"]) for one in said] == list(begins)
    assert {one["completeListSize"] for one in said} == {"50"}
    assert [one.get("expirationDate") for one in said] == ["2026-11-28T12:00:00Z"] * (len(begins) - 1) + [None]
    assert tokens[-1] is not None
    assert tokens[-1].text is None


def test_a_list_in_one_part_has_no_token(many: Repository) -> None:
    assert many.ask(LIST).find(f".//{OAI}resumptionToken") is None


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("query", [LIST, RECORDS, f"{LIST}&until=2027-01-01", f"{RECORDS}&from=2026-11-27"])
def test_a_walk_hands_out_each_once_while_another_process_writes(many: Repository, query: str) -> None:
    other = open_engine(many.url)
    seen: list[str] = []
    for part in many.parts(query):
        seen += identifiers(part)
        later = NOW + timedelta(seconds=len(seen))
        other.put(
            [made(f"a{len(seen)}", "before the walk"), made("r05", f"changed {len(seen)}"), made("r45", f"changed {len(seen)}")], now=later
        )
        other.delete(["r20", "r40"], now=later)
    other.close()
    assert seen == MANY


@pytest.mark.usefixtures("small_parts")
def test_a_record_deleted_on_the_way_is_handed_out_as_deleted(many: Repository) -> None:
    parts = many.parts(RECORDS)
    next(parts)
    many.engine.delete(["r40"], now=NOW + timedelta(seconds=1))
    deleted = [identifiers(header)[0] for part in parts for header in part.iter(f"{OAI}header") if header.get("status")]
    assert deleted == ["r40"]


@pytest.mark.parametrize("query", [RECORDS, "verb=GetRecord&identifier=r01&metadataPrefix=oai_dc"])
def test_a_record_deleted_while_its_part_is_made_is_handed_out_as_deleted(
    many: Repository, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_many = many.engine.get_many

    def forestalled(identifiers: Sequence[str], *, documents: bool = False) -> list[Record | None]:
        many.engine.delete(["r01"], now=NOW)
        return get_many(identifiers, documents=documents)

    monkeypatch.setattr(many.engine, "get_many", forestalled)
    deleted = [identifiers(header)[0] for header in many.ask(query).iter(f"{OAI}header") if header.get("status")]
    assert deleted == ["r01"]


@pytest.mark.usefixtures("small_parts")
def test_a_parent_is_walked_like_any_set(many: Repository) -> None:
    assert many.found(f"{RECORDS}&set=source") == MANY[::5]
    assert [token.get("completeListSize") for token in many.ask(f"{RECORDS}&set=source").iter(f"{OAI}resumptionToken")] == ["10"]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("parent", ["domain", "source"])
def test_a_parent_in_which_few_records_are_costs_one_question_a_part(
    many: Repository, parent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.engine.put([made("z", "the only one of its domain", domain=Domain.LIFE, source="esa")], now=NOW)
    headers, asked = many.engine.headers, []

    def counted(window: Window, *, after: str | None = None, limit: int) -> list[Header]:
        asked.append(window)
        return headers(window, after=after, limit=limit)

    monkeypatch.setattr(many.engine, "headers", counted)
    parts = [identifiers(part) for part in many.parts(f"{RECORDS}&set={parent}")]
    assert [identifier for part in parts for identifier in part] == [*(MANY[::5] if parent == "source" else []), "z"]
    assert len(asked) == len(parts)


@pytest.mark.usefixtures("small_parts")
def test_a_list_whose_rest_left_its_window_ends_with_what_was_seen_last(many: Repository) -> None:
    parts = many.parts(f"{LIST}&until={NOW:%Y-%m-%d}")
    first = identifiers(next(parts))
    many.engine.put([made(identifier, "changed") for identifier in MANY], now=NOW + timedelta(days=7))
    (rest,) = parts
    assert identifiers(rest) == first[-1:]


def test_large_documents_make_short_parts(many: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "BYTES", 2000)
    lengths = [len(identifiers(part)) for part in many.parts("verb=ListRecords&metadataPrefix=iso19139")]
    assert sum(lengths) == 50
    assert max(lengths) < 5
    assert many.found("verb=ListRecords&metadataPrefix=iso19139") == MANY


def _token(many: Repository, query: str = RECORDS) -> str:
    return many.ask(query).findtext(f".//{OAI}resumptionToken") or ""


def _answer(many: Repository, token: str, verb: str = "ListRecords") -> str | None:
    return many.code(f"verb={verb}&resumptionToken={quote(token)}")


@pytest.mark.usefixtures("small_parts")
def test_a_token_may_be_used_again(many: Repository) -> None:
    query = f"verb=ListRecords&resumptionToken={_token(many)}"
    assert identifiers(many.ask(query)) == identifiers(many.ask(query)) == MANY[3:6]


@pytest.mark.usefixtures("small_parts")
def test_a_token_outlives_a_restart(many: Repository) -> None:
    token = _token(many)
    many.engine.close()
    many.engine = open_engine(many.url)
    many.restart()
    assert _answer(many, token) is None


@pytest.mark.usefixtures("small_parts")
def test_another_secret_makes_tokens_worthless(many: Repository) -> None:
    token = _token(many)
    many.restart(secret_key="another-secret-of-the-house")
    assert _answer(many, token) == "badResumptionToken"


@pytest.mark.usefixtures("small_parts")
def test_a_token_expires(many: Repository) -> None:
    token = _token(many)
    many.now = NOW + LIFETIME - timedelta(seconds=1)
    assert _answer(many, token) is None
    many.now = NOW + LIFETIME
    assert _answer(many, token) == "badResumptionToken"


@pytest.mark.usefixtures("small_parts")
def test_a_token_belongs_to_its_verb(many: Repository) -> None:
    assert _answer(many, _token(many), "ListIdentifiers") == "badResumptionToken"


@pytest.mark.usefixtures("small_parts")
def test_a_token_keeps_window_and_set(many: Repository) -> None:
    token = _token(many, f"{RECORDS}&set=source:nasa&from=2026-11-27")
    assert identifiers(many.ask(f"verb=ListRecords&resumptionToken={token}")) == ["r15", "r20", "r25"]


@pytest.mark.usefixtures("small_parts")
def test_no_token_with_a_letter_changed_is_taken(many: Repository) -> None:
    token = _token(many)
    changed = [f"{token[:place]}{'A' if token[place] != 'A' else 'B'}{token[place + 1 :]}" for place in range(len(token))]
    changed += [token[:-1], f"{token}A", f"{token}=", f" {token}", token.partition(".")[0], f"{token}.", "é.é", "."]
    assert {_answer(many, one) for one in changed} == {"badResumptionToken"}


@pytest.mark.usefixtures("small_parts")
def test_hard_identifiers_are_walked_and_got(empty: Repository) -> None:
    hard = ["a b", "a/../b", "ivo://x/y?z#w", "é", "~", "%41", "A", "oai:catalogue.example:A", '<&">', "a:b", ".", "𝄞"]
    empty.engine.put([made(identifier, "hard", domain=Domain.EARTH) for identifier in hard], now=NOW)
    names = [header[0].text or "" for part in empty.parts(RECORDS) for header in part.iter(f"{OAI}header")]
    assert len(set(names)) == len(hard)
    for identifier, name in zip(sorted(hard), names, strict=True):
        query = f"verb=GetRecord&metadataPrefix=oai_dc&identifier={quote(name, safe='')}"
        got = empty.ask(query).findtext(".//{http://purl.org/dc/elements/1.1/}identifier")
        assert got == identifier

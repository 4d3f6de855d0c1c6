"""Checking all records in the background: what changed and no more, to the end whoever is killed, and never stopped by one record."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from catalogue.curating.checking import Checking
from catalogue.curating.models import LinkCheck, LinkState, RecordCheck
from catalogue.engines import Engine
from catalogue.engines.stored import entry_of
from database.keys import digest_of
from database.tables import Progress
from mappings import validation
from mappings.formats import read
from records.errors import EngineError
from records.model import Record
from tests.catalogue.curating.checked import House, bad, good

PAGE = "https://data.example.org/page"
FILE = "https://data.example.org/file.nc"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("catalogue.curating.checking._BATCH", 10)
    monkeypatch.setattr("catalogue.curating.checking._HEADERS", 20)
    made = House(tmp_path)
    yield made
    made.close()


def test_what_is_found_is_kept_by_identifier(house: House) -> None:
    house.put(good("good/1:x"), bad("bad"))
    assert house.checking.run_due() == 2
    fine, poor = house.check("good/1:x"), house.check("bad")
    assert (fine.valid, fine.errors, fine.broken, fine.checked) == (True, 0, 0, house.clock())
    assert not poor.valid
    assert poor.errors >= 2
    assert poor.score < fine.score
    assert house.checking.of(["nothing"]) == {}


def test_only_what_changed_is_checked_again(house: House) -> None:
    house.put(good("a"), good("b"))
    assert house.checking.run_due() == 2
    house.clock.forward(seconds=30)
    assert house.checking.run_due() == 0
    house.put(bad("b"))
    house.clock.forward(seconds=30)
    assert house.checking.run_due() == 1
    assert house.checking.identifiers("invalid") == ["b"]
    house.put(good("b"))
    house.clock.forward(days=1)
    assert house.checking.run_due() == 1
    assert house.checking.identifiers("invalid") == []


def test_what_changed_within_the_same_moment_is_not_missed(house: House) -> None:
    house.put(good("a"))
    assert house.checking.run_due() == 1
    house.put(bad("a"))  # in the very second of the check
    assert house.checking.run_due() == 1
    assert not house.check("a").valid


def test_what_was_changed_while_the_walk_had_passed_it_is_found_by_the_next(house: House) -> None:
    house.put(*(good(f"r{number:03}") for number in range(15)))
    stops = iter([False, False, True])
    assert house.another(stopping=lambda: next(stops, True)).run_due() == 10
    house.clock.forward(seconds=5)
    house.put(bad("r000"))
    house.clock.forward(seconds=5)
    assert house.checking.run_due() == 5
    assert house.check("r000").valid
    assert house.checking.run_due() == 1
    assert not house.check("r000").valid


def test_records_that_are_deleted_are_forgotten_with_their_links(house: House) -> None:
    house.put(good("a", PAGE), good("b", FILE))
    house.checking.run_due()
    house.clock.forward(minutes=1)
    house.delete("a")
    house.clock.forward(minutes=1)
    assert house.checking.run_due() == 0
    assert house.checking.of(["a", "b"]).keys() == {"b"}
    assert house.checking.summary().checked == 1


def test_records_that_are_gone_without_a_trace_are_forgotten_when_all_is_checked_anew(house: House, tmp_path: Path) -> None:
    house.put(good("a"))
    house.checking.run_due()
    with house.database.writing() as session:  # as a restored engine may leave it
        row = session.get_one(RecordCheck, digest_of("a"))
        session.add(
            RecordCheck(
                identifier="z", identifier_digest=digest_of("z"), digest="", checked=row.checked, valid=True, errors=0, warnings=0, score=1
            )
        )
    house.clock.forward(hours=1)
    assert house.another(schemas=tmp_path).run_due() == 1
    assert house.checking.of(["a", "z"]).keys() == {"a"}


def test_other_schemas_have_all_checked_anew(house: House, tmp_path: Path) -> None:
    house.put(good("a"), good("b"))
    house.checking.run_due()
    house.clock.forward(hours=1)
    other = house.another(schemas=tmp_path)
    assert other.run_due() == 2
    assert other.run_due() == 0


def test_a_walk_that_was_stopped_goes_on_where_it_was(house: House) -> None:
    house.put(*(good(f"r{number:03}") for number in range(25)))
    for expected in (10, 10, 5, 0):
        stops = iter([False, False])
        assert house.another(stopping=lambda left=stops: next(left, True)).run_due() == expected  # type: ignore[misc]
    assert house.checking.summary().checked == 25


class Dying:
    """An engine that is killed when it is asked for records the second time."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._asked = engine, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def get_many(self, identifiers: list[str], *, documents: bool) -> list[Record | None]:
        self._asked += 1
        if self._asked == 2:
            raise EngineError("The engine does not answer.")
        return self._engine.get_many(identifiers, documents=documents)


def test_an_engine_that_fails_loses_nothing_of_what_was_checked(house: House) -> None:
    house.put(*(good(f"r{number:03}") for number in range(15)))
    failing = Checking(house.database, Dying(house.engine), schemas=None, clock=house.clock)  # type: ignore[arg-type]
    with pytest.raises(EngineError):
        failing.run_due()
    assert house.checking.summary().checked == 10
    assert house.checking.run_due() == 5  # at once: the lease was let go


def test_while_a_worker_is_at_it_another_does_nothing_and_takes_over_when_it_is_silent(house: House) -> None:
    house.put(*(good(f"r{number:03}") for number in range(15)))
    counts: list[int] = []

    def other_comes() -> bool:
        if not counts:
            counts.append(house.another().run_due())
        return False

    assert house.another(stopping=other_comes).run_due() == 15
    assert counts == [0]

    house.put(*(bad(f"r{number:03}") for number in range(15)))
    counts.clear()

    def silent_for_long() -> bool:
        if not counts:
            house.clock.forward(minutes=4)
            counts.append(house.another().run_due())
        return False

    assert house.another(stopping=silent_for_long).run_due() == 0
    assert counts == [15]
    assert house.checking.summary().invalid == 15


def test_a_record_that_cannot_be_checked_is_told_and_stops_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = validation.validate

    def faulty(content: bytes, schemas: Path | None = None) -> validation.Report:
        if b"explodes" in content:
            raise ZeroDivisionError
        return real(content, schemas)

    monkeypatch.setattr("catalogue.curating.checking.validate", faulty)
    house.put(good("a"), good("explodes"), good("z"))
    with caplog.at_level(logging.ERROR):
        assert house.checking.run_due() == 3
    assert house.checking.identifiers("invalid") == ["explodes"]
    assert "explodes" in caplog.text
    house.clock.forward(seconds=30)
    assert house.checking.run_due() == 0  # it is not tried again until it changes


def test_a_document_that_this_program_cannot_read_is_invalid(house: House) -> None:
    kept = read(good("a"))
    assert kept.source is not None
    house.engine.put([entry_of(replace(kept, source=replace(kept.source, content=b"<nothing/>")))], now=house.clock())
    house.checking.run_due()
    assert (house.check("a").valid, house.check("a").errors) == (False, 1)


def test_check_now_checks_at_once_and_forgets_what_is_gone(house: House) -> None:
    house.put(good("a"), bad("b"))
    house.checking.check_now(["a", "b", "a", "nothing"])
    assert house.checking.summary().checked == 2
    house.delete("a")
    house.put(good("b"))
    house.checking.check_now(["a", "b"])
    assert [check.valid for check in house.checking.of(["a", "b"]).values()] == [True]


def test_lists_go_by_pages_and_hand_out_each_once(house: House) -> None:
    wanted = {f"bad/{number}" for number in range(25)}
    house.put(good("fine"), *map(bad, wanted))
    house.checking.run_due()
    seen: list[str] = []
    while page := house.checking.identifiers("invalid", seen[-1] if seen else None, 10):
        seen += page
    assert (len(seen), set(seen)) == (25, wanted)
    assert house.checking.count("invalid") == 25
    assert house.checking.identifiers("broken links") == []


def test_the_summary_counts(house: House) -> None:
    empty = house.checking.summary()
    assert (empty.checked, empty.invalid, empty.broken_links, empty.mean_score) == (0, 0, 0, None)
    house.put(good("a"), bad("b"))
    house.checking.run_due()
    found = house.checking.summary()
    assert (found.checked, found.invalid, found.broken_links) == (2, 1, 0)
    assert found.mean_score == (house.check("a").score + house.check("b").score) / 2


def test_links_of_records_are_kept_each_once_and_replaced(house: House) -> None:
    house.put(good("a", PAGE, FILE, PAGE), good("b", PAGE))
    house.checking.run_due()
    assert house.links() == {PAGE: LinkState.UNCHECKED, FILE: LinkState.UNCHECKED}


def _set(house: House, url: str, state: LinkState) -> None:
    with house.database.writing() as session:
        session.execute(update(LinkCheck).where(LinkCheck.url_digest == digest_of(url)).values(state=state))


def test_broken_links_count_and_cost_points(house: House) -> None:
    house.put(good("a", PAGE, FILE), good("b", PAGE))
    house.checking.run_due()
    before = house.check("a")
    _set(house, FILE, LinkState.BROKEN)
    house.checking.check_now(["a", "b"])
    after = house.check("a")
    assert (before.broken, after.broken, house.check("b").broken) == (0, 1, 0)
    assert after.score < before.score
    assert house.checking.identifiers("broken links") == ["a"]
    assert house.links()[FILE] is LinkState.BROKEN  # what is known of an address stays


def test_what_became_stale_is_checked_again_though_it_did_not_change(house: House) -> None:
    house.put(good("a", FILE), good("b"))
    house.checking.run_due()
    before = house.check("a")
    house.clock.forward(hours=1)
    _set(house, FILE, LinkState.BROKEN)
    with house.database.writing() as session:
        session.execute(update(RecordCheck).where(RecordCheck.identifier == "a").values(stale=True))
    assert house.checking.run_due() == 1
    after = house.check("a")
    assert after == replace(before, broken=1, score=after.score, checked=house.clock())
    assert after.score < before.score
    assert house.checking.run_due() == 0


def test_a_link_that_breaks_while_its_record_is_checked_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put(good("a", FILE))
    house.checking.run_due()
    real = validation.validate

    def breaking(content: bytes, schemas: Path | None = None) -> validation.Report:
        monkeypatch.undo()
        _set(house, FILE, LinkState.BROKEN)
        return real(content, schemas)

    monkeypatch.setattr("catalogue.curating.checking.validate", breaking)
    before = house.check("a").score
    house.checking.check_now(["a"])
    assert house.check("a").broken == 1
    assert house.checking.run_due() == 1
    assert house.check("a").score < before


def test_long_identifiers_and_addresses_are_kept(house: House) -> None:
    identifier, url = "x" * 2000, "https://data.example.org/" + "y" * 5000
    house.put(good(identifier, url))
    house.checking.run_due()
    assert house.check(identifier).valid
    assert house.links() == {url: LinkState.UNCHECKED}


def test_how_far_it_has_come_is_one_row(house: House) -> None:
    house.put(good("a"))
    house.checking.run_due()
    with house.database.reading() as session:
        row = session.get_one(Progress, "checking")
        assert (row.lease, set(row.state)) == (None, {"rules", "since"})

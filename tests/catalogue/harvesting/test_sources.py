"""Sources as curators set them up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.errors import NotAllowedError, StateError, UnknownError
from catalogue.harvesting import marking, standing
from catalogue.harvesting.codelists import Policy, RunState
from catalogue.harvesting.credentials import Sealing, as_asked
from catalogue.harvesting.lease import LEASE
from catalogue.harvesting.models import HarvestItem, HarvestLine, HarvestRun, HarvestSource
from catalogue.harvesting.sources import Sources
from catalogue.harvesting.views import SourceSpec
from harvesters.source import Credentials, Protocol
from records.codes import Domain
from records.errors import EngineError
from tests.catalogue.harvesting.dying import Death, Killed, dying
from tests.catalogue.harvesting.house import CURATOR, HERE, READER, SECRET, House, document, documents

NEIGHBOUR = SourceSpec(name="neighbour", protocol=Protocol.CSW, url="https://catalogue.example.org/csw")


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that stays empty, for all tests of what is refused."""
    made = House(tmp_path_factory.mktemp("empty"))
    yield made
    made.close()


def _add(house: House, spec: SourceSpec = NEIGHBOUR) -> None:
    house.sources.add(spec, by=CURATOR, address=HERE)


def _asked(house: House, name: str = "neighbour") -> Credentials | None:
    with house.database.reading() as session:
        source = session.scalars(select(HarvestSource).where(HarvestSource.name == name)).one()
        return as_asked(source, Sealing(SECRET)).credentials


def test_a_source_is_kept_as_it_was_set_up(house: House) -> None:
    spec = replace(
        NEIGHBOUR,
        page_size=200,
        rate=None,
        concurrency=4,
        filters={"cql": "title LIKE '%sun%'", "typenames": "  "},
        domain=Domain.UNIVERSE,
        timeout=30.0,
        max_bytes=1_000_000,
        policy=Policy.BOTH,
        share=0.5,
        schedule="Daily 03:00",
    )
    _add(house, spec)
    view = house.sources.source("neighbour")
    assert (view.name, view.protocol, view.url) == ("neighbour", Protocol.CSW, "https://catalogue.example.org/csw")
    assert (view.page_size, view.rate, view.concurrency, view.timeout, view.max_bytes) == (200, None, 4, 30.0, 1_000_000)
    assert (view.filters, view.domain, view.policy, view.share) == ({"cql": "title LIKE '%sun%'"}, Domain.UNIVERSE, Policy.BOTH, 0.5)
    assert (view.schedule, view.due, view.enabled) == ("daily 03:00", datetime(2026, 11, 28, 3, tzinfo=UTC), True)
    assert (view.records, view.rejected, view.last, view.running, view.has_credentials) == (0, 0, None, None, False)
    assert [one.name for one in house.sources.all()] == ["neighbour"]
    assert [line.subject for line in house.accounts.audit(text="added a harvest source")[0]] == ["neighbour"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "Neighbour"}, "A name has"),
        ({"name": "1st"}, "A name has"),
        ({"name": ""}, "A name has"),
        ({"name": "n" * 41}, "A name has"),
        ({"name": "a/b"}, "A name has"),
        ({"url": ""}, "Please give an address"),
        ({"url": "ftp://example.org/"}, "begins with http"),
        ({"url": "file:///etc"}, "begins with http"),
        ({"url": "https://"}, "begins with http"),
        ({"url": "https://user:secret@example.org/"}, "fields of their own"),
        ({"url": "https://example.org:port/"}, "This is no address"),
        ({"url": "https://example.org/\nX-Header: 1"}, "Please give an address"),
        ({"protocol": Protocol.FOLDER, "url": "relative/path"}, "whole path"),
        ({"page_size": 0}, "The page size is a number from 1 to 10,000"),
        ({"rate": 0.0}, "requests a second"),
        ({"concurrency": 17}, "requests at once"),
        ({"timeout": 0.5}, "silent"),
        ({"max_bytes": 10}, "size of an answer"),
        ({"share": 1.5}, "share"),
        ({"share": float("nan")}, "share"),
        ({"schedule": "often"}, "A schedule is"),
        ({"user": "u", "token": "t"}, "not by both"),
        ({"password": "p"}, "A password needs a user"),
        ({"token": "a\r\nX: b"}, "no line breaks"),
        ({"filters": {str(number): "x" for number in range(21)}}, "at most 20 filters"),
        ({"filters": {"x" * 41: "x"}}, "name of a filter"),
        ({"filters": {"cql": "a\nb"}}, "no line breaks"),
        ({"filters": {"shcema": "gmd"}}, "no filter shcema"),
    ],
)
def test_what_cannot_be_a_source_is_refused(empty_house: House, change: dict[str, object], says: str) -> None:
    with pytest.raises(StateError, match=says):
        _add(empty_house, replace(NEIGHBOUR, **change))  # type: ignore[arg-type]
    assert empty_house.sources.all() == []


def test_folders_are_sources_where_the_administrator_allows_it(house: House) -> None:
    strict = Sources(house.database, house.accounts, secret=SECRET, allow_private=False, clock=house.clock)
    with pytest.raises(StateError, match="unless the administrator allows it"):
        strict.add(SourceSpec(name="etc", protocol=Protocol.FOLDER, url="/etc"), by=CURATOR, address=HERE)


def test_names_are_given_once(house: House) -> None:
    _add(house)
    with pytest.raises(StateError, match="already"):
        _add(house)


def test_curators_alone_set_sources_up(house: House) -> None:
    _add(house)
    with pytest.raises(NotAllowedError):
        house.sources.add(replace(NEIGHBOUR, name="other"), by=READER, address=HERE)
    with pytest.raises(NotAllowedError):
        house.sources.change("neighbour", NEIGHBOUR, by=READER, address=HERE)
    with pytest.raises(NotAllowedError):
        house.sources.schedule("neighbour", None, by=READER, address=HERE)
    with pytest.raises(NotAllowedError):
        house.sources.remove("neighbour", by=READER, address=HERE)


def test_credentials_are_kept_encrypted_and_shown_to_nobody(house: House) -> None:
    _add(house, replace(NEIGHBOUR, user="cpayne", password="hydrogen, mostly"))
    assert _asked(house) == Credentials(user="cpayne", password="hydrogen, mostly")
    view = house.sources.source("neighbour")
    assert view.has_credentials
    assert "hydrogen" not in repr(view)
    with house.database.reading() as session:
        kept = session.scalars(select(HarvestSource.credentials)).one()
    assert kept is not None
    assert "hydrogen" not in kept
    assert "cpayne" not in kept
    with pytest.raises(StateError, match="cannot be read any more"):
        Sealing(b"another secret").open(kept, "neighbour")
    with pytest.raises(StateError, match="cannot be read any more"):
        Sealing(SECRET).open(kept, "other")


def test_credentials_that_are_left_out_stay_until_they_are_forgotten(house: House) -> None:
    _add(house, replace(NEIGHBOUR, token="t-1"))
    house.sources.change("neighbour", replace(NEIGHBOUR, page_size=50), by=CURATOR, address=HERE)
    assert _asked(house) == Credentials(token="t-1")
    house.sources.change("neighbour", replace(NEIGHBOUR, user="cpayne", password="p"), by=CURATOR, address=HERE)
    assert _asked(house) == Credentials(user="cpayne", password="p")
    house.sources.change("neighbour", NEIGHBOUR, by=CURATOR, address=HERE, forget_credentials=True)
    assert _asked(house) is None


def test_credentials_do_not_follow_a_source_to_another_server(house: House) -> None:
    _add(house, replace(NEIGHBOUR, token="t-1"))
    elsewhere = replace(NEIGHBOUR, url="https://thief.example.org/csw")
    with pytest.raises(StateError, match="another server"):
        house.sources.change("neighbour", elsewhere, by=CURATOR, address=HERE)
    house.sources.change("neighbour", replace(elsewhere, token="t-2"), by=CURATOR, address=HERE)
    assert _asked(house) == Credentials(token="t-2")


def test_a_source_keeps_its_name(house: House) -> None:
    _add(house)
    with pytest.raises(StateError, match="keeps its name"):
        house.sources.change("neighbour", replace(NEIGHBOUR, name="other"), by=CURATOR, address=HERE)
    with pytest.raises(UnknownError):
        house.sources.change("other", replace(NEIGHBOUR, name="other"), by=CURATOR, address=HERE)


def test_a_source_that_moves_is_asked_for_everything(house: House) -> None:
    house.folder("stars", documents(3))
    house.harvest("stars")
    moved = house.path / "moved"
    (house.path / "stars").rename(moved)
    spec = SourceSpec(name="stars", protocol=Protocol.FOLDER, url=str(moved))
    house.sources.change("stars", spec, by=CURATOR, address=HERE)
    assert {item.mark for item in house.items("stars").values()} == {None}
    run = house.harvest("stars")
    assert (run.received, run.unchanged, run.since) == (3, 3, None)


def test_schedules_are_given_and_taken(house: House) -> None:
    _add(house)
    assert house.sources.schedule("neighbour", "hourly", by=CURATOR, address=HERE).due == datetime(2026, 11, 27, 13, tzinfo=UTC)
    off = house.sources.schedule("neighbour", None, by=CURATOR, address=HERE)
    assert (off.schedule, off.due) == (None, None)
    with pytest.raises(StateError):
        house.sources.schedule("neighbour", "never", by=CURATOR, address=HERE)


def test_a_source_that_is_switched_off_is_not_due(house: House) -> None:
    _add(house, replace(NEIGHBOUR, schedule="hourly", enabled=False))
    assert house.sources.source("neighbour").due is None


def test_a_source_goes_and_its_records_stay(house: House) -> None:
    house.folder("stars", documents(5))
    house.harvest("stars")
    assert house.sources.remove("stars", by=CURATOR, address=HERE) is None
    assert house.sources.all() == []
    assert house.runs.runs() == ([], 0)
    assert len(house.kept()) == 5


def test_a_source_goes_when_its_records_are_withdrawn(house: House) -> None:
    house.folder("stars", documents(5))
    house.harvest("stars")
    house.load(*documents(1, "by hand").values())  # which is nobody's but ours
    run_id = house.sources.remove("stars", withdraw=True, by=CURATOR, address=HERE)
    assert run_id is not None
    assert house.sources.source("stars").leaving
    with pytest.raises(StateError, match="is being removed"):
        house.start("stars")
    with pytest.raises(StateError, match="under way"):
        house.sources.remove("stars", by=CURATOR, address=HERE)
    view = house.runner().run(run_id)
    assert view.state is RunState.DONE
    assert house.sources.all() == []
    assert list(house.kept()) == ["record-0000"]


def test_nothing_is_removed_or_changed_under_a_run(house: House) -> None:
    house.folder("stars", documents(5))
    house.start("stars")
    with pytest.raises(StateError, match="under way"):
        house.sources.remove("stars", by=CURATOR, address=HERE)
    spec = SourceSpec(name="stars", protocol=Protocol.FOLDER, url=str(house.path / "stars"))
    with pytest.raises(StateError, match="under way"):
        house.sources.change("stars", spec, by=CURATOR, address=HERE)


@pytest.fixture
def many(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with a source of which three documents are many; another one has lost a record to it."""
    monkeypatch.setattr(marking, "PORTION", 3)
    monkeypatch.setattr(standing, "FEW", 3)
    house.folder("planets", {"x.xml": document("record-0004", "Planets", "2020-01-01")})
    house.harvest("planets")
    house.folder("stars", documents(10) | {"bad.xml": b"<bad/>"})
    house.harvest("stars")
    return house


def test_a_source_of_which_much_is_known_goes_in_portions(many: House) -> None:
    run_id = many.sources.remove("stars", by=CURATOR, address=HERE)
    assert run_id is not None
    view = many.sources.source("stars")
    assert view.leaving
    assert view.running is not None
    assert (view.running.id, view.running.sparing, view.running.message) == (run_id, True, "This source is being removed.")
    with pytest.raises(StateError, match="is being removed"):
        many.start("stars")
    done = many.runner().run(run_id)
    assert (done.state, done.message, done.ended) == (RunState.DONE, "", many.clock())
    assert [source.name for source in many.sources.all()] == ["planets"]
    assert len(many.kept()) == 10
    with many.database.reading() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in (HarvestItem, HarvestRun, HarvestLine)]
    assert left == [1, 1, 1]  # of the planets
    assert many.harvest("planets").updated == 1
    assert many.source_of("record-0004") == "planets"


@pytest.mark.parametrize("withdraw", [True, False])
def test_a_worker_may_die_while_a_source_goes(many: House, *, withdraw: bool) -> None:
    run_id = many.sources.remove("stars", withdraw=withdraw, by=CURATOR, address=HERE)
    deaths = 0
    for at in count(4):
        try:
            with dying(many, Death(at)) as runner:
                runner.run_due()
        except Killed:
            deaths += 1
            many.clock.forward(seconds=LEASE.total_seconds() + 1)
        if len(many.sources.all()) == 1:
            break
        last = many.sources.source("stars").running
        assert last is not None
        assert last.id == run_id
    assert deaths > 3
    assert sorted(many.kept()) == (["record-0004"] if withdraw else sorted(f"record-{number:04}" for number in range(10)))
    many.harvest("planets")
    assert many.source_of("record-0004") == "planets"


def test_a_source_that_could_not_be_removed_may_be_removed_again(many: House) -> None:
    def away() -> Any:
        raise EngineError("The catalogue cannot be opened.")

    run_id = many.sources.remove("stars", withdraw=True, by=CURATOR, address=HERE)
    assert run_id is not None
    assert many.runner(away).run(run_id).state is RunState.FAILED
    again = many.sources.remove("stars", withdraw=True, by=CURATOR, address=HERE)
    assert again is not None
    assert many.runner().run(again).state is RunState.DONE
    assert list(many.kept()) == ["record-0004"]

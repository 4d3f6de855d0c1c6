"""What goes wrong between a source and the catalogue loses nothing, and withdraws nothing; once it is lifted, all is as at the source."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from catalogue.harvesting.codelists import LineKind, RunState
from tests.accounts.desk import Clock
from tests.catalogue.harvesting.kills import run as kill
from tests.catalogue.harvesting.rig.faults import FAULTS
from tests.catalogue.harvesting.rig.proxy import KINDS as ALL_FAULTS
from tests.catalogue.harvesting.rig.proxy import Proxy, between
from tests.catalogue.harvesting.rig.sources import KINDS, Living, document, living, protocol_of
from tests.catalogue.harvesting.rig.target import Target
from tests.catalogue.harvesting.rig.truth import truth
from tests.harvesters.sites import Asked, Reply, live


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 27, 12, tzinfo=UTC))


@pytest.fixture
def target(tmp_path: Path, clock: Clock) -> Iterator[Target]:
    target = Target(tmp_path / "target", clock)
    yield target
    target.close()


def _filled(source: Living, clock: Clock, count: int = 40) -> None:
    source.keep({f"record-{number:02}": document(f"record-{number:02}", "first", clock()) for number in range(count)})


@pytest.mark.parametrize(("fault", "kind"), [(fault, KINDS[number % len(KINDS)]) for number, fault in enumerate(ALL_FAULTS)])
def test_each_fault_is_outlived(fault: str, kind: str, tmp_path: Path, target: Target, clock: Clock) -> None:
    with living(kind, tmp_path, clock) as source:
        proxy = Proxy(source.url, seed=1, share=0.4, kinds=(fault,))
        proxy.lifted = True
        with between(source.url, proxy) as url:
            _filled(source, clock)
            target.add("source", protocol_of(kind), url)
            target.run("source")
            clock.forward(days=3)
            source.keep({"record-05": document("record-05", "second", clock()), "record-40": document("record-40", "new", clock())})
            source.drop({"record-07"})
            proxy.lifted = False
            for _ in range(3):
                target.run("source")
                assert set(target.documents()) >= {f"record-{number:02}" for number in range(40)} - {"record-07"}
            assert proxy.done
            proxy.lifted = True
            target.run("source")
            last = target.run("source")
        assert (last.state, last.message) == (RunState.DONE, "")
        assert target.documents() == truth(protocol_of(kind), source.url)


@contextmanager
def _spoiling(source: Living, spoil: Callable[[Asked, bytes], bytes]) -> Iterator[tuple[str, Proxy]]:
    """Yield an address at which answers come spoilt by a function, until the proxy that is yielded with it is lifted."""
    proxy = Proxy(source.url, seed=0, share=0)

    def site(asked: Asked) -> Reply:
        reply = proxy(asked)
        return reply if proxy.lifted else replace(reply, body=spoil(asked, reply.body))

    with live(site) as home:
        yield home + urlsplit(source.url).path, proxy


@pytest.mark.parametrize("place", [0, 9, 23, 39])
@pytest.mark.parametrize("kind", ["csw", "repository"])
def test_one_record_that_tears_its_page_is_told_and_all_others_come(
    kind: str, place: int, tmp_path: Path, target: Target, clock: Clock
) -> None:
    name = f"record-{place:02}"
    torn = re.compile(rf"first</gco:CharacterString>(?=(?:(?!first<).)*?About {name}\.)".encode(), re.DOTALL)

    def spoil(_: Asked, body: bytes) -> bytes:
        return torn.sub(b"first<", body)

    with living(kind, tmp_path, clock) as source, _spoiling(source, spoil) as (url, proxy):
        _filled(source, clock)
        target.add("source", protocol_of(kind), url)
        ran = target.run("source")
        assert (ran.state, ran.created, ran.rejected) == (RunState.DONE, 39, 1)
        (line,), _ = target.runs.lines(ran.id, LineKind.REJECTED)
        assert line.reason
        assert set(target.documents()) == {f"record-{number:02}" for number in range(40)} - {name}
        proxy.lifted = True
        ran = target.run("source")
        assert (ran.state, ran.created, ran.rejected, ran.withdrawn) == (RunState.DONE, 1, 0, 0)
        assert target.documents() == truth(protocol_of(kind), source.url)


def test_a_record_that_loses_its_name_on_the_way_stays_the_record_it_is(tmp_path: Path, target: Target, clock: Clock) -> None:
    def spoil(_: Asked, body: bytes) -> bytes:
        return body.replace(b"<gco:CharacterString>record-13<", b"<gco:CharacterString><")

    with living("repository", tmp_path, clock) as source, _spoiling(source, spoil) as (url, proxy):
        proxy.lifted = True
        _filled(source, clock)
        target.add("source", "oai", url)
        target.run("source")
        clock.forward(days=3)
        source.keep({"record-13": document("record-13", "second", clock())})
        proxy.lifted = False
        ran = target.run("source")
        assert (ran.created, ran.updated, ran.withdrawn) == (0, 1, 0)
        proxy.lifted = True
        target.run("source")
        assert target.documents() == truth("oai", source.url)


@pytest.mark.parametrize("left", [0.5, 0.97])
def test_a_listing_that_breaks_off_withdraws_nothing(left: float, tmp_path: Path, target: Target, clock: Clock) -> None:
    def spoil(asked: Asked, body: bytes) -> bytes:
        return body[: int(len(body) * left)] if asked.path.endswith("/") else body

    with living("waf", tmp_path, clock) as source, _spoiling(source, spoil) as (url, proxy):
        proxy.lifted = True
        _filled(source, clock)
        target.add("source", "waf", url)
        target.run("source")
        proxy.lifted = False
        ran = target.run("source")
        assert (ran.state, ran.complete, ran.withdrawn) == (RunState.DONE, False, 0)
        assert len(target.documents()) == 40


def test_a_cache_that_gives_out_one_document_for_all_of_them_changes_nothing(tmp_path: Path, target: Target, clock: Clock) -> None:
    first: list[bytes] = []

    def spoil(asked: Asked, body: bytes) -> bytes:
        if "GetRepositoryItem" in asked.target:
            first.append(body)
            return first[0]
        return body

    with living("reflecs", tmp_path, clock) as source, _spoiling(source, spoil) as (url, proxy):
        proxy.lifted = True
        _filled(source, clock)
        target.add("source", "reflecs", url)
        target.run("source")
        held = target.documents()
        clock.forward(days=3)
        source.keep({f"record-{number:02}": document(f"record-{number:02}", "second", clock()) for number in range(10)})
        proxy.lifted = False
        ran = target.run("source")
        assert (ran.rejected, ran.withdrawn) == (9, 0)
        assert set(target.documents()) == set(held)
        proxy.lifted = True
        target.run("source")
        assert target.documents() == truth("reflecs", source.url)


@pytest.mark.parametrize("lie", ["more", "fewer"])
@pytest.mark.parametrize("kind", ["csw", "records", "repository"])
def test_a_source_that_always_lies_about_how_many_there_are_loses_nothing(
    kind: str, lie: str, tmp_path: Path, target: Target, clock: Clock
) -> None:
    chance, lies = Random(5), list[bool]()  # noqa: S311  -- the same lies each time

    def spoil(_: Asked, body: bytes) -> bytes:
        spoilt = FAULTS[lie](Reply(body=body), chance)
        lies.append(spoilt is not None)
        return body if spoilt is None else spoilt.body

    with living(kind, tmp_path, clock) as source, _spoiling(source, spoil) as (url, proxy):
        proxy.lifted = True
        _filled(source, clock)
        target.add("source", protocol_of(kind), url)
        target.run("source")
        held = target.documents()
        proxy.lifted = False
        for _ in range(3):
            target.run("source", anew=True)
            assert target.documents() == held
        assert any(lies)


def test_a_harvester_that_is_killed_at_any_moment_amid_faults_loses_nothing(tmp_path: Path) -> None:
    """More of it: `python -m tests.catalogue.harvesting.kills`."""
    outcome = kill(tmp_path, faults=10, seed=4, kinds=("repository",), turns=2)
    assert outcome.wrong == []
    assert outcome.kills >= 3
    assert outcome.busy >= 1
    assert outcome.faults.total() >= 5

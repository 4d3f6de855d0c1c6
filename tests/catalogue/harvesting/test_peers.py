"""Real servers, harvested into a real catalogue: stock pycsw, stock pygeoapi, our own service, a repository, a static folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from accounts.codelists import Role
from accounts.visitors import Visitor
from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.views import RunView
from mappings.formats import read
from tests.accounts.desk import Clock
from tests.catalogue.harvesting.rig.sources import KINDS, document, living, protocol_of
from tests.catalogue.harvesting.rig.stock import stock
from tests.catalogue.harvesting.rig.target import Target
from tests.catalogue.harvesting.rig.truth import truth
from tests.catalogue.protocols.serving import HOLDINGS

CURATOR = Visitor(username="curator", role=Role.CURATOR)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 27, 12, tzinfo=UTC))


@pytest.fixture
def target(tmp_path: Path, clock: Clock) -> Iterator[Target]:
    target = Target(tmp_path / "target", clock)
    yield target
    target.close()


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    """The ISO 19139 documents among the shipped ones, by identifier."""
    documents = [path.read_bytes() for path in sorted(HOLDINGS.rglob("*.xml"))]
    found = {record.identifier: content for content in documents if (record := read(content)).source and record.source.format == "iso19139"}
    assert len(found) > 50
    return found


def _numbers(run: RunView) -> dict[str, int]:
    names = ("received", "created", "updated", "unchanged", "withdrawn", "rejected", "conflicts")
    return {name: number for name in names if (number := getattr(run, name))}


def _canonical(content: bytes) -> str:
    return str(etree.canonicalize(content.decode(), with_comments=False))


def test_stock_pycsw(tmp_path: Path, shipped: dict[str, bytes], target: Target, clock: Clock) -> None:
    with stock("pycsw", tmp_path / "stock", shipped) as url:
        target.add("pycsw", "csw", url, page_size=20)
        first = target.run("pycsw")
        assert (first.state, first.complete, first.expected, first.message) == (RunState.DONE, True, len(shipped), "")
        assert _numbers(first) == {"received": len(shipped), "created": len(shipped)}
        held = target.documents()
        assert {name: _canonical(content) for name, content in held.items()} == {
            name: _canonical(content) for name, content in shipped.items()
        }
        clock.forward(days=1)
        again = target.run("pycsw")
    assert again.since is not None
    assert (again.state, again.complete) == (RunState.DONE, True)
    assert _numbers(again) == {"received": len(shipped), "unchanged": len(shipped)}
    assert target.documents() == held


def test_stock_pygeoapi(tmp_path: Path, shipped: dict[str, bytes], target: Target) -> None:
    with stock("pygeoapi", tmp_path / "stock", shipped) as url:
        expected = truth("records", url)
        target.add("pygeoapi", "records", url, page_size=20)
        first = target.run("pygeoapi")
        again = target.run("pygeoapi")
    assert (first.state, first.complete, again.state, again.complete) == (RunState.DONE, True, RunState.DONE, True)
    assert _numbers(first) == {"received": len(shipped), "created": len(shipped)}
    assert _numbers(again) == {"received": len(shipped), "unchanged": len(shipped)}
    assert set(expected) == set(shipped)
    assert target.documents() == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_changes_is_followed(kind: str, tmp_path: Path, target: Target, clock: Clock) -> None:
    with living(kind, tmp_path, clock) as source:
        source.keep({name: document(name, "first", clock()) for name in (f"record-{number:02}" for number in range(40))})
        target.add("source", protocol_of(kind), source.url)
        first = target.run("source")
        assert _numbers(first) == {"received": 40, "created": 40}
        assert target.documents() == truth(protocol_of(kind), source.url)
        clock.forward(days=3)
        source.drop({"record-03", "record-17"})
        changed = {"record-05": document("record-05", "second", clock()), "record-40": document("record-40", "fresh", clock())}
        source.keep(changed)
        preview = target.run("source", preview=True)
        assert (preview.created, preview.updated, preview.withdrawn, preview.rejected) == (1, 1, 2, 0)
        gone = [line.identifier for line in target.runs.lines(preview.id, LineKind.WITHDRAWN)[0]]
        assert sorted(map(str, gone)) == ["record-03", "record-17"]
        assert len(target.documents()) == 40
        second = target.run("source")
        assert (second.state, second.message) == (RunState.DONE, "")
        assert (second.created, second.updated, second.withdrawn, second.rejected, second.conflicts) == (1, 1, 2, 0, 0)
        held = target.documents()
        assert held == truth(protocol_of(kind), source.url)
        clock.forward(days=1)
        third = target.run("source")
        assert {name: number for name, number in _numbers(third).items() if name not in {"received", "unchanged"}} == {}
        assert (third.state, third.unsure, target.runs.attention()) == (RunState.DONE, False, [])
        assert target.documents() == held


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_loses_much_is_not_followed_before_a_curator_says_so(kind: str, tmp_path: Path, target: Target, clock: Clock) -> None:
    with living(kind, tmp_path, clock) as source:
        source.keep({name: document(name, "first", clock()) for name in (f"record-{number:02}" for number in range(40))})
        target.add("source", protocol_of(kind), source.url)
        target.run("source")
        held = target.documents()
        clock.forward(days=3)
        source.drop({f"record-{number:02}" for number in range(15)})
        lost = target.run("source")
        assert (lost.state, lost.withdrawn) == (RunState.HELD, 15)
        assert target.documents() == held
        target.runs.confirm(lost.id, by=CURATOR, address=None)
        target.runner.run_due()
        assert target.runs.run(lost.id).state is RunState.DONE
        assert target.documents() == truth(protocol_of(kind), source.url)
        assert len(target.documents()) == 25


def test_documents_of_another_reflecs_come_byte_for_byte(tmp_path: Path, shipped: dict[str, bytes], target: Target, clock: Clock) -> None:
    with living("reflecs", tmp_path, clock) as source:
        source.keep(shipped)
        target.add("reflecs", "reflecs", source.url, page_size=50)
        run = target.run("reflecs")
    assert (run.state, run.created) == (RunState.DONE, len(shipped))
    assert target.documents() == shipped


def test_one_catalogue_harvests_all_of_them(tmp_path: Path, target: Target, clock: Clock) -> None:
    """Records of one source are never taken for those of another."""
    expected: dict[str, bytes] = {}
    for kind in KINDS:
        with living(kind, tmp_path / kind, clock) as source:
            source.keep({name: document(name, "x", clock()) for name in (f"{kind}-{number}" for number in range(12))})
            target.add(kind, protocol_of(kind), source.url)
            assert target.run(kind).created == 12
            expected |= truth(protocol_of(kind), source.url)
            source.drop({f"{kind}-3"})
            del expected[f"{kind}-3"]
            clock.forward(days=3)
            assert target.run(kind).withdrawn == 1
    assert target.documents() == expected
    assert {view.name: view.records for view in target.sources.all()} == dict.fromkeys(KINDS, 11)

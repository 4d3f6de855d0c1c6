"""Two documents with one identifier: each policy, each pair, and no turns taken on the runs that follow."""

import pytest

from catalogue.engines.stored import entry_of
from catalogue.harvesting.codelists import ItemState, LineKind, Policy
from catalogue.harvesting.conflicts import Verdict, judge
from catalogue.harvesting.views import SourceSpec
from harvesters.source import Protocol
from mappings.formats import read
from tests.catalogue.harvesting.house import CURATOR, HERE, House, counts, document

OLDER, NEWER = "2026-01-01", "2026-06-01"


@pytest.mark.parametrize(
    ("policy", "incoming", "kept", "verdict"),
    [
        (Policy.NEWER, 2, 1, Verdict.TAKEN),
        (Policy.NEWER, 1, 2, Verdict.LEFT),
        (Policy.NEWER, 1, 1, Verdict.LEFT),
        (Policy.NEWER, None, None, Verdict.LEFT),
        (Policy.NEWER, None, 1, Verdict.LEFT),
        (Policy.NEWER, 1, None, Verdict.TAKEN),
        (Policy.FIRST, 2, 1, Verdict.LEFT),
        (Policy.BOTH, 2, 1, Verdict.BOTH),
        (Policy.REFUSE, 2, 1, Verdict.REFUSED),
    ],
)
def test_what_policies_say(policy: Policy, incoming: int | None, kept: int | None, verdict: Verdict) -> None:
    assert judge(policy, incoming=incoming, kept=kept) is verdict


def _reasons(house: House, run_id: int) -> list[str]:
    return [line.reason for line in house.runs.lines(run_id, LineKind.CONFLICT)[0]]


def _edit(house: House, identifier: str, title: str, date: str = OLDER) -> None:
    """Change a record here, as curators do: its document is another, and it is still its source's."""
    kept = house.engine.get(identifier)
    assert kept is not None
    entry = entry_of(read(document(identifier, title, date)), harvest_source=kept.provenance.source)
    house.engine.put([entry], now=house.clock())


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("anew", [False, True])
def test_what_was_changed_here_alone_is_no_conflict(house: House, policy: Policy, *, anew: bool) -> None:
    folder = house.folder("stars", {"x.xml": document("x", "theirs", NEWER)}, policy=policy)
    house.harvest("stars")
    _edit(house, "x", "changed here")
    (folder / "x.xml").touch()  # another mark, the same bytes
    run = house.harvest("stars", anew=anew)
    assert (counts(run), house.titles()) == ({"received": 1, "unchanged": 1}, {"x": "changed here"})
    house.empty("stars", ["x.xml"])
    assert house.harvest("stars").withdrawn == 1


@pytest.mark.parametrize(
    ("policy", "date", "expected"),
    [
        (Policy.NEWER, NEWER, {"x": "theirs"}),
        (Policy.NEWER, "2025-01-01", {"x": "ours"}),
        (Policy.FIRST, NEWER, {"x": "ours"}),
        (Policy.BOTH, NEWER, {"x": "ours", "x@stars": "theirs"}),
        (Policy.REFUSE, NEWER, {"x": "ours"}),
    ],
)
def test_a_record_that_was_brought_in_by_hand(house: House, policy: Policy, date: str, expected: dict[str, str]) -> None:
    house.load(document("x", "ours", OLDER))
    house.folder("stars", {"x.xml": document("x", "theirs", date)}, policy=policy)
    run = house.harvest("stars")
    assert house.titles() == expected
    assert run.conflicts == 1
    assert run.rejected == (policy is Policy.REFUSE)
    (reason,) = _reasons(house, run.id)
    assert "by hand" in reason
    again = house.harvest("stars")
    assert again.conflicts == (policy is Policy.REFUSE)  # which is told until somebody mends it
    assert house.titles() == expected
    house.harvest("stars", anew=True)
    assert house.titles() == expected
    house.empty("stars", ["x.xml"])
    house.harvest("stars")
    stands = house.titles().get("x")
    assert stands == (None if expected == {"x": "theirs"} else "ours")
    assert "x@stars" not in house.titles()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.NEWER, {"x": "second"}),
        (Policy.FIRST, {"x": "first"}),
        (Policy.BOTH, {"x": "first", "x@b": "second"}),
        (Policy.REFUSE, {"x": "first"}),
    ],
)
def test_a_record_of_another_source(house: House, policy: Policy, expected: dict[str, str]) -> None:
    house.folder("a", {"x.xml": document("x", "first", OLDER)}, policy=policy)
    house.folder("b", {"x.xml": document("x", "second", NEWER)}, policy=policy)
    house.harvest("a")
    run = house.harvest("b")
    assert house.titles() == expected
    assert "(a)" in _reasons(house, run.id)[0]
    for name in ("a", "b", "a"):
        quiet = house.harvest(name)
        assert quiet.conflicts == (policy is Policy.REFUSE and name == "b")
        assert house.titles() == expected
    for name in ("a", "b", "a"):
        house.harvest(name, anew=True)
        assert house.titles() == expected


@pytest.mark.parametrize("policy", [Policy.NEWER, Policy.FIRST])
def test_when_the_winner_goes_the_loser_takes_its_place(house: House, policy: Policy) -> None:
    house.folder("a", {"x.xml": document("x", "first", OLDER), "y.xml": document("y")}, policy=policy)
    house.folder("b", {"x.xml": document("x", "second", NEWER)}, policy=policy)
    house.harvest("a")
    house.harvest("b")
    winner, loser = ("b", "a") if policy is Policy.NEWER else ("a", "b")
    house.empty(winner, ["x.xml"])
    run = house.harvest(winner)
    assert run.withdrawn == 0
    assert "x" in house.titles()
    house.harvest(loser)
    assert house.titles()["x"] == ("first" if loser == "a" else "second")
    assert house.source_of("x") == loser
    house.empty(loser, ["x.xml"])
    house.harvest(loser)
    assert "x" not in house.titles()


def test_when_the_winning_source_is_removed_the_loser_takes_its_records(house: House) -> None:
    house.folder("a", {"x.xml": document("x", "first", OLDER)})
    house.folder("b", {"x.xml": document("x", "second", NEWER)})
    house.harvest("a")
    house.harvest("b")
    house.sources.remove("b", by=CURATOR, address=HERE)
    assert house.titles() == {"x": "second"}
    house.harvest("a")
    assert (house.titles(), house.source_of("x")) == ({"x": "first"}, "a")


def test_the_same_document_at_two_sources_is_no_conflict(house: House) -> None:
    for name in ("a", "b"):
        house.folder(name, {"x.xml": document("x")})
        assert house.harvest(name).conflicts == 0
    assert house.source_of("x") == "a"
    house.empty("a", ["x.xml"])
    assert house.harvest("a").withdrawn == 0
    house.harvest("b")
    house.empty("b", ["x.xml"])
    assert house.harvest("b").withdrawn == 1
    assert house.titles() == {}


def test_the_same_document_brought_in_by_hand_is_no_conflict_and_stays(house: House) -> None:
    house.load(document("x"))
    house.folder("a", {"x.xml": document("x")})
    assert counts(house.harvest("a")) == {"received": 1, "unchanged": 1}
    house.empty("a", ["x.xml"])
    house.harvest("a")
    assert list(house.titles()) == ["x"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.NEWER, {"x": "changed there"}),
        (Policy.FIRST, {"x": "changed here"}),
        (Policy.BOTH, {"x": "changed here", "x@stars": "changed there"}),
        (Policy.REFUSE, {"x": "changed here"}),
    ],
)
def test_a_record_that_was_changed_here_and_at_its_source(house: House, policy: Policy, expected: dict[str, str]) -> None:
    house.folder("stars", {"x.xml": document("x", "as it came", OLDER)}, policy=policy)
    house.harvest("stars")
    _edit(house, "x", "changed here")
    assert counts(house.harvest("stars")) == {"received": 1, "unchanged": 1}
    assert house.titles() == {"x": "changed here"}
    house.fill("stars", {"x.xml": document("x", "changed there", NEWER)})
    run = house.harvest("stars")
    assert run.conflicts == 1
    assert "changed here" in _reasons(house, run.id)[0]
    assert house.titles() == expected
    house.harvest("stars")
    assert house.titles() == expected


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("2026-03-01", "2026-03-01T00:30:00Z", "changed here"),
        ("2026-03-01", "2026-03-02T00:30:00Z", "changed there"),
        ("2026-03-01T16:37:00Z", "2026-03-01T16:36:00Z", "changed here"),
        ("2026-03-01T16:37:00Z", "2026-03-01T16:38:00Z", "changed there"),
    ],
)
def test_newer_is_what_is_later_than_all_of_the_day_that_is_kept(house: House, here: str, there: str, expected: str) -> None:
    house.folder("stars", {"x.xml": document("x", "as it came", OLDER)}, policy=Policy.NEWER)
    house.harvest("stars")
    _edit(house, "x", "changed here", here)
    house.fill("stars", {"x.xml": document("x", "changed there", there)})
    assert house.harvest("stars").conflicts == 1
    assert house.titles() == {"x": expected}


def test_a_record_that_was_changed_here_goes_with_its_document(house: House) -> None:
    house.folder("stars", {"x.xml": document("x"), "y.xml": document("y")}, policy=Policy.FIRST)
    house.harvest("stars")
    _edit(house, "x", "changed here")
    house.fill("stars", {"x.xml": document("x", "changed there")})
    house.harvest("stars")
    house.empty("stars", ["x.xml"])
    assert house.harvest("stars").withdrawn == 1
    assert house.engine.versions("x")[0].content == document("x", "changed here", OLDER)


def test_two_documents_of_one_source_with_one_identifier(house: House) -> None:
    house.folder("stars", {"1.xml": document("x", "first"), "2.xml": document("x", "second")})
    run = house.harvest("stars")
    assert house.titles() == {"x": "second"}
    assert counts(run) == {"received": 2, "created": 1, "updated": 1, "conflicts": 1}
    assert _reasons(house, run.id) == ["Another document of this source has this identifier (1.xml); the later one stands."]
    versions = len(house.engine.versions("x"))
    for anew in (False, True, False, True):
        house.harvest("stars", anew=anew)
        assert house.titles() == {"x": "second"}
    assert len(house.engine.versions("x")) == versions
    house.empty("stars", ["2.xml"])
    assert house.harvest("stars").withdrawn == 0
    house.harvest("stars")
    assert house.titles() == {"x": "first"}
    house.empty("stars", ["1.xml"])
    assert house.harvest("stars").withdrawn == 1


def test_a_second_document_that_is_found_later_stands_from_then_on(house: House) -> None:
    house.folder("stars", {"2.xml": document("x", "first")})
    house.harvest("stars")
    house.fill("stars", {"1.xml": document("x", "found later")})
    assert house.harvest("stars").conflicts == 1
    assert house.titles() == {"x": "found later"}
    house.fill("stars", {"2.xml": document("x", "changed")})
    run = house.harvest("stars")
    assert (run.conflicts, house.titles()) == (1, {"x": "found later"})
    assert {key: item.state for key, item in house.items("stars").items()} == {"1.xml": ItemState.KEPT, "2.xml": ItemState.SECOND}


def test_a_refused_document_can_be_looked_at(house: House) -> None:
    house.load(document("x", "ours"))
    house.folder("stars", {"x.xml": document("x", "theirs")}, policy=Policy.REFUSE)
    run = house.harvest("stars")
    (line,) = house.lines(run, LineKind.CONFLICT)
    assert house.runs.document(line.id)[0] == document("x", "theirs")


def test_a_record_that_was_left_under_its_name_takes_all_that_follows_there(house: House) -> None:
    house.load(document("x", "ours", OLDER))
    house.folder("stars", {"x.xml": document("x", "theirs", OLDER)}, policy=Policy.BOTH)
    house.harvest("stars")
    house.fill("stars", {"x.xml": document("x", "theirs again", OLDER)})
    run = house.harvest("stars")
    assert counts(run) == {"received": 1, "updated": 1}
    assert house.titles() == {"x": "ours", "x@stars": "theirs again"}
    house.engine.delete(["x"], now=house.clock())
    house.fill("stars", {"x.xml": document("x", "once more", OLDER)})
    house.harvest("stars")
    assert house.titles() == {"x@stars": "once more"}


def test_an_identifier_that_moves_to_another_document(house: House) -> None:
    house.folder("stars", {"1.xml": document("x", "first", OLDER)})
    house.harvest("stars")
    house.fill("stars", {"1.xml": document("y", "first", OLDER), "2.xml": document("x", "second", NEWER)})
    assert house.harvest("stars").conflicts == 0
    assert house.titles() == {"x": "second", "y": "first"}
    assert {key: item.state for key, item in house.items("stars").items()} == {"1.xml": ItemState.KEPT, "2.xml": ItemState.KEPT}
    house.empty("stars", ["1.xml"])
    assert house.harvest("stars").withdrawn == 1
    assert house.titles() == {"x": "second"}
    house.empty("stars", ["2.xml"])
    house.harvest("stars")
    assert house.titles() == {}


@pytest.mark.parametrize("policy", list(Policy))
def test_two_documents_that_swap_their_identifiers(house: House, policy: Policy) -> None:
    house.folder("stars", {"1.xml": document("x", "first"), "2.xml": document("y", "second")}, policy=policy)
    house.harvest("stars")
    house.fill("stars", {"1.xml": document("y", "first"), "2.xml": document("x", "second")})
    run = house.harvest("stars")
    assert not any("changed here" in reason for reason in _reasons(house, run.id))
    for _ in range(2):
        assert house.titles() == {"x": "second", "y": "first"}
        assert {key: item.identifier for key, item in house.items("stars").items()} == {"1.xml": "y", "2.xml": "x"}
        house.harvest("stars", anew=True)
    house.empty("stars", ["1.xml"])
    house.harvest("stars")
    assert house.titles() == {"x": "second"}


@pytest.mark.parametrize(("policy", "kept"), [(Policy.REFUSE, "mended"), (Policy.FIRST, "mended"), (Policy.NEWER, "theirs")])
def test_a_source_that_is_removed_and_added_again(house: House, policy: Policy, kept: str) -> None:
    """What was changed here is not overwritten against the policy, and goes with its document."""
    files = {"x.xml": document("x", "theirs", NEWER), "y.xml": document("y")}
    house.folder("stars", files, policy=policy)
    house.harvest("stars")
    _edit(house, "x", "mended", OLDER)
    house.sources.remove("stars", by=CURATOR, address=HERE)
    spec = SourceSpec(name="stars", protocol=Protocol.FOLDER, url=str(house.path / "stars"), policy=policy, share=1.0)
    house.sources.add(spec, by=CURATOR, address=HERE)
    run = house.harvest("stars")
    assert (run.conflicts, house.titles()["x"]) == (1, kept)
    assert "changed here" in _reasons(house, run.id)[0]
    house.harvest("stars")
    assert house.titles()["x"] == kept
    house.empty("stars", ["x.xml"])
    house.harvest("stars")
    assert list(house.titles()) == ["y"]


def test_a_record_of_a_source_that_was_removed(house: House) -> None:
    house.folder("a", {"x.xml": document("x", "mended here", OLDER)})
    house.harvest("a")
    house.sources.remove("a", by=CURATOR, address=HERE)
    house.folder("b", {"x.xml": document("x", "foreign", NEWER)}, policy=Policy.REFUSE)
    run = house.harvest("b")
    assert counts(run) == {"received": 1, "rejected": 1, "conflicts": 1}
    assert "(a)" in _reasons(house, run.id)[0]
    assert house.titles() == {"x": "mended here"}


def test_a_record_that_was_left_under_its_name_stays_when_its_document_comes_back(house: House) -> None:
    house.folder("stars", {"x.xml": document("x", "theirs", OLDER)}, policy=Policy.BOTH)
    house.harvest("stars")
    _edit(house, "x", "ours")
    house.fill("stars", {"x.xml": document("x", "theirs, changed", NEWER)})
    house.harvest("stars")
    house.empty("stars", ["x.xml"])
    house.harvest("stars")
    assert house.titles() == {"x": "ours"}
    house.fill("stars", {"x.xml": document("x", "theirs, once more", "2025-01-01")})
    house.harvest("stars")
    assert house.titles() == {"x": "ours", "x@stars": "theirs, once more"}


def test_a_record_belongs_to_the_source_that_holds_it_whoever_brought_it_first(house: House) -> None:
    for name in ("a", "b"):
        house.folder(name, {"x.xml": document("x", "the same", OLDER)}, policy=Policy.REFUSE)
        house.harvest(name)
    house.empty("a", ["x.xml"])
    house.harvest("a")
    house.harvest("b")
    house.fill("a", {"x.xml": document("x", "another", "2025-01-01")})
    run = house.harvest("a")
    assert counts(run) == {"received": 1, "rejected": 1, "conflicts": 1}
    assert "(b)" in _reasons(house, run.id)[0]
    assert house.titles() == {"x": "the same"}
    assert house.items("b")["x.xml"].state is ItemState.KEPT


@pytest.mark.parametrize("of", ["a", "b"])
def test_a_document_that_cannot_be_read_today_keeps_the_record_it_claims(house: House, of: str) -> None:
    """Whoever has the record, another document of the same source or of another one, may go: it stays."""
    house.folder("a", {"1.xml": document("x", "first")}, policy=Policy.FIRST)
    if of != "a":
        house.folder(of, policy=Policy.NEWER)
    house.harvest("a")
    house.fill(of, {"2.xml": document("x", "second", NEWER)})
    house.harvest(of)
    assert house.titles() == {"x": "second"}
    house.fill("a", {"1.xml": b"<broken"})
    house.harvest("a")
    house.empty(of, ["2.xml"])
    assert house.harvest(of).withdrawn == 0
    assert house.titles() == {"x": "second"}
    house.fill("a", {"1.xml": document("x", "read again")})
    house.harvest("a")
    assert house.titles() == {"x": "read again"}
    house.empty("a", ["1.xml"])
    assert house.harvest("a").withdrawn == 1


@pytest.mark.parametrize("of", ["a", "b"])
def test_a_document_that_goes_right_after_the_one_that_stood_takes_the_record_with_it(house: House, of: str) -> None:
    house.folder("a", {"1.xml": document("x", "first")})
    if of != "a":
        house.folder(of)
    house.harvest("a")
    house.fill(of, {"2.xml": document("x", "second", NEWER)})
    house.harvest(of)
    house.empty(of, ["2.xml"])
    house.harvest(of)
    house.empty("a", ["1.xml"])
    house.harvest("a")
    assert house.titles() == {}

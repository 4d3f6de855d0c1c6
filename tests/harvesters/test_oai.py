"""OAI-PMH: parts, tokens, deletions, and what goes wrong with each."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.errors import HarvestError
from harvesters.outcomes import Fetched, Withdrawn
from harvesters.times import time_of
from tests.harvesters.scripted import ScriptedOai, names
from tests.harvesters.sites import Asked, Ran, Reply, live, run, source

SINCE = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _made(count: int = 35, **options: Any) -> ScriptedOai:
    return ScriptedOai({name: f"says {name}" for name in names(count)}, **options)


def _run(server: Any, *, filters: dict[str, str] | None = None, **options: Any) -> Ran:
    with live(server) as address:
        return run(source("oai", f"{address}/oai", filters=filters or {}), **options)


def _asked(server: ScriptedOai, verb: str) -> int:
    return sum(query["verb"] == verb for query in server.queries)


def test_everything_is_fetched_once_and_deletions_are_told() -> None:
    server = _made(size=35)
    server.records["record-0003"] = None
    ran = _run(server)
    assert ran.fetched == [name for name in names(35) if name != "record-0003"]
    assert ran.withdrawn == ["record-0003"]
    assert (ran.expected, ran.complete) == (35, True)
    assert _asked(server, "ListRecords") == 4


def test_what_did_not_change_is_told_by_stamp_and_content() -> None:
    server = _made()
    marks = _run(server).marks
    server.records["record-0001"] = "changed, under the old stamp"
    server.stamps["record-0002"] = "2026-11-02T00:00:00Z"
    ran = _run(server, known=marks)
    assert ran.fetched == ["record-0001", "record-0002"]
    assert len(ran.unchanged) == 33


def test_since_is_asked_for_a_minute_early_and_says_nothing_of_what_is_gone() -> None:
    server = _made(5)
    ran = _run(server, since=SINCE)
    assert [query["from"] for query in server.queries if "from" in query] == ["2026-11-01T11:59:00Z"]
    assert not ran.complete


def test_nothing_new_is_no_failure() -> None:
    ran = _run(_made(0))
    assert ran.outcomes == []
    assert ran.complete


def test_a_token_that_is_not_taken_any_more_begins_the_list_anew() -> None:
    server = _made(size=35, forgetful={20})
    ran = _run(server)
    assert sorted(set(ran.fetched)) == names(35)
    assert ran.complete


def test_tokens_that_are_never_taken_end() -> None:
    server = _made(page=1, forgetful=set(range(2, 35)))
    with pytest.raises(HarvestError, match="BadResumptionToken"):
        _run(server)
    assert _asked(server, "ListRecords") < 30


def test_a_token_that_leads_in_a_circle_ends_and_leaves_doubt() -> None:
    server = _made(circling=True)
    ran = _run(server)
    assert sorted(set(ran.fetched)) == names(10)
    assert not ran.complete
    assert _asked(server, "ListRecords") < 10


@pytest.mark.parametrize(("size", "complete"), [(35, True), (36, False), (5, True), (10**9, False)])
def test_a_list_shorter_than_told_leaves_doubt(size: int, *, complete: bool) -> None:
    ran = _run(_made(size=size))
    assert ran.fetched == names(35)
    assert ran.complete == complete


def test_a_part_that_cannot_be_read_is_had_record_by_record() -> None:
    server = _made(size=35, broken={"record-0013"})
    ran = _run(server)
    assert sorted(ran.fetched) == [name for name in names(35) if name != "record-0013"]
    assert [each.identifier for each in ran.rejected] == ["record-0013"]
    assert ran.complete
    assert _asked(server, "GetRecord") == 25  # ten came with the first part


def test_a_record_that_is_listed_and_not_handed_out_is_not_gone() -> None:
    ran = _run(_made(broken={"record-0013"}, lost={"record-0014"}))
    assert [each.identifier for each in ran.rejected] == ["record-0013", "record-0014"]
    assert ran.withdrawn == []


def test_half_an_answer_is_none() -> None:
    server = _made(size=35)
    halves = 0

    def site(asked: Asked) -> Reply:
        nonlocal halves
        reply = server(asked)
        if asked.query.get("resumptionToken") == "20" and asked.query["verb"] == "ListRecords":
            halves += 1
            return Reply(body=reply.body[: len(reply.body) // 2])
        return reply

    ran = _run(site)
    assert halves == 1
    assert sorted(ran.fetched) == names(35)  # a reader that mends broken XML would have lost half a part and the end of the list
    assert ran.complete


def test_a_live_record_without_metadata_is_a_bad_one() -> None:
    server = _made(3)
    server.records["record-0001"] = ""
    ran = _run(server)
    assert [each.identifier for each in ran.rejected] == ["record-0001"]
    assert ran.withdrawn == []


def test_several_sets_are_walked_one_after_the_other() -> None:
    server = _made(5)
    ran = _run(server, filters={"set": "a b"})
    assert [query["set"] for query in server.queries if "set" in query] == ["a", "b"]
    assert len(ran.fetched) == 10
    assert ran.complete


def test_it_goes_on_at_its_token() -> None:
    server = _made(size=35)
    first = _run(server, steps=2)
    second = _run(server, checkpoint=first.checkpoints[-1])
    assert first.fetched + second.fetched == names(35)
    assert second.complete


def test_a_finished_harvest_has_nothing_to_go_on_with() -> None:
    first = _run(_made(3))
    assert _run(_made(3), checkpoint=first.checkpoints[-1]).outcomes == []


@pytest.mark.parametrize("code", ["badArgument", "noSetHierarchy", "cannotDisseminateFormat", "odd", ""])
def test_the_repository_s_own_errors_are_told(code: str) -> None:
    server = _made()

    def site(asked: Asked) -> Reply:
        if asked.query["verb"] != "ListRecords":
            return server(asked)
        return Reply(body=f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="{code}">why not</error></OAI-PMH>'.encode())

    with pytest.raises(HarvestError, match="why not"):
        _run(site)


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T10:20:30Z", datetime(2026, 11, 1, 10, 20, 30, tzinfo=UTC)),
        ("2026-11-01T10:20:30", datetime(2026, 11, 1, 10, 20, 30, tzinfo=UTC)),
        (" 2026-11-01 10:20:30.5+02:00", datetime(2026, 11, 1, 8, 20, 30, 500_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_stamps_come_in_many_forms(stamp: str, time: datetime | None) -> None:
    assert time_of(stamp) == time


def test_an_odd_stamp_is_no_reason_to_lose_a_record() -> None:
    server = _made(2, stamps={"record-0000": "yesterday", "record-0001": ""})
    server.records["record-0001"] = None
    good, gone = _run(server).outcomes
    assert isinstance(good, Fetched)
    assert isinstance(gone, Withdrawn)
    assert (good.changed, gone.at) == (None, None)

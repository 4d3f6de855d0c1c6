"""CSW: whatever a server does, a harvest ends, loses nothing in silence, and knows whether it saw everything."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.errors import Fault, HarvestError
from harvesters.harvest import harvest
from harvesters.outcomes import Fetched, Rejected
from harvesters.source import Checkpoint
from tests.harvesters.scripted import ScriptedCsw, names
from tests.harvesters.sites import Asked, Ran, Reply, client, live, run, source

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def _made(count: int = 35, **options: Any) -> ScriptedCsw:
    return ScriptedCsw({name: f"old {name}" for name in names(count)}, **options)


def _run(server: Any, *, page_size: int = 10, concurrency: int = 2, filters: dict[str, str] | None = None, **options: Any) -> Ran:
    with live(server) as address:
        asked = source("csw", f"{address}/csw", page_size=page_size, concurrency=concurrency, filters=filters or {})
        return run(asked, **options)


def _positions(server: ScriptedCsw, kind: str) -> list[tuple[int, int]]:
    return [(start, size) for start, size, asked in server.requests if asked == kind]


@pytest.mark.parametrize("concurrency", [1, 2])
def test_everything_is_fetched_once_and_found_unchanged_the_next_time(concurrency: int) -> None:
    server = _made()
    ran = _run(server, concurrency=concurrency)
    assert ran.fetched == names(35)
    assert (ran.expected, ran.complete) == (35, True)
    assert _positions(server, "full") == [(1, 10), (11, 10), (21, 10), (31, 10)]
    server.records["record-0007"] = "changed"
    again = _run(server, known=ran.marks)
    assert again.fetched == ["record-0007"]
    assert len(again.unchanged) == 34
    assert again.complete


def test_an_empty_catalogue_is_complete() -> None:
    ran = _run(_made(0))
    assert ran.outcomes == []
    assert ran.complete


@pytest.mark.parametrize("most", [1, 3, 9])
def test_pages_shorter_than_asked_are_no_end(most: int) -> None:
    ran = _run(_made(most=most))
    assert ran.fetched == names(35)
    assert ran.complete


def test_a_server_that_says_it_ends_and_does_not_is_asked_on() -> None:
    ran = _run(_made(next_lie=0))
    assert ran.fetched == names(35)
    assert ran.complete


@pytest.mark.parametrize("next_lie", [1, 3, 10_000])
def test_the_next_position_is_counted_and_not_believed(next_lie: int) -> None:
    ran = _run(_made(next_lie=next_lie))
    assert ran.fetched == names(35)
    assert ran.complete


@pytest.mark.parametrize("lie", [36, 1_000, 10**9])
def test_a_total_that_is_too_large_ends_and_leaves_doubt(lie: int) -> None:
    server = _made(lie=lie)
    ran = _run(server)
    assert ran.fetched == names(35)
    assert not ran.complete
    assert len(server.requests) < 25


def test_a_total_that_is_too_small_leaves_doubt() -> None:
    ran = _run(_made(lie=20, next_lie=0))
    assert set(ran.fetched) <= set(names(35))
    assert len(ran.fetched) >= 20


def test_a_total_that_is_too_small_is_found_out_behind_its_end() -> None:
    ran = _run(_made(lie=20, next_lie=21))
    assert sorted(ran.fetched) == names(35)  # the others by their names
    assert not ran.complete


def test_without_a_total_it_is_the_end_that_counts_and_doubt_remains() -> None:
    ran = _run(_made(tells_total=False))
    assert ran.fetched == names(35)
    assert not ran.complete


def test_a_server_that_repeats_its_first_page_ends() -> None:
    server = _made(250, stuck=True)
    ran = _run(server)
    assert sorted(set(ran.fetched)) == names(100)  # ten by the documents, the others by the list of names, which is stuck as well
    assert not ran.complete
    assert len(server.requests) < 20


def test_a_total_that_changes_on_the_way_is_settled_by_the_list_of_names() -> None:
    server = _made(lie={3: 36})
    ran = _run(server)
    assert sorted(ran.fetched) == names(35)
    assert ran.complete
    assert _positions(server, "brief")[1:] == [(1, 100)]


def test_a_record_that_slipped_between_two_pages_is_found_by_the_list_of_names() -> None:
    server = _made()
    real = server.__call__

    def site(asked: Asked) -> Reply:
        if len(_positions(server, "full")) == 2 and "record-0003" in server.records:
            del server.records["record-0003"]  # what was at 21 is at 20 now, which is passed
        return real(asked)

    ran = _run(site, concurrency=1)
    assert set(names(35)) - {"record-0003"} <= set(ran.fetched)
    assert ran.complete


def test_what_is_known_and_slipped_between_two_pages_is_looked_at_all_the_same() -> None:
    server = _made()
    marks = _run(server).marks
    server.records["record-0020"] = "changed"
    server.requests.clear()
    real = server.__call__

    def site(asked: Asked) -> Reply:
        if len(_positions(server, "full")) == 2 and "record-0003" in server.records:
            del server.records["record-0003"]  # what was at 21 is at 20 now, which is passed
        return real(asked)

    ran = _run(site, concurrency=1, known=marks)
    assert ran.fetched == ["record-0020"]
    assert (ran.complete, ran.whole) == (True, True)


@pytest.mark.parametrize("server", [_made(poisoned={"record-0013"}), _made(broken={"record-0013"})], ids=["poisoned", "broken"])
def test_a_page_that_fails_is_halved_down_to_the_record_to_blame(server: ScriptedCsw) -> None:
    ran = _run(server)
    assert sorted(ran.fetched) == [name for name in names(35) if name != "record-0013"]
    assert [each.identifier for each in ran.rejected] == ["record-0013"]
    assert ran.complete
    assert len(_positions(server, "full")) < 15


def test_the_document_of_a_bad_record_is_kept_for_who_looks_for_the_reason() -> None:
    ran = _run(_made(broken={"record-0013"}, nameless={"record-0013"}))
    (bad,) = ran.rejected
    assert bad.identifier is None
    assert bad.content is not None
    assert b"unclosed" in bad.content
    assert not ran.complete  # which record it is nobody knows: none may be taken for gone


def test_the_first_and_the_last_record_may_be_bad() -> None:
    ran = _run(_made(poisoned={"record-0000", "record-0034"}))
    assert sorted(ran.fetched) == names(35)[1:-1]
    assert sorted(each.identifier or "" for each in ran.rejected) == ["record-0000", "record-0034"]
    assert ran.complete


def test_a_server_where_everything_fails_is_not_asked_record_by_record_for_ever() -> None:
    server = ScriptedCsw(dict.fromkeys(names(5000), "x"), poisoned=set(names(5000)))
    with pytest.raises(HarvestError) as caught:
        _run(server, page_size=1000)
    assert caught.value.again
    assert len(server.requests) < 150


def test_a_server_without_sorting_is_asked_without() -> None:
    ran = _run(_made(sorts=False))
    assert ran.fetched == names(35)
    assert ran.complete


def test_with_since_only_what_changed_is_fetched_and_what_is_gone_is_known() -> None:
    server = _made()
    marks = _run(server).marks
    server.records["record-0002"] = "new content"
    del server.records["record-0030"]
    server.records["record-9999"] = "old date, and yet never seen"
    server.requests.clear()
    ran = _run(server, known=marks, since=SINCE)
    assert ran.fetched == ["record-0002", "record-9999"]
    assert sorted(ran.unchanged) == sorted(set(marks) - {"record-0002", "record-0030"})
    assert (ran.complete, ran.whole) == (True, True)
    assert _positions(server, "full") == [(1, 10)]


def test_with_since_a_list_of_names_does_not_tell_what_changed() -> None:
    server = _made()
    marks = _run(server).marks
    server.requests.clear()
    server.lie = {3: 3}  # three that changed, and none of them is handed out
    ran = _run(server, known=marks, since=SINCE)
    assert (ran.complete, ran.whole) == (True, False)


def test_where_since_is_not_understood_everything_is_looked_at() -> None:
    server = _made(sifts=False)
    marks = _run(server).marks
    server.records["record-0002"] = "new content"
    ran = _run(server, known=marks, since=SINCE)
    assert ran.fetched == ["record-0002"]
    assert ran.complete


def test_a_record_without_a_name_of_its_own_takes_that_of_the_list() -> None:
    ran = _run(_made(without_name={"record-0004", "record-0005"}))
    assert ran.fetched == names(35)
    assert ran.complete


def test_it_goes_on_at_its_checkpoint_and_leaves_nothing_out() -> None:
    server = _made()
    first = _run(server, steps=2)
    assert first.fetched == names(20)
    server.requests.clear()
    second = _run(server, checkpoint=first.checkpoints[-1], known=first.marks)
    assert second.fetched == names(35)[20:]
    assert _positions(server, "full") == [(21, 10), (31, 10)]
    assert second.complete  # by the list of names, which was walked through whole
    assert not second.whole


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"phase": 3, "start": "x"}', '{"start": -4}', '{"start": true}'])
def test_a_checkpoint_that_is_none_begins_anew(text: str) -> None:
    assert sorted(_run(_made(), checkpoint=Checkpoint(text=text)).fetched) == names(35)


def test_what_was_yielded_before_the_source_failed_holds() -> None:
    server = _made()

    def site(asked: Asked) -> Reply:
        return Reply(status=503) if len(_positions(server, "full")) == 2 else server(asked)

    ran = Ran()
    with pytest.raises(HarvestError) as caught:
        _collect(site, ran)
    assert caught.value.fault is Fault.UNREACHABLE
    assert ran.fetched == names(20)
    after = _run(server, checkpoint=ran.checkpoints[-1], known=ran.marks)
    assert after.fetched == names(35)[20:]


def _collect(site: Any, into: Ran) -> None:
    with live(site) as address, harvest(source("csw", address, concurrency=1), client=client(), known={}) as steps:
        for step in steps:
            into.outcomes += step.outcomes
            into.checkpoints.append(step.checkpoint)


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"", b"{}", b"<a/>", b"\x00\x01"])
def test_what_is_no_csw_is_told(body: bytes) -> None:
    with pytest.raises(HarvestError):
        _run(lambda _: Reply(body=body))


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'


def test_entities_are_refused() -> None:
    with pytest.raises(HarvestError, match="DOCTYPE"):
        _run(lambda _: Reply(body=BOMB))


def test_outcomes_tell_where_they_are_from() -> None:
    ran = _run(_made(2, poisoned={"record-0001"}))
    good, bad = ran.outcomes
    assert isinstance(good, Fetched)
    assert isinstance(bad, Rejected)
    assert good.origin.endswith("/csw#1")
    assert bad.origin.endswith("/csw#record-0001")
    assert good.content.startswith(b"<gmd:MD_Metadata")

"""Harvests in words: each state, figure and length of time has some; and documents as text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.runs import KEPT
from catalogue.harvesting.schedules import next_after
from catalogue.harvesting.views import PASSED_OVER, UNSEEN, RunView
from harvesters.source import Protocol
from ui.curate.document_text import shown
from ui.curate.harvest_words import (
    addresses,
    duration_words,
    kind_words,
    outcome_words,
    progress,
    protocol_words,
    reason,
    run_mark,
    standing,
)
from ui.curate.timing import Timing
from ui.language import init_language

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RUN = RunView(
    id=7,
    source="neighbour",
    preview=False,
    anew=False,
    state=RunState.RUNNING,
    by="schedule",
    asked=NOW,
    started=NOW,
    ended=None,
    since=None,
    progressed=None,
    expected=None,
    complete=False,
    received=0,
    created=0,
    updated=0,
    unchanged=0,
    withdrawn=0,
    rejected=0,
    conflicts=0,
    message="",
    cancelling=False,
    confirmed=False,
    now=NOW,
)


@pytest.fixture(autouse=True)
def page() -> object:
    """A request, whose language is English."""
    app = Flask("reflecs")
    init_language(app)
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59.6, "1 min"),
        (133, "2 min 13 s"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (86_399, "23 h 59 min"),
        (187_200, "2 d 4 h"),
        (-1, "0 s"),
    ],
)
def test_how_long_it_took(seconds: float, words: str) -> None:
    assert duration_words(seconds).replace("\u202f", " ") == words


def test_every_state_kind_and_protocol_has_words() -> None:
    marks = {state: run_mark(replace(RUN, state=state)) for state in RunState}
    assert len({mark.words for mark in marks.values()}) == len(RunState)
    assert {state for state, mark in marks.items() if mark.kind == "bad"} == {RunState.FAILED, RunState.HELD, RunState.LOST}
    assert len({kind_words(kind) for kind in LineKind}) == len(LineKind)
    assert {protocol_words(protocol) for protocol in Protocol} == {each.words for each in addresses(folders=True)}


def test_what_a_run_did() -> None:
    assert outcome_words(RUN) == "nothing yet"
    assert outcome_words(replace(RUN, state=RunState.DONE)) == "nothing"
    run = replace(RUN, state=RunState.DONE, created=12, updated=1, unchanged=3, withdrawn=2, rejected=1, conflicts=1)
    assert outcome_words(run) == "12 new, 1 changed, 2 withdrawn, 1 rejected, 1 conflict, 3 unchanged"
    assert "withdrawn" not in outcome_words(replace(run, state=RunState.HELD)), "nothing is withdrawn yet"


def test_a_run_that_is_stuck_or_stops_says_so() -> None:
    stuck = replace(RUN, now=NOW + timedelta(minutes=31))
    assert (run_mark(stuck).words, reason(stuck)) == ("Stuck", "Nothing has come from the source for half an hour.")
    assert run_mark(replace(RUN, cancelling=True)).words == "Is being cancelled"
    confirmed = standing(replace(RUN, state=RunState.HELD, confirmed=True, message="Too many."))
    assert (confirmed.mark.words, confirmed.progress is not None) == ("Withdraws", True)
    assert standing(replace(RUN, state=RunState.FAILED, message="The server is away.")).says == "The server is away."


def test_a_run_that_left_a_doubt_says_so() -> None:
    for doubt in (UNSEEN, PASSED_OVER):
        shown_run = standing(replace(RUN, state=RunState.DONE, message=doubt, unchanged=3))
        assert (shown_run.mark.words, shown_run.mark.kind, shown_run.says) == ("Perhaps incomplete", "bad", doubt)
    assert standing(replace(RUN, state=RunState.DONE, message=KEPT)).mark.words == "Done"


def test_who_asked_for_it() -> None:
    assert [standing(replace(RUN, by=by)).by for by in ("schedule", "command line", "curie")] == [
        "the schedule",
        "the command line",
        "curie",
    ]


def test_how_far_it_is() -> None:
    assert progress(RUN).share is None
    assert progress(RUN).words == "0 documents"
    assert progress(replace(RUN, received=5, expected=4)).share == 1000
    assert progress(replace(RUN, state=RunState.WAITING, expected=9)).words == "It begins as soon as a worker is free."


@pytest.mark.parametrize("text", ["hourly", "daily 03:00", "weekly sunday 23:59", "monthly 28 00:00", None])
def test_a_schedule_goes_into_the_form_and_comes_out(text: str | None) -> None:
    timing = Timing.of(text)
    sent = {"often": timing.often, "time": timing.time, "weekday": timing.weekday, "day": timing.day}
    assert Timing.typed(sent).text() == text
    assert (timing.words() == "By hand only") is (text is None)
    assert text is None or next_after(text, NOW) > NOW


def test_what_was_typed_of_no_schedule_is_left_to_whoever_keeps_it() -> None:
    assert Timing.typed({"often": "daily"}).text() == "daily 03:00"
    assert Timing.typed({"often": "x" * 99}).text() == "x" * 10


@pytest.mark.parametrize(
    ("content", "text", "extension"),
    [
        (b"\xef\xbb\xbf<a>\r\n\xc3\xa9</a>", "<a>\né</a>", ".xml"),
        ("<a>é</a>".encode("utf-16"), "<a>é</a>", ".xml"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', ".xml"),
        (b'<?xml version="1.0" encoding="rot13"?>\xe9', '<?xml version="1.0" encoding="rot13"?>\ufffd', ".xml"),
        (b'{"a": 1}', '{"a": 1}', ".json"),
        (b"\x00\x1b[31mred\xff", "\ufffd\ufffd[31mred\ufffd", ".txt"),
        (b"", "", ".txt"),
    ],
)
def test_whatever_bytes_it_has_a_document_is_text(content: bytes, text: str, extension: str) -> None:
    document = shown(content)
    assert (document.text, document.extension, document.cut) == (text, extension, False)
    assert document.numbers.count("\n") == text.count("\n")


def test_characters_that_turn_text_around_are_not_shown() -> None:
    assert shown("a\u202eb".encode()).text == "a\ufffdb"


def test_no_declared_encoding_makes_it_fail() -> None:
    for name in ("hex", "idna", "punycode", "undefined", "unicode_escape", "utf-7", "iso-8859-12", "iso-8859-99", "x" * 40):
        assert "a" in shown(f'<?xml version="1.0" encoding="{name}"?><a>é</a>'.encode()).text, name

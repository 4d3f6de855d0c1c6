"""The pages of harvests: who gets in, what they tell and have done, and what others wrote stays text."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.codelists import Role
from accounts.visitors import Visitor
from catalogue.harvesting.codelists import LineKind, Policy, RunState
from catalogue.harvesting.models import HarvestLine, HarvestRun, HarvestSource
from catalogue.harvesting.views import UNSEEN
from harvesters.source import Protocol
from mappings.formats import write
from records.codes import Domain
from records.model import Record
from tests.ui.account.conftest import Person
from tests.ui.curate.conftest import House, fill

NASTY = '"><script>alert(1)</script>'
PAGES = ("", "/sources", "/new-source", "/sources/neighbour", "/sources/neighbour/edit", "/runs", "/runs/1", "/runs/1.json", "/lines/1")
FORMS = (
    "/new-source",
    "/sources/neighbour/edit",
    "/sources/neighbour/run",
    "/sources/neighbour/preview",
    "/sources/neighbour/anew",
    "/sources/neighbour/schedule",
    "/sources/neighbour/remove",
    "/runs/1/cancel",
    "/runs/1/confirm",
    "/runs/1/dismiss",
)
FORM = {
    "name": "neighbour",
    "protocol": "csw",
    "url": "https://catalogue.example.org/csw",
    "domain": "earth",
    "policy": "both",
    "share": "2,5",
    "often": "weekly",
    "time": "04:30",
    "weekday": "friday",
    "day": "1",
    "enabled": "yes",
    "user": "marie",
    "password": "polonium and radium",
    "token": "",
    "filters": "cql = subject = 'ice'\nversion = 2.0.2",
    "page_size": "50",
    "rate": "0.5",
    "concurrency": "1",
    "timeout": "30",
    "megabytes": "8",
}
"""A form with everything in it."""


@pytest.fixture
def curie(house: House) -> Person:
    """A curator."""
    return house.curator()


def records(number: int, *, begin: int = 0) -> list[Record]:
    """Records of a source."""
    return [Record(identifier=f"glacier-{each}", title=f"Glacier {each}", abstract="Ice.") for each in range(begin, begin + number)]


def kept_run(house: House, state: RunState, **others: Any) -> int:
    """Write a run down as if it had come so far; return its number."""
    now = house.clock.now
    with house.database.writing() as session:
        source = session.query(HarvestSource).order_by(HarvestSource.id.desc()).first()
        assert source is not None
        values = {"by": "acurator", "asked": now, "started": now, **others}
        run = HarvestRun(source_id=source.id, state=state, **values)
        session.add(run)
        session.flush()
        return run.id


def kept_line(house: House, run: int, kind: LineKind, **others: Any) -> int:
    """Write a line of a run down; return its number."""
    with house.database.writing() as session:
        values = {"origin": "somewhere", "reason": "", **others}
        line = HarvestLine(run_id=run, kind=kind, **values)
        session.add(line)
        session.flush()
        return line.id


def plain(page: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


def test_nobody_but_curators_gets_in(house: House) -> None:
    house.source()
    kept_line(house, kept_run(house, RunState.HELD, withdrawn=1), LineKind.REJECTED, content=b"<x/>")
    visitor, user = house.client(), house.signed_in("mfaraday", Role.USER)
    for path in PAGES:
        assert visitor.get(f"/curate{path}").location.startswith("/login"), path
        assert user.get(f"/curate{path}").status_code == 403, path
    for path in FORMS:
        assert user.send(f"/curate{path}", **FORM).status_code == 403, path
        assert visitor.send(f"/curate{path}", **FORM).location.startswith("/login"), path
    assert house.curation.runs.run(1).state is RunState.HELD
    assert len(house.curation.sources.all()) == 1
    for who in (house.curator(), house.signed_in("ghopper", Role.ADMINISTRATOR)):
        for path in PAGES:
            assert who.get(f"/curate{path}").status_code == 200, path


def test_no_form_is_taken_without_its_token(house: House, curie: Person) -> None:
    house.source()
    kept_run(house, RunState.HELD, withdrawn=1)
    lines = house.desk.accounts.audit()[1]
    for path in FORMS:
        answer = curie.client.post(f"/curate{path}", data=FORM)
        assert answer.status_code == 400, path
        assert "Nothing was changed." in answer.text
    assert house.desk.accounts.audit()[1] == lines


def test_what_is_not_there_is_told(house: House, curie: Person) -> None:
    for path in ("/sources/nothing", "/sources/nothing/edit", "/runs/4711", "/runs/4711.json", "/lines/4711", "/lines/4711/document"):
        assert curie.get(f"/curate{path}").status_code == 404, path
    for path in ("/sources/nothing/run", "/sources/nothing/remove", "/sources/nothing/edit"):
        assert curie.send(f"/curate{path}").status_code == 404, path
    house.source()
    for nonsense in ("page=0", "page=x", "page=999999", "kind=nonsense", "kind=rejected"):
        for path in ("/sources/neighbour", "/runs", f"/runs/{kept_run(house, RunState.DONE)}"):
            curie.page(f"/curate{path}?{nonsense}")


def test_a_source_is_added_with_all_there_is_to_say(house: House, curie: Person) -> None:
    answer = curie.send("/curate/new-source", **FORM)
    assert answer.location == "/curate/sources/neighbour"
    source = house.curation.sources.source("neighbour")
    assert (source.protocol, source.domain, source.policy, source.share) == (Protocol.CSW, Domain.EARTH, Policy.BOTH, 0.025)
    assert (source.schedule, source.enabled, source.has_credentials) == ("weekly friday 04:30", True, True)
    assert source.filters == {"cql": "subject = 'ice'", "version": "2.0.2"}
    assert (source.page_size, source.rate, source.concurrency, source.timeout, source.max_bytes) == (50, 0.5, 1, 30, 8 * 1024 * 1024)
    page = plain(curie.page("/curate/sources/neighbour"))
    for words in ("CSW 2.0.2, 3.0", "Each week on Friday at 04:30 UTC", "2.5\u202f% of its records", "Both", "subject = 'ice'"):
        assert words in page
    assert "polonium" not in page
    assert house.desk.lines("added a harvest source") == 1


def test_a_form_comes_back_as_it_was_with_what_is_wrong(house: House, curie: Person) -> None:
    wrong = {
        "share": ("much", "Please give a percentage"),
        "page_size": ("nan", "Please give a number."),
        "rate": ("1e999", "Please give a number, or leave it empty"),
        "protocol": ("gopher", "Please choose how the source is asked."),
        "policy": ("", "Please choose which document stands."),
        "filters": ("nonsense", "“nonsense” is no filter"),
        "token": ("x", "Please give a user with a password, or a token"),
        "url": ("ftp://example.org", "An address begins with http:// or https://"),
        "name": ("Not A Name", "A name has 1 to 40"),
        "timeout": ("0", "may be silent is a number from"),
        "often": ("sometimes", "A schedule is"),
    }
    for name, (value, says) in wrong.items():
        answer = curie.send("/curate/new-source", **{**FORM, name: value})
        assert answer.status_code == 422, name
        assert says in plain(answer.text), name
        assert 'value="2,5"' in answer.text or name == "share"
        assert "polonium" not in answer.text, "a password is shown"
    assert not house.curation.sources.all()


def test_a_source_is_changed_and_keeps_its_credentials(house: House, curie: Person) -> None:
    curie.send("/curate/new-source", **FORM)
    form = curie.page("/curate/sources/neighbour/edit")
    assert "Some are kept, encrypted." in form
    assert 'value="0.5"' in form
    assert "polonium" not in form
    others = {**FORM, "name": "ignored", "user": "", "password": "", "rate": "", "enabled": "", "often": ""}
    assert curie.send("/curate/sources/neighbour/edit", **others).location == "/curate/sources/neighbour"
    source = house.curation.sources.source("neighbour")
    assert (source.rate, source.enabled, source.schedule, source.has_credentials) == (None, False, None, True)
    curie.send("/curate/sources/neighbour/edit", **{**others, "forget": "yes"})
    assert not house.curation.sources.source("neighbour").has_credentials


def test_a_schedule_is_set_and_taken_away(house: House, curie: Person) -> None:
    house.source()
    curie.send("/curate/sources/neighbour/schedule", often="monthly", day="3", time="05:00")
    page = plain(curie.page("/curate/sources/neighbour"))
    assert "Each month on day 3 at 05:00 UTC" in page
    assert "next 3 December 2026, 05:00 UTC" in page
    curie.send("/curate/sources/neighbour/schedule", often="monthly", day="31", time="05:00")
    assert "A schedule is" in curie.page("/curate/sources/neighbour")
    curie.send("/curate/sources/neighbour/schedule", often="")
    assert house.curation.sources.source("neighbour").schedule is None


def test_a_preview_tells_and_a_run_does(house: House, curie: Person) -> None:
    folder = house.source()
    fill(folder, *records(3))
    (folder / "broken.xml").write_bytes(b"<no record")
    answer = curie.send("/curate/sources/neighbour/preview")
    assert answer.location == "/curate/runs/1"
    assert "Waits to begin" in curie.page("/curate/runs/1")
    house.work()
    page = curie.page("/curate/runs/1")
    assert "it keeps nothing and withdraws nothing" in page
    assert "Run it now" in page
    assert house.engine.statistics().records == 0
    answer = curie.send("/curate/sources/neighbour/run")
    house.work()
    page = curie.page(answer.location)
    assert '<span class="figure" data-figure="created">3</span>' in page
    assert '<span class="figure" data-figure="rejected">1</span>' in page
    assert "broken.xml" in page, "what needs somebody is shown first"
    assert 'href="/curate/record?id=glacier-0"' in curie.page(f"{answer.location}?kind=created")
    assert house.engine.statistics().records == 3
    row = plain(curie.page("/curate/sources"))
    assert "3 new, 1 rejected" in row
    assert "3 new, 1 rejected" in plain(curie.page("/curate/sources/neighbour"))


@pytest.fixture
def held(house: House) -> Path:
    """The folder of a source of which a run waits for somebody's word: three of its four records have gone."""
    folder = house.source()
    fill(folder, *records(4))
    assert house.harvested().state is RunState.DONE
    for number in range(1, 4):
        (folder / f"glacier-{number}.xml").unlink()
    assert house.harvested().state is RunState.HELD
    return folder


def test_what_would_be_withdrawn_is_shown_and_confirmed(house: House, curie: Person, held: Path) -> None:
    assert held
    overview = plain(curie.page("/curate"))
    assert "Look at it" in overview
    assert "3 records would be withdrawn and wait for your word." in overview
    page = curie.page("/curate/runs/2")
    words = plain(page)
    assert "3 records would be withdrawn: 75\u202f% of those of this source. Without you, at most 10\u202f% are." in words
    assert 'href="/curate/record?id=glacier-3"' in page
    assert house.engine.statistics().records == 4
    answer = curie.send("/curate/runs/2/confirm")
    assert "as soon as a worker is free" in curie.page(answer.location)
    assert "Withdraw them" not in curie.page("/curate/runs/2")
    assert "Harvests that need you" not in curie.page("/curate")
    house.work()
    assert house.engine.statistics().records == 1
    assert house.curation.runs.run(2).state is RunState.DONE
    curie.send("/curate/runs/2/confirm")
    assert "This run holds nothing back, or not any more." in curie.page("/curate/runs/2")


def test_what_would_be_withdrawn_is_kept(house: House, curie: Person, held: Path) -> None:
    assert held
    curie.send("/curate/runs/2/dismiss")
    assert "The records stay as they are." in curie.page("/curate/runs/2")
    house.work()
    assert house.engine.statistics().records == 4
    assert "Harvests that need you" not in curie.page("/curate")


def test_a_failed_source_is_told_at_once_and_tried_again(house: House, curie: Person) -> None:
    folder = house.source()
    fill(folder, *records(2))
    folder.rename(folder.with_name("away"))
    run = house.harvested()
    assert run.state is RunState.FAILED
    overview = curie.page("/curate")
    assert "Harvests that need you" in overview
    assert run.message in overview
    assert 'action="/curate/sources/neighbour/run"' in overview
    assert run.message in curie.page("/curate/sources/neighbour")
    assert run.message in curie.page(f"/curate/runs/{run.id}")
    folder.with_name("away").rename(folder)
    curie.send("/curate/sources/neighbour/run")
    house.work()
    assert house.engine.statistics().records == 2
    assert "Harvests that need you" not in curie.page("/curate")
    assert "2 new" in plain(curie.page("/curate/runs"))


def test_a_run_that_perhaps_missed_something_needs_somebody(house: House, curie: Person) -> None:
    house.source()
    run = kept_run(house, RunState.DONE, ended=house.clock.now, received=10, unchanged=10, expected=500, message=UNSEEN)
    overview = plain(curie.page("/curate"))
    assert "Harvests that need you" in overview
    assert f"neighbour {UNSEEN} Perhaps incomplete" in overview
    for path in ("/sources", "/sources/neighbour", "/runs"):
        assert '<span class="state bad">Perhaps incomplete</span>' in curie.page(f"/curate{path}"), path
        assert UNSEEN in curie.page(f"/curate{path}"), path
    page = plain(curie.page(f"/curate/runs/{run}"))
    assert page.count(UNSEEN) == 1
    assert "The source says it has 500; 10 documents came." in page
    assert "Run again" in page


@pytest.mark.parametrize(
    ("complete", "since", "says"),
    [
        (True, False, "All that the source has was seen."),
        (True, True, "A document that changed without a later date of its own may have been passed over; “Run anew”"),
        (False, True, "Only what changed since the run before was asked for."),
    ],
)
def test_a_run_tells_what_it_looked_at(house: House, curie: Person, complete: bool, since: bool, says: str) -> None:  # noqa: FBT001
    house.source()
    now = house.clock.now
    run = kept_run(house, RunState.DONE, ended=now, complete=complete, since=now if since else None, received=9, expected=10)
    page = plain(curie.page(f"/curate/runs/{run}"))
    assert says in page
    assert "The source says it has" not in page


def test_how_far_a_run_is(house: House, curie: Person) -> None:
    house.source()
    now, lease = house.clock.now, house.clock.now + timedelta(hours=2)
    number = kept_run(house, RunState.RUNNING, received=1234, expected=5000, created=1200, progressed=now, lease=lease)
    told = curie.ask(f"/curate/runs/{number}.json")
    assert told["words"] == "1,234 of 5,000 documents".replace(",", told["words"][1])
    assert (told["over"], told["share"], told["state"]) == (False, 246, "running")
    assert told["figures"]["unchanged"] == "0"
    assert told["mark"] == {"words": "Under way", "kind": "wait"}
    for path in ("", "/sources", "/sources/neighbour", f"/runs/{number}"):
        assert f'data-run="/curate/runs/{number}.json"' in curie.page(f"/curate{path}"), path
    curie.send("/curate/sources/neighbour/run")
    assert "waits or is under way already" in curie.page("/curate/sources/neighbour")
    house.clock.forward(minutes=31)
    overview = plain(curie.page("/curate"))
    assert "Nothing has come from the source for half an hour." in overview
    curie.send(f"/curate/runs/{number}/cancel")
    assert "Is being cancelled" in curie.page(f"/curate/runs/{number}")
    with house.database.writing() as session:
        run = session.get_one(HarvestRun, number)
        run.state, run.ended = RunState.DONE, house.clock.now
    assert curie.ask(f"/curate/runs/{number}.json")["over"] is True


def test_a_waiting_run_is_cancelled(house: House, curie: Person) -> None:
    fill(house.source(), *records(1))
    curie.send("/curate/sources/neighbour/anew")
    assert "Everything is fetched anew" in curie.page("/curate/runs/1")
    curie.send("/curate/runs/1/cancel")
    house.work()
    assert house.curation.runs.run(1).state is RunState.CANCELLED
    assert house.engine.statistics().records == 0
    assert "Run again" in curie.page("/curate/runs/1")


def test_a_document_that_was_rejected_is_looked_at_as_text(house: House, curie: Person) -> None:
    folder = house.source()
    content = f"<a>\r\n  {NASTY}\r\n".encode() + b"\x00\xff"
    (folder / "nasty.xml").write_bytes(content)
    house.harvested()
    found = re.search(r'href="(/curate/lines/\d+\?run=1)"', curie.get("/curate/runs/1").text)
    assert found
    answer = curie.get(found[1])
    assert "&lt;a&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="/curate/runs/1"' in answer.text
    file = curie.get(f"{found[1].partition('?')[0]}/document")
    assert file.data == content
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith('attachment; filename="')


def test_a_long_document_is_cut_on_the_page_and_whole_as_a_file(house: House, curie: Person) -> None:
    house.source()
    content = b"<a>" + b"x\n" * 300_000
    number = kept_line(house, kept_run(house, RunState.DONE), LineKind.REJECTED, content=content)
    page = curie.page(f"/curate/lines/{number}")
    assert "This is its beginning." in page
    assert len(page) < 600_000
    assert curie.get(f"/curate/lines/{number}/document").data == content


def test_what_others_wrote_stays_text(house: House, curie: Person) -> None:
    house.source()
    run = kept_run(house, RunState.FAILED, message=NASTY, by=NASTY, ended=house.clock.now)
    line = kept_line(
        house, run, LineKind.REJECTED, origin=NASTY, identifier=NASTY, title=NASTY, reason=NASTY, content=NASTY.encode("utf-16")
    )
    paths = ("", "/sources", "/sources/neighbour", "/runs", f"/runs/{run}", f"/lines/{line}", f"/lines/{line}?run={NASTY}")
    for path in paths:
        text = curie.get(f"/curate{path}").text
        assert "<script>alert" not in text, path
        assert "&lt;script&gt;alert" in text, path
    file = curie.get(f"/curate/lines/{line}/document")
    assert "<" not in file.headers["Content-Disposition"]
    answer = curie.send("/curate/new-source", **{**FORM, "name": NASTY, "url": NASTY, "filters": NASTY})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_many_lines_are_turned_over(house: House, curie: Person) -> None:
    house.source()
    run = kept_run(house, RunState.DONE, ended=house.clock.now, created=12_345, received=12_345, expected=12_346)
    for number in range(60):
        kept_line(house, run, LineKind.CREATED, identifier=f"record-{number:02}")
    page = plain(curie.page(f"/curate/runs/{run}"))
    assert "Page 1 of 2" in page
    assert "record-49" in page
    assert "record-50" not in page
    assert "Only the first are listed" in page
    assert "The source says it has 12" in page
    assert "record-59" in curie.page(f"/curate/runs/{run}?kind=created&page=2")


def test_a_source_is_removed_and_its_records_stay_or_go(house: House, curie: Person) -> None:
    for name, path in (("stays", house.source("stays")), ("goes", house.source("goes"))):
        fill(path, Record(identifier=name, title=name))
        house.harvested(name)
    assert curie.send("/curate/sources/stays/remove", records="keep").location == "/curate/sources"
    assert curie.send("/curate/sources/goes/remove", records="withdraw").location == "/curate/sources"
    page = plain(curie.page("/curate/sources"))
    assert "Its records stay." in page
    assert "are withdrawn as soon as a worker is free" in page
    assert "It goes with its records" in page
    assert "Cancel" not in page
    assert "Remove the source" not in curie.page("/curate/sources/goes")
    house.work()
    assert not house.curation.sources.all()
    assert [record is not None for record in house.engine.get_many(["stays", "goes"])] == [True, False]


def test_the_overview_counts_what_waits(house: House, curie: Person) -> None:
    page = " ".join(curie.page("/curate").split())
    assert "No other catalogue is harvested yet." in page
    assert '<span class="figure">–</span>' in page
    document = write(Record(identifier="alone", title=None, abstract="Nothing links to it."), "iso19139")
    by = house.desk.accounts.user_named("acurator")
    curator = Visitor(user_id=by.user_id, username="acurator", role=Role.CURATOR)
    house.curation.curating.upload([("alone.xml", document), ("other.xml", document)], by=curator, address=None)
    fill(house.source(), *records(2))
    house.harvested()
    house.curation.checking.run_due()
    page = " ".join(curie.page("/curate").split())
    for number, href, words in ((2, "/curate/upload", "Uploads"), (0, "/curate/sources", "Harvests")):
        assert f'<span class="figure">{number}</span><a href="{href}">{words}</a>' in page
    summary = house.curation.checking.summary()
    assert summary.mean_score is not None
    assert f'<span class="figure">{summary.mean_score:.0f}</span><a href="/curate/records">FAIR score</a>' in page
    assert f'<span class="figure">{summary.invalid}</span><a href="/curate/records?state=invalid">Invalid records</a>' in page


def test_runs_of_all_sources(house: House, curie: Person) -> None:
    for name in ("earth", "sky"):
        house.source(name)
        now = house.clock.now
        kept_run(house, RunState.DONE, updated=2, ended=now + timedelta(minutes=12, seconds=5))
    page = plain(curie.page("/curate/runs"))
    assert "2 runs" in page
    assert page.index("sky") < page.index("earth")
    assert "12\u202fmin 5\u202fs" in page


def test_folders_of_this_machine_are_offered_where_they_are_allowed(house: House, curie: Person) -> None:
    assert "Folder or zip of this machine" in curie.page("/curate/new-source")
    house.app.extensions["curation"] = replace(house.curation, allow_private=False)
    assert "Folder or zip of this machine" not in curie.page("/curate/new-source")

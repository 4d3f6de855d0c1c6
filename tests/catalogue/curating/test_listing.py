"""Lists: each filter alone and together with others, and every record once on the way through the pages."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from accounts.codelists import RuleKind, Shown
from accounts.errors import NotAllowedError, StateError
from accounts.visitors import COMMAND_LINE, Visitor
from catalogue.curating.views import Filter, Row, State
from catalogue.engines.base import Tombstone
from records.codes import Domain
from tests.accounts.desk import ADMINISTRATOR
from tests.catalogue.curating.workshop import HERE, NOBODY, Workshop, document


def listed(workshop: Workshop, *, by: Visitor | None = None, **parts: object) -> list[str]:
    return [row.identifier for row in rows(workshop, Filter(**parts), by=by)]  # type: ignore[arg-type]


def rows(workshop: Workshop, wanted: Filter, *, by: Visitor | None = None, limit: int = 200) -> Sequence[Row]:
    return workshop.curating.listing(wanted, limit=limit, by=by or workshop.marie).rows


def walked(workshop: Workshop, wanted: Filter, limit: int) -> list[list[str]]:
    """The identifiers on each page of a list."""
    pages, after = [], None
    while True:
        page = workshop.curating.listing(wanted, after=after, limit=limit, by=workshop.marie)
        pages.append([row.identifier for row in page.rows])
        if page.next is None:
            return pages
        after = page.next


def filled(workshop: Workshop) -> None:
    """Records of two sources and by hand, good and bad ones, some of Marie's and Pierre's, a mission that is restricted, two withdrawn."""
    workshop.load(document("esa-1", "Sea ice"), document("esa-2", "Sea level", contacts=()), source="esa")
    workshop.load(document("nasa-1", "Sea ice from above"), document("nasa-2", "Dunes"), document("nasa-gone", "Lost ice"), source="nasa")
    workshop.load(
        document("mission", "COROT", domain=Domain.UNIVERSE),
        document("mission-n1", "COROT light curves", parent_identifier="mission"),
        document("mission-n2", "COROT planets", parent_identifier="mission", abstract=None),
    )
    stored(workshop, workshop.marie, document("marie-1", "Clouds"), document("marie-2", None))
    workshop.clock.forward(hours=1)
    stored(workshop, workshop.pierre, document("pierre-1", "Rain"), document("hand-gone", "Wind"))
    workshop.access.set_rule("mission", RuleKind.GROUPS, None, Shown.NOTHING, (), by=ADMINISTRATOR, address=None)
    workshop.access.set_rule("mission-n2", RuleKind.OPEN, by=ADMINISTRATOR, address=None)
    workshop.clock.forward(hours=1)
    workshop.curating.withdraw(["nasa-gone"], by=workshop.marie, address=HERE)
    workshop.clock.forward(hours=1)
    workshop.curating.withdraw(["hand-gone"], by=workshop.marie, address=HERE)
    workshop.checking.check_now(list(workshop.engine.identifiers()))


def stored(workshop: Workshop, who: Visitor, *documents: bytes) -> None:
    views = workshop.curating.upload([("a.xml", each) for each in documents], by=who, address=HERE)
    workshop.curating.store([view.id for view in views], by=who, address=HERE)


ALIVE = ["esa-1", "esa-2", "marie-1", "marie-2", "mission", "mission-n1", "mission-n2", "nasa-1", "nasa-2", "pierre-1"]


def test_each_filter_lists_what_it_says(workshop: Workshop) -> None:
    filled(workshop)
    assert listed(workshop) == ALIVE
    assert sorted(listed(workshop, mine=True)) == ["marie-1", "marie-2"]
    assert listed(workshop, mine=True, by=workshop.pierre) == ["pierre-1"]
    assert listed(workshop, mine=True, by=COMMAND_LINE) == []
    assert listed(workshop, source="esa") == ["esa-1", "esa-2"]
    assert listed(workshop, source="") == ["marie-1", "marie-2", "mission", "mission-n1", "mission-n2", "pierre-1"]
    assert listed(workshop, source="unknown") == []
    assert sorted(listed(workshop, state=State.INVALID)) == ["esa-2", "marie-2", "mission-n2"]
    assert listed(workshop, state=State.BROKEN) == []
    assert listed(workshop, state=State.WITHDRAWN) == ["hand-gone", "nasa-gone"]
    assert listed(workshop, state=State.RESTRICTED) == ["mission", "mission-n1"]
    assert sorted(listed(workshop, text="sea ice")) == ["esa-1", "nasa-1"]


def test_filters_narrow_each_other(workshop: Workshop) -> None:
    filled(workshop)
    assert listed(workshop, mine=True, state=State.INVALID) == ["marie-2"]
    assert listed(workshop, mine=True, text="clouds") == ["marie-1"]
    assert listed(workshop, mine=True, source="esa") == []
    assert listed(workshop, mine=True, state=State.WITHDRAWN, by=workshop.pierre) == ["hand-gone"]
    assert listed(workshop, mine=True, state=State.RESTRICTED) == []
    assert listed(workshop, source="nasa", text="ice") == ["nasa-1"]
    assert listed(workshop, source="esa", state=State.INVALID) == ["esa-2"]
    assert listed(workshop, text="sea", state=State.INVALID) == ["esa-2"]
    assert listed(workshop, text="planets", state=State.RESTRICTED) == []
    assert listed(workshop, text="corot", state=State.RESTRICTED) == ["mission", "mission-n1"]
    assert listed(workshop, state=State.WITHDRAWN, source="nasa") == ["nasa-gone"]
    assert listed(workshop, state=State.WITHDRAWN, source="") == ["hand-gone"]
    assert listed(workshop, state=State.WITHDRAWN, text="HAND") == ["hand-gone"]


def test_a_row_tells_what_is_known_of_its_record(workshop: Workshop) -> None:
    filled(workshop)
    found = {row.identifier: row for row in rows(workshop, Filter())}
    mission, bad = found["mission"], found["esa-2"]
    assert (mission.title, mission.domain, mission.source, mission.deleted) == ("COROT", Domain.UNIVERSE, None, False)
    assert mission.restricted is not None
    assert not mission.restricted.open
    assert (bad.source, bad.restricted, found["mission-n2"].restricted, found["marie-2"].title) == ("esa", None, None, "marie-2")
    assert bad.check is not None
    assert (bad.check.valid, bad.check.errors) == (False, 1)
    gone = rows(workshop, Filter(state=State.WITHDRAWN))[1]
    assert (gone.title, gone.source, gone.deleted, gone.check) == ("Lost ice", "nasa", True, None)
    assert gone.changed.hour == 14


def test_what_was_changed_last_is_first_among_mine(workshop: Workshop) -> None:
    filled(workshop)
    stored(workshop, workshop.marie, document("marie-2", "Named"))
    assert listed(workshop, mine=True) == ["marie-2", "marie-1"]
    stored(workshop, workshop.marie, document("pierre-1", "Snow"))
    assert "pierre-1" in listed(workshop, mine=True)
    assert listed(workshop, mine=True, by=workshop.pierre) == []


EVERY_WALK = (
    Filter(),
    Filter(mine=True),
    Filter(source="esa"),
    Filter(source=""),
    Filter(state=State.INVALID),
    Filter(state=State.WITHDRAWN),
    Filter(state=State.RESTRICTED),
    Filter(text="numbered"),
    Filter(text="numbered", source="esa"),
    Filter(text="numbered", mine=True),
)


def test_every_record_is_on_one_page(workshop: Workshop) -> None:
    many = [document(f"r{number:02}", f"Numbered {number}", contacts=()) for number in range(23)]
    workshop.load(*many[:11], source="esa")
    workshop.load(*many[11:])
    stored(workshop, workshop.marie, *(document(f"m{number:02}", "Numbered", contacts=()) for number in range(12)))
    workshop.load(*(document(f"w{number:02}") for number in range(9)))
    for number in range(9):
        workshop.engine.delete([f"w{number:02}"], now=workshop.clock())
        workshop.clock.forward(seconds=number % 2)
    for number in range(0, 23, 2):
        workshop.access.set_rule(f"r{number:02}", RuleKind.GROUPS, by=ADMINISTRATOR, address=None)
    workshop.access.set_rule("a node that is no record", RuleKind.GROUPS, by=ADMINISTRATOR, address=None)
    workshop.checking.check_now(list(workshop.engine.identifiers()))
    for wanted in EVERY_WALK:
        whole = [row.identifier for row in rows(workshop, wanted)]
        assert len(whole) > 8
        pages = walked(workshop, wanted, 4)
        assert [identifier for page in pages for identifier in page] == whole
        assert len(set(whole)) == len(whole)
        assert {len(page) for page in pages[:-1]} == {4}


def test_of_what_was_withdrawn_a_page_reads_little_more_than_it_shows(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.curating.passing._PART", 10)
    workshop.load(*(document(f"w{number:03}", None) for number in range(200)))
    for number in range(0, 200, 2):
        workshop.engine.delete([f"w{number:03}", f"w{number + 1:03}"], now=workshop.clock())
        workshop.clock.forward(hours=1)
    read: list[str] = []
    tombstones = workshop.engine.tombstones

    def counted(since: datetime | None = None) -> Iterator[Tombstone]:
        for each in tombstones(since):
            read.append(each.identifier)
            yield each

    monkeypatch.setattr(workshop.engine, "tombstones", counted)
    after: str | None = None
    found: list[str] = []
    while len(found) < 200:
        read.clear()
        page = workshop.curating.listing(Filter(state=State.WITHDRAWN), after=after, limit=9, by=workshop.marie)
        found += [row.identifier for row in page.rows]
        assert len(read) < 100
        after = page.next
    assert after is None
    assert found == [f"w{number + one:03}" for number in range(198, -1, -2) for one in (1, 0)]


def test_totals_are_told_where_they_are_known(workshop: Workshop) -> None:
    filled(workshop)

    def total(**parts: object) -> int | None:
        return workshop.curating.listing(Filter(**parts), limit=1, by=workshop.marie).total  # type: ignore[arg-type]

    assert total() == 10
    assert total(text="sea ice") == 2
    assert total(state=State.INVALID) == 3
    assert total(state=State.WITHDRAWN) == 2
    for parts in ({"mine": True}, {"source": "esa"}, {"state": State.RESTRICTED}, {"state": State.INVALID, "text": "sea"}):
        assert total(**parts) is None


def test_a_place_that_leads_nowhere_is_refused(workshop: Workshop) -> None:
    for wanted, after in (
        (Filter(mine=True), "no time"),
        (Filter(mine=True), "2026-01-01T00:00:00 a"),
        (Filter(state=State.WITHDRAWN), "yesterday a"),
        (Filter(text="ice"), "-1"),
        (Filter(text="ice"), "9" * 30),
        (Filter(), "a" * 5000),
    ):
        with pytest.raises(StateError, match="no such page"):
            workshop.curating.listing(wanted, after=after, by=workshop.marie)


def test_lists_are_for_curators(workshop: Workshop) -> None:
    with pytest.raises(NotAllowedError):
        workshop.curating.listing(Filter(), by=NOBODY)


def test_a_page_ends_in_time_where_few_records_are_wanted(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.curating.listing._EFFORT", 20)
    monkeypatch.setattr("catalogue.curating.listing._AT_ONCE", 10)
    workshop.load(*(document(f"r{number:03}", "Wanted" if number == 99 else "Other") for number in range(100)), source="esa")
    pages = walked(workshop, Filter(source="esa", state=State.INVALID), 5)
    assert pages == [[]]
    workshop.checking.check_now([])
    pages = walked(workshop, Filter(mine=False, source="esa"), 50)
    assert [identifier for page in pages for identifier in page] == [f"r{number:03}" for number in range(100)]
    assert len(pages) > 2

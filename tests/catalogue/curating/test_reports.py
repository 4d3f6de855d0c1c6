"""The report on one record: what checking says, what FAIR says, and how its links do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from accounts.errors import UnknownError
from catalogue.curating.models import LinkCheck, LinkState
from catalogue.curating.reports import Reports
from database.keys import digest_of
from tests.catalogue.curating.checked import House, bad, good

PAGE = "https://data.example.org/page"
FILE = "https://data.example.org/file.nc"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def reports(house: House) -> Reports:
    return Reports(house.database, house.engine, None)


def test_a_report_agrees_with_what_is_kept_of_the_check(house: House) -> None:
    house.put(bad("a/1"))
    house.checking.run_due()
    found, kept = reports(house).report("a/1"), house.check("a/1")
    assert found.identifier == "a/1"
    assert (found.findings.valid, found.fair.score) == (kept.valid, kept.score)
    assert {finding.code for finding in found.findings.findings} >= {"no-abstract", "no-contact"}


def test_links_stand_in_their_order_each_once_with_what_came_of_asking(house: House) -> None:
    house.put(good("a", PAGE, FILE, PAGE))
    house.checking.run_due()
    with house.database.writing() as session:
        broken = {"state": LinkState.BROKEN, "status": 404, "message": "There is nothing at this address.", "checked": house.clock()}
        session.execute(update(LinkCheck).where(LinkCheck.url_digest == digest_of(FILE)).values(broken))
    page, file = reports(house).report("a").links
    assert (page.url, page.name, page.state, page.checked) == (PAGE, "page", LinkState.UNCHECKED, None)
    assert (file.url, file.state, file.status, file.checked) == (FILE, LinkState.BROKEN, 404, house.clock())
    assert file.message == "There is nothing at this address."
    (working,) = (point for point in reports(house).report("a").fair.points if point.title == "Links that work")
    assert (working.reached, working.values["address"]) == (2, FILE)


def test_a_record_that_was_not_checked_yet_has_a_report(house: House) -> None:
    house.put(good("a", PAGE))
    found = reports(house).report("a")
    assert found.findings.valid
    assert [link.state for link in found.links] == [LinkState.UNCHECKED]


def test_of_what_is_not_there_is_no_report(house: House) -> None:
    house.put(good("a"))
    house.delete("a")
    for identifier in ("a", "nothing"):
        with pytest.raises(UnknownError):
            reports(house).report(identifier)

"""Asking links in the background: when each is asked again, when it is called broken, and what that makes of its records."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from catalogue.curating.links import LinkChecking
from catalogue.curating.models import LinkCheck, LinkState
from database.keys import digest_of
from harvesters import links
from harvesters.web import Client
from tests.catalogue.curating.checked import House, good
from tests.harvesters.sites import Asked, Reply, client, live

TAKEN = 9  # the port of "discard": nobody listens there


class Web:
    """A site whose pages answer as they are told to, and that counts what it is asked for."""

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.asked: Counter[str] = Counter()
        self.url = ""

    def __call__(self, request: Asked) -> Reply:
        self.asked[request.path] += 1
        return Reply(status=self.statuses.get(request.path, 200))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    with live(made) as made.url:
        yield made


def asking(house: House, way: Client | None = None) -> LinkChecking:
    return LinkChecking(house.database, way or client(), clock=house.clock)


def row(house: House, url: str) -> LinkCheck:
    with house.database.reading() as session:
        return session.get_one(LinkCheck, digest_of(url))


def due_in(house: House, url: str) -> timedelta:
    return row(house, url).due - house.clock()


def test_each_address_is_asked_once_however_many_records_have_it(house: House, web: Web) -> None:
    page, other = f"{web.url}/page", f"{web.url}/other"
    house.put(good("a", page, other), good("b", page))
    house.checking.run_due()
    assert asking(house).run_due() == 2
    assert web.asked == {"/page": 1, "/other": 1}
    found = row(house, page)
    assert (found.state, found.status, found.message, found.checked) == (LinkState.WORKS, 200, "", house.clock())
    assert asking(house).run_due() == 0


def test_what_works_is_asked_again_after_a_month(house: House, web: Web) -> None:
    house.put(good("a", f"{web.url}/page"))
    house.checking.run_due()
    asking(house).run_due()
    house.clock.forward(days=29)
    assert asking(house).run_due() == 0
    house.clock.forward(days=1)
    assert asking(house).run_due() == 1


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_broken_at_once_and_its_records_are_told(house: House, web: Web, status: int) -> None:
    page, other = f"{web.url}/page", f"{web.url}/other"
    web.statuses["/page"] = status
    house.put(good("a", page, other), good("b", page), good("c", other))
    house.checking.run_due()
    before = house.check("a").score
    asking(house).run_due()
    assert (row(house, page).state, row(house, page).status) == (LinkState.BROKEN, status)
    assert [house.check(each).broken for each in "abc"] == [1, 1, 0]
    assert set(house.checking.identifiers("broken links")) == {"a", "b"}
    assert house.checking.run_due() == 2  # their scores are made anew, and no other's
    assert house.check("a").score < before
    assert house.checking.summary().broken_links == 2


@pytest.mark.parametrize("status", [500, 503, 400])
def test_what_fails_is_broken_after_three_days_in_a_row(house: House, web: Web, status: int) -> None:
    page = f"{web.url}/page"
    web.statuses["/page"] = status
    house.put(good("a", page))
    house.checking.run_due()
    states = []
    for _ in range(3):
        asking(house).run_due()
        assert asking(house).run_due() == 0  # not twice on a day
        states.append(row(house, page).state)
        house.clock.forward(days=1)
    assert states == [LinkState.UNCHECKED, LinkState.UNCHECKED, LinkState.BROKEN]
    assert house.check("a").broken == 1


def test_one_answer_between_makes_failures_count_anew(house: House, web: Web) -> None:
    page = f"{web.url}/page"
    house.put(good("a", page))
    house.checking.run_due()
    for status in (500, 500, 200, 500, 500):
        web.statuses["/page"] = status
        house.clock.forward(days=31)
        asking(house).run_due()
    assert (row(house, page).state, row(house, page).failures) == (LinkState.WORKS, 2)
    assert row(house, page).message == "The server answers with an error."


def test_what_was_broken_and_works_again_is_mended(house: House, web: Web) -> None:
    page = f"{web.url}/page"
    web.statuses["/page"] = 404
    house.put(good("a", page))
    house.checking.run_due()
    before = house.check("a").score
    asking(house).run_due()
    house.checking.run_due()
    web.statuses["/page"] = 200
    house.clock.forward(days=3)
    assert asking(house).run_due() == 1
    assert house.check("a").broken == 0
    assert house.checking.run_due() == 1
    assert house.check("a").score == before


def test_a_broken_link_that_fails_in_another_way_stays_broken(house: House, web: Web) -> None:
    page = f"{web.url}/page"
    house.put(good("a", page))
    house.checking.run_due()
    for status in (404, 500):
        web.statuses["/page"] = status
        asking(house).run_due()
        house.clock.forward(days=3)
    assert row(house, page).state is LinkState.BROKEN


def test_a_server_that_wants_to_be_left_alone_tells_nothing(house: House, web: Web) -> None:
    page = f"{web.url}/page"
    web.statuses["/page"] = 429
    house.put(good("a", page))
    house.checking.run_due()
    for _ in range(4):
        asking(house).run_due()
        assert due_in(house, page) == timedelta(days=1)
        house.clock.forward(days=1)
    assert (row(house, page).state, row(house, page).failures) == (LinkState.UNCHECKED, 0)


def test_what_is_none_of_the_public_web_is_not_asked_and_not_broken(house: House, web: Web) -> None:
    private, ftp = f"{web.url}/page", "ftp://ftp.example.org/file.nc"
    house.put(good("a", private, ftp))
    house.checking.run_due()
    assert asking(house, client(allow_private=False)).run_due() == 2
    assert house.links() == {private: LinkState.NOT_ASKED, ftp: LinkState.NOT_ASKED}
    assert web.asked == {}
    assert house.check("a").broken == 0


def test_a_doi_is_asked_where_it_resolves(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put(good("a", "doi:10.5067/ABC"))
    house.checking.run_due()
    hosts: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> None:
        hosts.append(host)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    asking(house).run_due()
    assert hosts == ["doi.org"]


def test_addresses_that_no_record_has_any_more_are_removed(house: House, web: Web) -> None:
    house.put(good("a", f"{web.url}/old"), good("b", f"{web.url}/kept"))
    house.checking.run_due()
    house.put(good("a", f"{web.url}/new"))
    house.delete("b")
    house.checking.run_due()
    assert asking(house).run_due() == 1
    assert set(house.links()) == {f"{web.url}/new"}


def test_a_round_asks_so_many_at_most_those_first_that_wait_longest(house: House, web: Web) -> None:
    house.put(good("a", f"{web.url}/1"))
    house.checking.run_due()
    house.clock.forward(days=1)
    house.put(good("b", f"{web.url}/2", f"{web.url}/3"))
    house.checking.run_due()
    assert asking(house).run_due(1) == 1
    assert web.asked == {"/1": 1}
    assert asking(house).run_due() == 2


def test_requests_to_a_host_are_a_second_apart(house: House, web: Web) -> None:
    house.put(good("a", *(f"{web.url}/{number}" for number in range(4))))
    house.checking.run_due()
    pauses: list[float] = []
    asking(house, client(clock=lambda: 1000.0, pause=pauses.append)).run_due()
    assert pauses == [1.0, 2.0, 3.0]


def test_one_host_that_is_slow_holds_no_other_up(house: House) -> None:
    both = threading.Barrier(2, timeout=20)

    def site(_: Asked) -> Reply:
        both.wait()  # is passed only when the two hosts are asked side by side
        return Reply()

    with live(site) as url:
        house.put(good("a", f"{url}/x", url.replace("127.0.0.1", "localhost") + "/y"))
        house.checking.run_due()
        assert asking(house).run_due() == 2
    assert set(house.links().values()) == {LinkState.WORKS}


def silent_hosts(number: int) -> list[str]:
    return [f"http://127.0.0.{2 + each}:{TAKEN}/x" for each in range(number)]


def test_where_nobody_at_all_answers_it_is_our_own_network(house: House, caplog: pytest.LogCaptureFixture) -> None:
    urls = silent_hosts(5)
    house.put(good("a", *urls, "ftp://ftp.example.org/"))
    house.checking.run_due()
    with caplog.at_level(logging.WARNING):
        asking(house).run_due()
    assert "our own network" in caplog.text
    assert {(row(house, url).failures, row(house, url).checked, due_in(house, url)) for url in urls} == {(0, None, timedelta(hours=1))}


def test_where_others_answer_it_is_theirs(house: House, web: Web) -> None:
    urls = silent_hosts(5)
    house.put(good("a", f"{web.url}/page", *urls))
    house.checking.run_due()
    assert asking(house).run_due() == 6
    assert {(row(house, url).failures, row(house, url).message) for url in urls} == {(1, "There is no connection to the server.")}


def test_a_host_that_is_silent_thrice_is_left_for_an_hour(house: House, web: Web) -> None:
    silent = [f"http://127.0.0.2:{TAKEN}/{number}" for number in range(5)]
    house.put(good("a", f"{web.url}/page", *silent))
    house.checking.run_due()
    assert asking(house).run_due() == 4
    failed = [url for url in silent if row(house, url).failures]
    left = [url for url in silent if not row(house, url).failures]
    assert (len(failed), len(left)) == (3, 2)
    assert {due_in(house, url) for url in left} == {timedelta(hours=1)}
    assert {row(house, url).checked for url in left} == {None}


def test_told_to_stop_it_leaves_the_rest_for_the_next(house: House, web: Web) -> None:
    house.put(good("a", *(f"{web.url}/{number}" for number in range(5))))
    house.checking.run_due()
    stopping = LinkChecking(house.database, client(), clock=house.clock, stopping=lambda: sum(web.asked.values()) >= 2)
    assert stopping.run_due() == 2
    assert asking(house).run_due() == 3
    assert set(web.asked.values()) == {1}


def test_what_a_killed_worker_had_taken_is_asked_later(house: House, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    house.put(good("a", f"{web.url}/page"))
    house.checking.run_due()

    class KilledError(BaseException):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(LinkChecking, "_write_down", killed)
        with pytest.raises(KilledError):
            asking(house).run_due()
    assert asking(house).run_due() == 0
    house.clock.forward(hours=2)
    assert asking(house).run_due() == 1


def test_what_a_killed_worker_had_not_told_its_records_is_told_by_the_next(house: House, web: Web) -> None:
    page = f"{web.url}/page"
    web.statuses["/page"] = 404
    house.put(good("a", page), good("b", page))
    house.checking.run_due()
    stopped = LinkChecking(house.database, client(), clock=house.clock, stopping=lambda: bool(web.asked))
    assert stopped.run_due() == 1
    assert (row(house, page).state, house.check("a").broken) == (LinkState.BROKEN, 0)
    assert asking(house).run_due() == 0
    assert (house.check("a").broken, house.check("b").broken) == (1, 1)
    assert not row(house, page).turned


def test_an_address_of_very_many_records_is_told_to_all(house: House, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.curating.links._ROWS", 3)
    web.statuses["/page"] = 404
    house.put(*(good(f"r{number}", f"{web.url}/page") for number in range(10)))
    house.checking.run_due()
    asking(house).run_due()
    assert house.checking.count("broken links") == 10


def test_two_workers_take_different_addresses(house: House, web: Web) -> None:
    house.put(good("a", *(f"{web.url}/{number}" for number in range(10))))
    house.checking.run_due()
    workers = [threading.Thread(target=asking(house).run_due, args=(5,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(web.asked.values()) == {1}
    assert len(web.asked) == 10


def test_a_fault_of_ours_with_one_address_stops_no_other(
    house: House, web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = links.ask

    def faulty(way: Client, address: str, pace: links.Pace) -> links.Answered:
        if address.endswith("/explodes"):
            raise ZeroDivisionError
        return real(way, address, pace)

    monkeypatch.setattr("catalogue.curating.links.ask", faulty)
    house.put(good("a", f"{web.url}/explodes", f"{web.url}/page"))
    house.checking.run_due()
    with caplog.at_level(logging.ERROR):
        assert asking(house).run_due() == 2
    assert "explodes" in caplog.text
    assert house.links() == {f"{web.url}/explodes": LinkState.UNCHECKED, f"{web.url}/page": LinkState.WORKS}


def test_when_each_is_due_is_told_by_what_came_of_it(house: House, web: Web) -> None:
    web.statuses |= {"/gone": 404, "/failing": 500}
    house.put(good("a", f"{web.url}/gone", f"{web.url}/failing", f"{web.url}/works"))
    house.checking.run_due()
    asking(house).run_due()
    with house.database.reading() as session:
        found: dict[str, datetime] = {each.url.rsplit("/", 1)[1]: each.due for each in session.scalars(select(LinkCheck))}
    now = house.clock()
    assert found == {"gone": now + timedelta(days=3), "failing": now + timedelta(days=1), "works": now + timedelta(days=30)}

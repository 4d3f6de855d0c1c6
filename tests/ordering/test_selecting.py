"""The current selection."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.visitors import Visitor
from ordering.criteria import Criteria
from ordering.models import DataFile, Node, NodeKind, Order, UntickedFile
from ordering.selecting import Selection, Whose, draft_of
from ordering.sentences import OrderError
from tests.ordering.shop import BEGIN, Clock, Shop, whose

STARS = [b"x" * size for size in range(100, 110)]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _files(shop: Shop, node_id: int) -> list[int]:
    with shop.database.reading() as session:
        return [file.id for file in session.query(DataFile).filter_by(node_id=node_id).order_by(DataFile.target)]


def _told(selection: Selection) -> list[tuple[str, int, int, int]]:
    return [(item.node.identifier, item.files, item.bytes, item.unticked) for item in selection.items]


def test_unticking_four_of_ten_recounts_number_and_size(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    me = whose()
    item = shop.selecting.add(me, stars)
    assert _told(shop.selecting.current(me)) == [("STARWIND", 10, sum(range(100, 110)), 0)]
    files = _files(shop, stars)
    shop.selecting.untick(me, item, files[:4], ticked=False)
    shop.selecting.untick(me, item, files[:4], ticked=False)  # a form sent twice
    assert _told(shop.selecting.current(me)) == [("STARWIND", 6, sum(range(104, 110)), 4)]
    shop.selecting.untick(me, item, files[:1], ticked=True)
    assert _told(shop.selecting.current(me)) == [("STARWIND", 7, 100 + sum(range(104, 110)), 3)]
    assert shop.selecting.unticked(me, item, files) == set(files[1:4])


def test_an_unticked_file_that_no_longer_meets_the_criteria_is_not_subtracted_twice(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    me = whose()
    item = shop.selecting.add(me, stars)
    files = _files(shop, stars)
    shop.selecting.untick(me, item, [files[0], files[9]], ticked=False)
    shop.selecting.set_criteria(me, item, Criteria(targets=((1, 5),)))
    assert _told(shop.selecting.current(me)) == [("STARWIND", 4, 101 + 102 + 103 + 104, 1)]


def test_all_can_be_unticked_and_ticked_among_those_that_meet_the_criteria(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    me = whose()
    item = shop.selecting.add(me, stars, Criteria(targets=((1, 3),)))
    shop.selecting.tick_all(me, item, ticked=False)
    assert _told(shop.selecting.current(me)) == [("STARWIND", 0, 0, 3)]
    shop.selecting.set_criteria(me, item, Criteria())
    assert _told(shop.selecting.current(me)) == [("STARWIND", 7, sum(range(103, 110)), 3)]
    shop.selecting.tick_all(me, item, ticked=True)
    assert _told(shop.selecting.current(me)) == [("STARWIND", 10, sum(range(100, 110)), 0)]


def test_a_data_set_selected_again_is_in_the_selection_once(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    me = whose()
    first = shop.selecting.add(me, stars)
    assert shop.selecting.add(me, stars, Criteria(targets=((1, 2),))) == first
    assert _told(shop.selecting.current(me)) == [("STARWIND", 2, 201, 0)]


def test_only_data_sets_can_be_selected(shop: Shop) -> None:
    run = shop.data_set("A_RUN", [])
    with shop.database.writing() as session:
        session.get_one(Node, run).kind = NodeKind.RUN
    for node_id in (run, 12345):
        with pytest.raises(OrderError, match="no data set"):
            shop.selecting.add(whose(), node_id)
    assert shop.selecting.current(whose()).number is None


def test_nobody_touches_the_selection_of_somebody_else(shop: Shop) -> None:
    stars, other = shop.data_set("STARWIND", STARS), shop.data_set("OTHER", [b"1"])
    me, them = whose(shop.user()), whose(key="another session")
    item = shop.selecting.add(me, stars)
    with pytest.raises(OrderError, match="not in your selection"):
        shop.selecting.untick(them, item, _files(shop, stars), ticked=False)
    with pytest.raises(OrderError, match="not in your selection"):
        shop.selecting.tick_all(them, item, ticked=False)
    with pytest.raises(OrderError, match="not in your selection"):
        shop.selecting.set_criteria(them, item, Criteria(targets=((1, 1),)))
    shop.selecting.remove(them, item)
    shop.selecting.untick(me, item, _files(shop, other), ticked=False)  # files of another data set
    assert _told(shop.selecting.current(me)) == [("STARWIND", 10, sum(range(100, 110)), 0)]
    assert shop.selecting.unticked(them, item, _files(shop, stars)) == set()
    with shop.database.reading() as session:
        assert session.query(UntickedFile).count() == 0


def test_removing_takes_what_was_unticked_along(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    me = whose()
    item = shop.selecting.add(me, stars)
    shop.selecting.untick(me, item, _files(shop, stars)[:4], ticked=False)
    shop.selecting.remove(me, item)
    assert _told(shop.selecting.current(me)) == []
    shop.selecting.add(me, stars)
    assert _told(shop.selecting.current(me)) == [("STARWIND", 10, sum(range(100, 110)), 0)]


def test_who_signs_in_keeps_what_the_session_selected(shop: Shop) -> None:
    stars, other = shop.data_set("STARWIND", STARS), shop.data_set("OTHER", [b"1", b"2"])
    user: Visitor = shop.user()
    mine, session = whose(user), whose()
    shop.selecting.add(mine, stars)
    shop.selecting.add(mine, other)
    item = shop.selecting.add(session, stars, Criteria(targets=((1, 5),)))
    shop.selecting.untick(session, item, _files(shop, stars)[:1], ticked=False)
    assert user.user_id is not None
    shop.selecting.adopt("a session", user.user_id)
    assert _told(shop.selecting.current(mine)) == [("STARWIND", 4, 101 + 102 + 103 + 104, 1), ("OTHER", 2, 2, 0)]
    assert shop.selecting.current(session).items == ()
    shop.selecting.adopt("a session", user.user_id)  # nothing to adopt any more
    assert len(shop.selecting.current(mine).items) == 2


@pytest.mark.parametrize("signed_in", [False, True])
def test_nobody_has_two_selections(shop: Shop, signed_in: bool) -> None:  # noqa: FBT001 -- pytest's
    me = whose(shop.user()) if signed_in else whose()
    shop.selecting.add(me, shop.data_set("STARWIND", STARS))
    with pytest.raises(IntegrityError), shop.database.writing() as session:
        session.add(Order(number="R2", user_id=me.user_id, visitor=me.visitor_key, created=BEGIN))


def test_of_two_first_clicks_at_once_both_are_in_one_selection(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on PostgreSQL, where the second one asks before the first one has ended."""
    stars, other = shop.data_set("STARWIND", STARS), shop.data_set("OTHER", [b"1"])
    shop.selecting.add(whose(), stars)
    asked: list[bool] = []

    def not_yet(session: Session, mine: Whose, *, changing: bool = False) -> Order | None:
        asked.append(changing)
        return None if len(asked) == 1 else draft_of(session, mine, changing=changing)

    with monkeypatch.context() as patched:
        patched.setattr("ordering.selecting.draft_of", not_yet)
        shop.selecting.add(whose(), other)
    assert asked == [True, True]
    assert [told[0] for told in _told(shop.selecting.current(whose()))] == ["STARWIND", "OTHER"]


def test_a_session_without_a_key_has_no_selection(shop: Shop) -> None:
    stars = shop.data_set("STARWIND", STARS)
    shop.selecting.add(whose(), stars)
    nobody = Whose()
    assert shop.selecting.current(nobody) == Selection(number=None, items=(), files=0, bytes=0)
    with pytest.raises(ValueError, match="somebody"):
        shop.selecting.add(nobody, stars)


def test_a_selection_that_nobody_comes_back_to_is_forgotten_and_a_users_is_not(tmp_path: Path) -> None:
    clock = Clock()
    shop = Shop(tmp_path, clock)
    stars = shop.data_set("STARWIND", STARS)
    mine = whose(shop.user())
    for one in (mine, whose()):
        shop.selecting.untick(one, shop.selecting.add(one, stars), _files(shop, stars)[:1], ticked=False)
    clock.advance(days=8)
    shop.worker().run_due()
    assert shop.selecting.current(whose()).number is None
    assert _told(shop.selecting.current(mine)) == [("STARWIND", 9, sum(range(101, 110)), 1)]

"""Groups and their ends, tokens, lists, profiles, the audit trail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.codelists import AccountState, Compression, Role, RuleKind
from accounts.errors import NotAllowedError, RegistrationErrors, StateError, UnknownError
from accounts.forms import Profile
from accounts.models import AccessRule, Group, RuleGroup
from accounts.visitors import ANONYMOUS, WORKER, Visitor
from tests.accounts.desk import ADMINISTRATOR, HERE, PASSWORD, Desk, registration

MAIL = "faraday@example.org"
FOREVER = None


@pytest.fixture
def group(desk: Desk) -> str:
    desk.accounts.add_group("corot-n1", "COROT N1: principal investigators", by=ADMINISTRATOR, address=None)
    return "corot-n1"


def _groups(desk: Desk, user_id: int) -> frozenset[str]:
    number = desk.accounts.sign_in(MAIL, PASSWORD, address=None).session_number
    visitor = desk.accounts.visitor(user_id, number)
    assert visitor is not None
    return visitor.groups


def test_a_membership_ends_at_its_moment(desk: Desk, group: str) -> None:
    user_id = desk.active()
    desk.accounts.join(user_id, group, desk.clock() + timedelta(days=1), by=ADMINISTRATOR, address=None)
    desk.clock.forward(days=1, microseconds=-1)
    assert _groups(desk, user_id) == {group}
    assert [one.members for one in desk.accounts.groups()] == [1]
    desk.clock.forward(microseconds=1)
    assert _groups(desk, user_id) == frozenset()
    assert [one.members for one in desk.accounts.groups()] == [0]
    assert [one.ended for one in desk.accounts.user(user_id).memberships] == [True]


def test_a_membership_ends_for_a_token_too(desk: Desk, group: str) -> None:
    user_id = desk.active()
    desk.accounts.join(user_id, group, desk.clock() + timedelta(days=1), by=ADMINISTRATOR, address=None)
    token = desk.accounts.add_token(user_id, "script", FOREVER, by=Visitor(user_id=user_id), address=None)
    seen = []
    for _ in range(2):
        visitor = desk.accounts.visitor_by_token(token)
        assert visitor is not None
        seen.append(visitor.groups)
        desk.clock.forward(days=1)
    assert seen == [{group}, frozenset()]


def test_joining_again_sets_another_end_and_leaving_ends_at_once(desk: Desk, group: str) -> None:
    user_id = desk.active()
    desk.accounts.join(user_id, group, desk.clock() + timedelta(days=1), by=ADMINISTRATOR, address=None)
    desk.accounts.join(user_id, group, FOREVER, by=ADMINISTRATOR, address=None)
    desk.clock.forward(days=400)
    assert _groups(desk, user_id) == {group}
    desk.accounts.leave(user_id, group, by=ADMINISTRATOR, address=None)
    assert _groups(desk, user_id) == frozenset()
    with pytest.raises(UnknownError):
        desk.accounts.leave(user_id, group, by=ADMINISTRATOR, address=None)


def test_what_cannot_be_joined_is_told(desk: Desk, group: str) -> None:
    user_id = desk.active()
    with pytest.raises(StateError):
        desk.accounts.join(user_id, group, desk.clock(), by=ADMINISTRATOR, address=None)
    with pytest.raises(UnknownError):
        desk.accounts.join(user_id, "nothing", FOREVER, by=ADMINISTRATOR, address=None)
    with pytest.raises(UnknownError):
        desk.accounts.join(user_id + 1, group, FOREVER, by=ADMINISTRATOR, address=None)


@pytest.mark.parametrize(("name", "title"), [("corot-n1", "Again"), ("N1", "N1"), ("", "N1"), ("n1", ""), ("n1", "a\nb"), ("x" * 41, "N1")])
def test_groups_have_a_name_of_their_own(desk: Desk, group: str, name: str, title: str) -> None:
    with pytest.raises(StateError):
        desk.accounts.add_group(name, title, by=ADMINISTRATOR, address=None)
    assert [one.name for one in desk.accounts.groups()] == [group]


def test_a_group_that_a_rule_lets_in_stays(desk: Desk, group: str) -> None:
    with desk.database.writing() as session:
        found = session.query(Group).one()
        session.add(AccessRule(identifier="COROT_N1", kind=RuleKind.GROUPS, changed=desk.clock(), groups=[RuleGroup(group_id=found.id)]))
    with pytest.raises(StateError, match="rule"):
        desk.accounts.remove_group(group, by=ADMINISTRATOR, address=None)
    with desk.database.writing() as session:
        session.delete(session.query(AccessRule).one())
    user_id = desk.active()
    desk.accounts.join(user_id, group, FOREVER, by=ADMINISTRATOR, address=None)
    desk.accounts.remove_group(group, by=ADMINISTRATOR, address=None)
    assert _groups(desk, user_id) == frozenset()


def test_a_token_is_its_owners_until_it_is_over_or_taken_back(desk: Desk) -> None:
    user_id = desk.active(role=Role.CURATOR)
    by = Visitor(user_id=user_id, username="mfaraday")
    token = desk.accounts.add_token(user_id, "script", desk.clock() + timedelta(days=1), by=by, address=HERE)
    visitor = desk.accounts.visitor_by_token(token)
    assert visitor is not None
    assert (visitor.username, visitor.curates) == ("mfaraday", True)
    (told,) = desk.accounts.tokens(user_id)
    assert (told.name, told.used) == ("script", desk.clock())
    desk.clock.forward(days=1)
    assert desk.accounts.visitor_by_token(token) is None
    forever = desk.accounts.add_token(user_id, "other", FOREVER, by=by, address=HERE)
    desk.accounts.remove_token(user_id, desk.accounts.tokens(user_id)[1].token_id, by=by, address=HERE)
    assert desk.accounts.visitor_by_token(forever) is None


_NO_TOKENS = ("", "rfx_", f"rfx_{'A' * 43}", "rfx_" * 100_000, "Bearer rfx_", f"rfx_{'é' * 43}", f"rfx_{'A' * 42}\n")


@pytest.mark.parametrize("token", _NO_TOKENS, ids=lambda token: token[:10])
def test_nothing_else_is_a_token(desk: Desk, token: str) -> None:
    user_id = desk.active()
    desk.accounts.add_token(user_id, "script", FOREVER, by=Visitor(user_id=user_id), address=HERE)
    assert desk.accounts.visitor_by_token(token) is None


def test_nobody_makes_or_takes_back_anothers_token(desk: Desk) -> None:
    user_id, other = desk.active(), desk.active("mallory", "mallory@example.org")
    desk.accounts.add_token(user_id, "script", FOREVER, by=Visitor(user_id=user_id), address=HERE)
    (token,) = desk.accounts.tokens(user_id)
    mallory = Visitor(user_id=other, username="mallory")
    for by in (mallory, ANONYMOUS, ADMINISTRATOR):
        with pytest.raises(NotAllowedError):
            desk.accounts.add_token(user_id, "script", FOREVER, by=by, address=HERE)
    with pytest.raises(NotAllowedError):
        desk.accounts.remove_token(user_id, token.token_id, by=mallory, address=HERE)
    with pytest.raises(UnknownError):  # nor by saying that it is his own
        desk.accounts.remove_token(other, token.token_id, by=mallory, address=HERE)
    assert len(desk.accounts.tokens(user_id)) == 1


def test_tokens_have_names_ends_to_come_and_a_number(desk: Desk) -> None:
    user_id = desk.active()
    by = Visitor(user_id=user_id)
    for name, expires in ((" ", FOREVER), ("x" * 101, FOREVER), ("a\nb", FOREVER), ("good", desk.clock())):
        with pytest.raises(StateError):
            desk.accounts.add_token(user_id, name, expires, by=by, address=HERE)
    for number in range(20):
        desk.accounts.add_token(user_id, f"token {number}", FOREVER, by=by, address=HERE)
    with pytest.raises(StateError, match="20"):
        desk.accounts.add_token(user_id, "one more", FOREVER, by=by, address=HERE)


def test_the_last_use_of_a_token_is_not_written_for_each_request(desk: Desk) -> None:
    user_id = desk.active()
    token = desk.accounts.add_token(user_id, "script", FOREVER, by=Visitor(user_id=user_id), address=HERE)
    first = desk.clock()
    for _ in range(3):
        assert desk.accounts.visitor_by_token(token)
        assert desk.accounts.tokens(user_id)[0].used == first
        desk.clock.forward(minutes=20)
    assert desk.accounts.visitor_by_token(token)
    assert desk.accounts.tokens(user_id)[0].used == desk.clock()


def test_lists_are_searched_by_the_words_typed_and_no_patterns(desk: Desk) -> None:
    desk.requested("waiting", "waiting_x@example.org")
    desk.active("mallory", "mallory@example.org")
    expected = {
        "MALLORY": ["mallory"],
        "royal inst": ["waiting"],
        "%": [],
        "_x@": ["waiting"],
        "'": [],
        "x\x00": [],
        "": ["mallory", "waiting"],
    }
    for text, names in expected.items():
        found, total = desk.accounts.users(text=text)
        assert ([one.username for one in found], total) == (names, len(names))
    assert [one.username for one in desk.accounts.users(state=AccountState.REQUESTED)[0]] == ["waiting"]


def test_lists_come_in_pages(desk: Desk) -> None:
    for number in range(101):
        desk.accounts.record("counted", f"number {number}", by=WORKER)
    pages = [desk.accounts.audit(page=page, text="counted") for page in (1, 2, 3, 4, 0)]
    assert [(len(lines), total) for lines, total in pages] == [(50, 101), (50, 101), (1, 101), (0, 101), (50, 101)]
    newest = pages[0][0][0]
    assert (newest.actor, newest.subject, newest.at) == ("worker", "number 100", desk.clock())


def test_a_line_too_long_for_its_column_is_cut(desk: Desk) -> None:
    """SQLite would keep it; PostgreSQL would refuse it, and with it what it tells of."""
    desk.accounts.record("a" * 100, "s" * 1_000, "d" * 100_000, by=Visitor(username="u" * 300), address="9" * 100)
    (line,), _ = desk.accounts.audit()
    assert (len(line.action), len(line.subject), len(line.detail), len(line.actor), len(line.address or "")) == (60, 254, 2_000, 254, 64)


def test_a_profile_is_its_owners_and_keeps_what_it_may_not_change(desk: Desk) -> None:
    desk.accounts.register(registration(), address=HERE)
    user_id = desk.accounts.user_named("mfaraday").user_id
    profile = Profile(
        surname="Faraday", first_name="M.", address="London", telephone="1", organisation="RI", compression=Compression.ZIP, language="fr"
    )
    with pytest.raises(NotAllowedError):
        desk.accounts.update_profile(user_id, profile, by=Visitor(user_id=user_id + 1), address=HERE)
    desk.accounts.update_profile(user_id, profile, by=Visitor(user_id=user_id, username="mfaraday"), address=HERE)
    now = desk.accounts.user(user_id)
    assert (now.first_name, now.middle_name, now.compression, now.language) == ("M.", "", Compression.ZIP, "fr")
    assert (now.email, now.reasons, now.state) == (MAIL, "Light curves\nof stars", AccountState.UNCONFIRMED)
    with pytest.raises(RegistrationErrors):
        desk.accounts.update_profile(user_id, replace(profile, surname=""), by=ADMINISTRATOR, address=None)


def test_quotas_are_bytes(desk: Desk) -> None:
    user_id = desk.active()
    for wrong in (-1, 2**62):
        with pytest.raises(StateError):
            desk.accounts.set_quota(user_id, wrong, by=ADMINISTRATOR, address=None)
    for quota in (0, 50_000_000_000, None):
        desk.accounts.set_quota(user_id, quota, by=ADMINISTRATOR, address=None)
        assert desk.accounts.user(user_id).quota_bytes == quota

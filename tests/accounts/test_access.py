"""Who may be told of what and have what: by the nearest rule, the groups, and the time, all as they are when it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from accounts.access import Access, Decision, viewpoint
from accounts.codelists import Role, RuleKind, Shown
from accounts.errors import NotAllowedError, StateError, UnknownError
from accounts.visitors import ANONYMOUS, COMMAND_LINE, Visitor
from database import Database, DatabaseError
from tests.accounts.desk import Clock, Desk

USER = Visitor(user_id=1, username="somebody")
MEMBER = Visitor(user_id=2, username="member", groups=frozenset({"corot-n1"}))
CURATOR = Visitor(user_id=3, username="curator", role=Role.CURATOR)
ADMINISTRATOR = Visitor(user_id=4, username="boss", role=Role.ADMINISTRATOR)
TOMORROW = Clock.now + timedelta(days=1)
YESTERDAY = Clock.now - timedelta(days=1)


@dataclass
class Family:
    """Parents by child; how often it was asked, and a state that moves with each change."""

    parents: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    changes: int = 0

    def parent_of(self, identifier: str) -> str | None:
        self.asked += 1
        return self.parents.get(identifier)

    def children_of(self, identifiers: Sequence[str]) -> list[str]:
        self.asked += 1
        return [child for child, parent in self.parents.items() if parent in identifiers]

    def state(self) -> str:
        return str(self.changes)

    def move(self, child: str, parent: str) -> None:
        self.parents[child] = parent
        self.changes += 1


@pytest.fixture
def family() -> Family:
    """The levels of a mission, a run below each, its data sets."""
    return Family(
        {
            "COROT_N0": "COROT",
            "COROT_N1": "COROT",
            "COROT_N0_SRc01": "COROT_N0",
            "COROT_N1_SRc01": "COROT_N1",
            "N1_STARWIND": "COROT_N1_SRc01",
            "N1_IMAGETTE": "COROT_N1_SRc01",
        }
    )


@pytest.fixture
def access(desk: Desk, family: Family) -> Access:
    for name, title in (("corot-n1", "COROT N1"), ("other", "Others")):
        desk.accounts.add_group(name, title, by=COMMAND_LINE, address=None)
    return _open(desk.database, desk.clock, family)


def _open(database: Database, clock: Clock, family: Family) -> Access:
    return Access(database, clock, parent_of=family.parent_of, children_of=family.children_of, state=family.state)


def _rule(
    access: Access,
    identifier: str,
    kind: RuleKind = RuleKind.GROUPS,
    opens: datetime | None = None,
    shown: Shown = Shown.NOTHING,
    groups: tuple[str, ...] = ("corot-n1",),
) -> None:
    access.set_rule(identifier, kind, opens, shown, groups, by=COMMAND_LINE, address=None)


OPEN = "d n o"  # described, named, open
CLOSED = "d n -"
NAMED = "- n -"
NOTHING = "- - -"
WHO = {"visitor": ANONYMOUS, "user": USER, "member": MEMBER, "curator": CURATOR, "administrator": ADMINISTRATOR}


def _said(decision: Decision) -> str:
    return " ".join(letter if yes else "-" for letter, yes in zip("dno", (decision.described, decision.named, decision.open), strict=True))


@pytest.mark.parametrize(
    ("kind", "opens", "shown", "expected"),
    [
        (RuleKind.OPEN, None, Shown.NOTHING, (OPEN, OPEN, OPEN, OPEN, OPEN)),
        (RuleKind.GROUPS, None, Shown.DESCRIPTION, (CLOSED, CLOSED, OPEN, CLOSED, OPEN)),
        (RuleKind.GROUPS, None, Shown.NAME, (NAMED, NAMED, OPEN, CLOSED, OPEN)),
        (RuleKind.GROUPS, None, Shown.NOTHING, (NOTHING, NOTHING, OPEN, CLOSED, OPEN)),
        (RuleKind.UNTIL, YESTERDAY, Shown.NOTHING, (OPEN, OPEN, OPEN, OPEN, OPEN)),
        (RuleKind.UNTIL, Clock.now, Shown.NOTHING, (OPEN, OPEN, OPEN, OPEN, OPEN)),
        (RuleKind.UNTIL, TOMORROW, Shown.DESCRIPTION, (CLOSED, CLOSED, OPEN, CLOSED, OPEN)),
        (RuleKind.UNTIL, TOMORROW, Shown.NAME, (NAMED, NAMED, OPEN, CLOSED, OPEN)),
        (RuleKind.UNTIL, TOMORROW, Shown.NOTHING, (NOTHING, NOTHING, OPEN, CLOSED, OPEN)),
    ],
)
def test_a_rule_decides_for_what_it_stands_on_and_all_below(
    access: Access, kind: RuleKind, opens: datetime | None, shown: Shown, expected: tuple[str, ...]
) -> None:
    _rule(access, "COROT_N1", kind, opens, shown)
    for identifier in ("COROT_N1", "COROT_N1_SRc01", "N1_STARWIND"):
        assert {name: _said(access.decide(identifier, who)) for name, who in WHO.items()} == dict(zip(WHO, expected, strict=True))
    for identifier in ("COROT", "COROT_N0", "COROT_N0_SRc01", "elsewhere"):
        assert {_said(access.decide(identifier, who)) for who in WHO.values()} == {OPEN}
    below = {"COROT_N1", "COROT_N1_SRc01", "N1_STARWIND", "N1_IMAGETTE"}
    hidden = {name: bool(access.hidden(who)) for name, who in WHO.items()}
    assert hidden == {name: not said.startswith("d") for name, said in zip(WHO, expected, strict=True)}
    assert access.hidden(ANONYMOUS) == (below if hidden["visitor"] else frozenset())


def test_who_may_know_is_told_when_it_opens_and_to_whom_it_is_open_before(access: Access) -> None:
    _rule(access, "COROT_N1", RuleKind.UNTIL, TOMORROW, Shown.NAME)
    told = access.decide("N1_STARWIND", ANONYMOUS)
    assert (told.opens, told.groups, told.ruled, told.restricted) == (TOMORROW, ("COROT N1",), True, True)
    member = access.decide("N1_STARWIND", MEMBER)
    assert (member.opens, member.groups, member.open, member.restricted) == (TOMORROW, ("COROT N1",), True, True)


def test_who_may_not_even_know_is_told_nothing(access: Access) -> None:
    _rule(access, "COROT_N1", RuleKind.UNTIL, TOMORROW, Shown.NOTHING)
    assert access.decide("N1_STARWIND", USER) == Decision(described=False, named=False, open=False)


def test_n1_is_its_groups_until_2015_and_everybodys_from_then_on(access: Access, desk: Desk) -> None:
    """The seed's example: a privileged group (PI, CoIs and others the PI authorises), alone in having N1 until 2015."""
    _rule(access, "COROT_N1", RuleKind.UNTIL, datetime(2015, 1, 1, tzinfo=UTC), Shown.NAME)
    desk.clock.now = datetime(2014, 12, 31, 23, 59, 59, tzinfo=UTC)
    before = {name: _said(access.decide("N1_STARWIND", who)) for name, who in WHO.items()}
    hidden = access.hidden(USER)
    desk.clock.now = datetime(2015, 1, 1, tzinfo=UTC)
    after = {name: _said(access.decide("N1_STARWIND", who)) for name, who in WHO.items()}
    assert before == {"visitor": NAMED, "user": NAMED, "member": OPEN, "curator": CLOSED, "administrator": OPEN}
    assert "N1_STARWIND" in hidden
    assert set(after.values()) == {OPEN}
    assert access.hidden(USER) == frozenset()
    assert {_said(access.decide("COROT_N0_SRc01", who)) for who in WHO.values()} == {OPEN}


def test_the_nearest_rule_decides(access: Access) -> None:
    _rule(access, "COROT")
    _rule(access, "COROT_N1", RuleKind.GROUPS, shown=Shown.NAME, groups=("other",))
    _rule(access, "N1_IMAGETTE", RuleKind.OPEN, groups=())
    seen = {name: _said(access.decide(name, MEMBER)) for name in ("COROT", "COROT_N0_SRc01", "COROT_N1_SRc01", "N1_IMAGETTE")}
    assert seen == {"COROT": OPEN, "COROT_N0_SRc01": OPEN, "COROT_N1_SRc01": NAMED, "N1_IMAGETTE": OPEN}
    assert access.hidden(MEMBER) == {"COROT_N1", "COROT_N1_SRc01", "N1_STARWIND"}
    assert access.hidden(USER) == {"COROT", "COROT_N0", "COROT_N0_SRc01", "COROT_N1", "COROT_N1_SRc01", "N1_STARWIND"}


def test_all_counts_at_once(access: Access, desk: Desk, family: Family) -> None:
    """No clock moves here: not time, but what changed, is what counts."""
    hidden = [access.hidden(ANONYMOUS)]
    _rule(access, "COROT_N1_SRc01")
    hidden.append(access.hidden(ANONYMOUS))
    family.move("LATE", "COROT_N1_SRc01")
    hidden.append(access.hidden(ANONYMOUS) - hidden[1])
    other = _open(desk.database, desk.clock, family)  # another process
    other.set_rule("LATE", RuleKind.OPEN, by=COMMAND_LINE, address=None)
    hidden.append(access.hidden(ANONYMOUS) - hidden[1])
    other.remove_rule("COROT_N1_SRc01", by=COMMAND_LINE, address=None)
    _rule(other, "N1_IMAGETTE")
    hidden.append(access.hidden(ANONYMOUS))
    other.set_rule("N1_IMAGETTE", RuleKind.GROUPS, None, Shown.DESCRIPTION, by=COMMAND_LINE, address=None)
    hidden.append(access.hidden(ANONYMOUS))
    assert hidden == [set(), {"COROT_N1_SRc01", "N1_STARWIND", "N1_IMAGETTE"}, {"LATE"}, set(), {"N1_IMAGETTE"}, set()]


def test_a_membership_that_ends_closes_what_it_opened(access: Access, desk: Desk) -> None:
    _rule(access, "COROT_N1")
    user_id = desk.active()
    desk.accounts.join(user_id, "corot-n1", desk.clock() + timedelta(hours=1), by=COMMAND_LINE, address=None)
    number = desk.accounts.sign_in("mfaraday", "wolken über dem roten meer", address=None).session_number

    def now() -> Visitor:
        found = desk.accounts.visitor(user_id, number)
        assert found is not None
        return found

    during = access.decide("N1_STARWIND", now())
    desk.clock.forward(hours=1)
    assert (_said(during), _said(access.decide("N1_STARWIND", now()))) == (OPEN, NOTHING)
    assert "N1_STARWIND" in access.hidden(now())


def test_a_rule_that_lets_nobody_in_is_for_administrators_alone(access: Access) -> None:
    _rule(access, "COROT", groups=())
    assert {name: _said(access.decide("N1_STARWIND", who)) for name, who in WHO.items()} == {
        "visitor": NOTHING,
        "user": NOTHING,
        "member": NOTHING,
        "curator": CLOSED,
        "administrator": OPEN,
    }


def test_a_rule_may_come_before_what_it_hides(access: Access, family: Family) -> None:
    _rule(access, "COROT_N2")
    family.move("N2_STARWIND", "COROT_N2")
    assert access.hidden(ANONYMOUS) == {"COROT_N2", "N2_STARWIND"}


def test_a_circle_of_parents_ends(access: Access, family: Family) -> None:
    family.move("a", "b")
    family.move("b", "a")
    assert _said(access.decide("a", ANONYMOUS)) == OPEN  # no rule yet, nothing is asked
    _rule(access, "b")
    assert [_said(access.decide(name, ANONYMOUS)) for name in "ab"] == [NOTHING, NOTHING]
    assert access.hidden(ANONYMOUS) == {"a", "b"}
    _rule(access, "elsewhere")
    access.remove_rule("b", by=COMMAND_LINE, address=None)
    assert _said(access.decide("a", ANONYMOUS)) == OPEN


names = st.sampled_from([f"n{number}" for number in range(12)])
rules = st.dictionaries(names, st.tuples(st.sampled_from(RuleKind), st.sampled_from(Shown), st.booleans()), max_size=5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parents=st.dictionaries(names, names), rules=rules, who=st.sampled_from(list(WHO.values())))
def test_what_is_hidden_is_what_is_not_described(
    access: Access, family: Family, parents: dict[str, str], rules: dict[str, tuple[RuleKind, Shown, bool]], who: Visitor
) -> None:
    """Whatever the tree, circles included: from above and from below the same is found."""
    family.parents = parents
    family.changes += 1
    for rule in access.rules():
        access.remove_rule(rule.identifier, by=COMMAND_LINE, address=None)
    for identifier, (kind, shown, let_in) in rules.items():
        _rule(access, identifier, kind, TOMORROW, shown, ("corot-n1",) if let_in else ())
    every = {*parents, *parents.values(), *rules}
    decided = {identifier: access.decide(identifier, who) for identifier in every}
    assert access.hidden(who) == {identifier for identifier, decision in decided.items() if not decision.described}
    assert not [
        decision
        for decision in decided.values()
        if (decision.open and not decision.described) or (decision.described and not decision.named)
    ]


def test_without_rules_nobody_above_is_asked_for(access: Access, family: Family) -> None:
    assert all(access.decide(identifier, ANONYMOUS).open for identifier in family.parents)
    assert access.hidden(ANONYMOUS) == frozenset()
    assert not access.sight(ANONYMOUS).restricted
    assert family.asked == 0


def test_what_was_looked_up_is_remembered_until_the_tree_changes(access: Access, family: Family) -> None:
    _rule(access, "COROT")
    access.hidden(ANONYMOUS)
    access.decide("N1_STARWIND", USER)
    asked = family.asked
    access.hidden(USER)
    access.decide("N1_STARWIND", MEMBER)
    assert family.asked == asked
    family.move("N1_STARWIND", "elsewhere")
    assert _said(access.decide("N1_STARWIND", USER)) == OPEN
    assert "N1_STARWIND" not in access.hidden(USER)


def test_only_curators_set_and_remove_rules(access: Access, desk: Desk) -> None:
    for who in (ANONYMOUS, USER, MEMBER):
        with pytest.raises(NotAllowedError):
            access.set_rule("COROT", RuleKind.OPEN, by=who, address=None)
        with pytest.raises(NotAllowedError):
            access.remove_rule("COROT", by=who, address=None)
    assert access.rules() == []
    assert desk.lines("an access rule") == 0
    access.set_rule("COROT", RuleKind.OPEN, by=CURATOR, address=None)
    access.remove_rule("COROT", by=CURATOR, address=None)
    assert desk.lines("an access rule") == 2


def test_each_change_of_a_rule_is_in_the_trail(access: Access, desk: Desk) -> None:
    access.set_rule("COROT_N1", RuleKind.UNTIL, TOMORROW, Shown.NAME, ["corot-n1"], by=ADMINISTRATOR, address="192.0.2.7")
    access.remove_rule("COROT_N1", by=ADMINISTRATOR, address=None)
    removed, made = desk.accounts.audit(text="an access rule")[0]
    assert (made.actor, made.address, made.subject) == ("boss", "192.0.2.7", "COROT_N1")
    assert made.detail == "until 2026-11-28T12:00:00+00:00, shown: name, groups: corot-n1"
    assert (removed.action, removed.actor, removed.subject) == ("removed an access rule", "boss", "COROT_N1")


def test_a_rule_is_told_as_it_was_set(access: Access) -> None:
    _rule(access, "COROT_N1", RuleKind.UNTIL, TOMORROW, Shown.NAME, ("other", "corot-n1"))
    _rule(access, "COROT_N1", RuleKind.GROUPS, TOMORROW, Shown.NOTHING, ("other",))
    _rule(access, "COROT", RuleKind.OPEN, TOMORROW, Shown.NOTHING, ("other",))
    told = [(rule.identifier, rule.kind, rule.opens, rule.shown, rule.groups, rule.titles) for rule in access.rules()]
    assert told == [
        ("COROT", RuleKind.OPEN, None, Shown.DESCRIPTION, (), ()),
        ("COROT_N1", RuleKind.GROUPS, None, Shown.NOTHING, ("other",), ("Others",)),
    ]


@pytest.mark.parametrize("identifier", ["", "x" * 513, "two\nlines", "nul\x00"])
def test_what_can_be_no_identifier_is_refused(access: Access, identifier: str) -> None:
    with pytest.raises(StateError):
        access.set_rule(identifier, RuleKind.OPEN, by=COMMAND_LINE, address=None)


@pytest.mark.parametrize("opens", [None, datetime(2027, 1, 12)])  # noqa: DTZ001 -- that is what is refused
def test_an_embargo_without_a_moment_is_refused(access: Access, opens: datetime | None) -> None:
    with pytest.raises(StateError, match="date"):
        access.set_rule("COROT", RuleKind.UNTIL, opens, by=COMMAND_LINE, address=None)


def test_unknown_groups_and_rules_are_refused_and_nothing_is_changed(access: Access) -> None:
    _rule(access, "COROT")
    with pytest.raises(UnknownError, match="nowhere"):
        _rule(access, "COROT", shown=Shown.DESCRIPTION, groups=("corot-n1", "nowhere"))
    with pytest.raises(UnknownError):
        access.remove_rule("COROT_N1", by=COMMAND_LINE, address=None)
    assert [(rule.identifier, rule.shown) for rule in access.rules()] == [("COROT", Shown.NOTHING)]


def test_where_the_rules_cannot_be_read_nothing_is_decided(access: Access, desk: Desk) -> None:
    with desk.database.writing() as session:
        session.execute(text("ALTER TABLE access_rules RENAME TO away"))
    with pytest.raises(DatabaseError):
        access.decide("COROT", ANONYMOUS)
    with pytest.raises(DatabaseError):
        access.hidden(ANONYMOUS)


def test_viewpoints_part_those_who_may_see_different_things() -> None:
    assert viewpoint(ANONYMOUS) == viewpoint(USER)
    assert len({viewpoint(who) for who in (USER, MEMBER, CURATOR)}) == 3
    assert viewpoint(Visitor(groups=frozenset({"a", "b"}))) == viewpoint(Visitor(groups=frozenset({"b", "a"})))

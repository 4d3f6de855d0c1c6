"""Access: who may be told of what, and who may have it. The one place that decides, for tree, orders, downloads and every door.

Rules stand on identifiers, of catalogue records and of nodes of the data tree. The nearest rule at or above decides; what has none
is open. All is computed when it is asked: a rule that changes, a membership that ends and a date that passes count at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from accounts.codelists import RuleKind, Shown
from accounts.desk import must_curate, one_line, utc_now
from accounts.errors import StateError, UnknownError
from accounts.lineage import Lineage, Moment
from accounts.models import AccessRule, Audit, Group, RuleGroup
from accounts.visitors import Visitor
from database import Database, DatabaseError

_SET: Final = "set an access rule"
_REMOVED: Final = "removed an access rule"
_LONGEST_IDENTIFIER: Final = 512
_CHANGE: Final = select(
    func.count(AccessRule.id),
    func.max(AccessRule.changed),
    select(func.count(Audit.id)).where(Audit.action.in_((_SET, _REMOVED))).scalar_subquery(),
    select(func.count(RuleGroup.rule_id)).scalar_subquery(),
)
"""What is another after each change of the rules: the trail grows by a line with each, whatever the clock says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a visitor may know and have of one record or node, now.

    Attributes:
        described: may find it and read all that is said of it.
        named: may see its name in the tree and on its page.
        open: may have the data.
        opens: when everybody may; None where no date is set, it has passed, or the visitor may not even see the name.
        groups: the titles of the groups that may have the data before; () where everybody may, or as with `opens`.
        ruled: whether a rule decides, of which the visitor may know.
        restricted: whether that rule keeps somebody from the data, if not this visitor.
    """

    described: bool = True
    named: bool = True
    open: bool = True
    opens: datetime | None = None
    groups: tuple[str, ...] = ()
    ruled: bool = False
    restricted: bool = False


_OPEN: Final = Decision()
_OPENED: Final = Decision(ruled=True)
_NOT_THERE: Final = Decision(described=False, named=False, open=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule.

    Attributes:
        identifier: of the record or node on which it stands.
        opens: of kind UNTIL, the moment from which everybody may have the data.
        shown: what those whom it keeps out see.
        groups: the names of the groups that it lets in; none for nobody but administrators.
        titles: theirs.
    """

    identifier: str
    kind: RuleKind
    opens: datetime | None
    shown: Shown
    groups: tuple[str, ...]
    titles: tuple[str, ...]
    changed: datetime

    def decision(self, visitor: Visitor, now: datetime) -> Decision:
        """Return what it says of a visitor at a moment."""
        if self.kind is RuleKind.OPEN or (self.opens is not None and now >= self.opens):
            return _OPENED
        let_in = visitor.administers or not visitor.groups.isdisjoint(self.groups)
        if let_in or visitor.curates or self.shown is Shown.DESCRIPTION:
            return Decision(open=let_in, opens=self.opens, groups=self.titles, ruled=True, restricted=True)
        if self.shown is Shown.NAME:
            return Decision(described=False, open=False, opens=self.opens, groups=self.titles, ruled=True, restricted=True)
        return _NOT_THERE


@dataclass(slots=True, eq=False)
class Sight:
    """What one visitor may see and have, at one moment: of all that a request shows, the same rules decide."""

    _visitor: Visitor
    _rules: Mapping[str, RuleView]
    _now: datetime
    _lineage: Moment
    _decided: dict[str, Decision] = field(default_factory=dict)
    _hidden: frozenset[str] | None = None

    @property
    def restricted(self) -> bool:
        """Whether there are rules, so that another visitor may see something else."""
        return bool(self._rules)

    def decide(self, identifier: str) -> Decision:
        """Return what the visitor may know and have of a record or node; whether there is one is not asked."""
        rule = self._lineage.nearest(identifier, self._rules) if self._rules else None
        return _OPEN if rule is None else self._by(rule)

    def hidden(self) -> frozenset[str]:
        """Return the identifiers of which the visitor must not be told in searches: of all that is not described."""
        if self._hidden is None:
            hiding = frozenset(identifier for identifier in self._rules if not self._by(identifier).described)
            self._hidden = self._lineage.below(hiding, self._rules) if hiding else hiding
        return self._hidden

    def restrictions(self) -> frozenset[str]:
        """Return the identifiers of all whose data a rule keeps somebody from, as far as the visitor may know of it."""
        keeping = frozenset(identifier for identifier in self._rules if self._by(identifier).restricted)
        return self._lineage.below(keeping, self._rules) if keeping else keeping

    def _by(self, rule: str) -> Decision:
        if rule not in self._decided:
            self._decided[rule] = self._rules[rule].decision(self._visitor, self._now)
        return self._decided[rule]


class Access:
    """Decides, and keeps the rules.

    Args:
        database: where they are.
        clock: tells the time; aware.
        parent_of: tells the identifier above one; None at the top.
        children_of: tells the identifiers right below any of these, in no order: all those whose `parent_of` is one of them, of what
            was deleted, too, where somebody may still be told of its having been.
        state: tells what is another whenever a parent or a child is; None where nothing tells, and all is asked anew each time.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        *,
        parent_of: Callable[[str], str | None],
        children_of: Callable[[Sequence[str]], Sequence[str]],
        state: Callable[[], str] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lineage = Lineage(parent_of, children_of, state)
        self._known: tuple[object, Mapping[str, RuleView]] = (None, {})

    # Deciding

    def sight(self, visitor: Visitor) -> Sight:
        """Return what a visitor may see and have now.

        Raises:
            DatabaseError: the rules cannot be read; nobody is told anything then.
        """
        return Sight(visitor, self._current(), self._clock(), Moment(self._lineage))

    def decide(self, identifier: str, visitor: Visitor) -> Decision:
        """Return what a visitor may know and have of a record or node."""
        return self.sight(visitor).decide(identifier)

    def hidden(self, visitor: Visitor) -> frozenset[str]:
        """Return the identifiers of which a visitor must not be told in searches."""
        return self.sight(visitor).hidden()

    # Rules

    def rules(self) -> list[RuleView]:
        """Return all rules, by identifier."""
        return sorted(self._current().values(), key=lambda rule: rule.identifier)

    def rule(self, identifier: str) -> RuleView | None:
        """Return the rule that stands on a record or node itself; None where there is none."""
        return self._current().get(identifier)

    def set_rule(
        self,
        identifier: str,
        kind: RuleKind,
        opens: datetime | None = None,
        shown: Shown = Shown.DESCRIPTION,
        groups: Collection[str] = (),
        *,
        by: Visitor,
        address: str | None,
    ) -> None:
        """Put a rule on a record or node, in the place of the one that stands there.

        Args:
            identifier: of the record or node. Whether there is one is not asked: what is to be hidden may be loaded after its rule.
            kind: who may have it.
            opens: of kind UNTIL, the moment from which everybody may; no meaning for others.
            shown: what those see who are kept out; no meaning for OPEN.
            groups: the names of those let in; no meaning for OPEN. None of them: administrators alone.
            by: a curator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            StateError: the identifier or the date cannot be.
            UnknownError: there is no such group.
        """
        must_curate(by)
        if not identifier or len(identifier) > _LONGEST_IDENTIFIER or not identifier.isprintable():
            raise StateError(f"An identifier has 1 to {_LONGEST_IDENTIFIER} characters.")
        if kind is RuleKind.UNTIL and (opens is None or opens.tzinfo is None):
            raise StateError("Please give the date from which the data are open.")
        opens = opens if kind is RuleKind.UNTIL else None
        shown, groups = (Shown.DESCRIPTION, ()) if kind is RuleKind.OPEN else (shown, groups)
        try:
            with self._database.writing() as session:
                let_in = _groups(session, groups)
                rule = session.scalar(select(AccessRule).where(AccessRule.identifier == identifier))
                if rule is None:
                    rule = AccessRule(identifier=identifier)
                    session.add(rule)
                rule.kind, rule.opens, rule.shown, rule.changed = kind, opens, shown, self._clock()
                rule.groups = [RuleGroup(group_id=group.id) for group in let_in]
                told = f"{kind}{f' {opens.isoformat()}' if opens else ''}, shown: {shown}, groups: {' '.join(sorted(groups)) or 'none'}"
                self._write(session, _SET, identifier, told, by=by, address=address)
        except IntegrityError as error:
            raise StateError("Somebody else has just set a rule here. Please look at it and try again.") from error

    def remove_rule(self, identifier: str, *, by: Visitor, address: str | None) -> None:
        """Take the rule off a record or node; what is above decides from now on.

        Raises:
            NotAllowedError: `by` is no curator.
            UnknownError: there is none.
        """
        must_curate(by)
        with self._database.writing() as session:
            rule = session.scalar(select(AccessRule).where(AccessRule.identifier == identifier))
            if rule is None:
                raise UnknownError("There is no such rule.")
            session.delete(rule)
            self._write(session, _REMOVED, identifier, by=by, address=address)

    def _write(self, session: Session, action: str, identifier: str, detail: str = "", *, by: Visitor, address: str | None) -> None:
        actor, place = one_line(by.actor, 254), None if address is None else one_line(address, 64)
        session.add(Audit(at=self._clock(), actor=actor, address=place, action=action, subject=one_line(identifier, 254), detail=detail))

    def _current(self) -> Mapping[str, RuleView]:
        """Return the rules by identifier, read anew where they have changed."""
        try:
            with self._database.reading() as session:
                change = tuple(session.execute(_CHANGE).one())
                if change != self._known[0]:
                    self._known = (change, _read(session))
                return self._known[1]
        except SQLAlchemyError as error:
            raise DatabaseError("The access rules cannot be read now.") from error


def _read(session: Session) -> dict[str, RuleView]:
    found: dict[str, RuleView] = {}
    for rule in session.scalars(select(AccessRule)):
        groups = sorted((each.group.name, each.group.title) for each in rule.groups)
        found[rule.identifier] = RuleView(
            identifier=rule.identifier,
            kind=rule.kind,
            opens=rule.opens if rule.kind is RuleKind.UNTIL else None,
            shown=rule.shown,
            groups=tuple(name for name, _ in groups),
            titles=tuple(title for _, title in groups),
            changed=rule.changed,
        )
    return found


def _groups(session: Session, names: Collection[str]) -> list[Group]:
    found = {group.name: group for group in session.scalars(select(Group).where(Group.name.in_(names)))}
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None:
        raise UnknownError(f"There is no group {unknown!r}.")
    return list(found.values())


def viewpoint(visitor: Visitor) -> str:
    """Return what tells visitors apart who may see different things, whatever the rules."""
    if visitor.curates:
        return visitor.role
    return ",".join(sorted(visitor.groups))

"""Groups of people, and who is in them until when."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.desk import Desk, account, must_administer, one_line
from accounts.errors import StateError, UnknownError
from accounts.models import Group, Membership, RuleGroup
from accounts.views import GroupSummary, to_group
from accounts.visitors import Visitor

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LONGEST_TITLE: Final = 200


class Groups(Desk):
    """Makes groups, and puts people into them."""

    def groups(self) -> list[GroupSummary]:
        """Return all groups by name."""
        inside = and_(Membership.group_id == Group.id, or_(Membership.until.is_(None), Membership.until > self._clock()))
        query = select(Group, func.count(Membership.user_id)).outerjoin(Membership, inside).group_by(Group.id).order_by(Group.name)
        with self._database.reading() as session:
            return [to_group(group, members) for group, members in session.execute(query)]

    def add_group(self, name: str, title: str, *, by: Visitor, address: str | None) -> None:
        """Make a group.

        Args:
            name: what rules call it: letters a to z, digits, "-".
            title: what people call it.
            by: an administrator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no administrator.
            StateError: name or title cannot be taken, or the name is had by another.
        """
        must_administer(by)
        name, title = name.strip(), title.strip()
        if not _NAME.fullmatch(name):
            raise StateError('The name of a group has 1 to 40 characters: letters a to z, digits and "-"; it begins with a letter.')
        if not title or len(title) > _LONGEST_TITLE or not title.isprintable():
            raise StateError("Please give the group a title, of at most 200 characters.")
        try:
            with self._database.writing() as session:
                session.add(Group(name=name, title=title))
                self._write(session, "made a group", name, title, by=by, address=address)
        except IntegrityError as error:
            raise StateError("There is a group of this name already.") from error

    def remove_group(self, name: str, *, by: Visitor, address: str | None) -> None:
        """Remove a group, with all memberships.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such group.
            StateError: an access rule lets it in.
        """
        must_administer(by)
        with self._database.writing() as session:
            group = _group(session, name)
            if session.scalar(select(RuleGroup.rule_id).where(RuleGroup.group_id == group.id).limit(1)) is not None:
                raise StateError("An access rule lets this group in. Please change the rule first.")
            self._write(session, "removed a group", name, by=by, address=address)
            session.delete(group)

    def join(self, user_id: int, group: str, until: datetime | None, *, by: Visitor, address: str | None) -> None:
        """Put somebody into a group, or set another end for a member.

        Args:
            user_id: whom.
            group: its name.
            until: the end, excluded; None for none.
            by: an administrator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account or group.
            StateError: the end is over already.
        """
        must_administer(by)
        if until is not None and until <= self._clock():
            raise StateError("Please choose a date to come.")
        with self._database.writing() as session:
            user, joined = account(session, user_id, changing=True), _group(session, group)
            member = session.get(Membership, (user_id, joined.id))
            if member is None:
                session.add(Membership(user_id=user_id, group_id=joined.id, until=until))
            else:
                member.until = until
            told = f"{group}, {'without end' if until is None else f'until {until.isoformat()}'}"
            self._write(session, "put into a group", user.username, told, by=by, address=address)

    def leave(self, user_id: int, group: str, *, by: Visitor, address: str | None) -> None:
        """Take somebody out of a group.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownError: there is no such account or group, or somebody is not in it.
        """
        must_administer(by)
        with self._database.writing() as session:
            user, left = account(session, user_id, changing=True), _group(session, group)
            member = session.get(Membership, (user_id, left.id))
            if member is None:
                raise UnknownError("This account is not in the group.")
            session.delete(member)
            self._write(session, "took out of a group", user.username, group, by=by, address=address)


def _group(session: Session, name: str) -> Group:
    group = session.scalar(select(Group).where(Group.name == one_line(name, 40)))
    if group is None:
        raise UnknownError("There is no such group.")
    return group

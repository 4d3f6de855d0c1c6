"""Lists of accounts, and what is changed of them without a change of state."""

from sqlalchemy import func, or_, select

from accounts.codelists import AccountState, Compression, Role
from accounts.desk import Desk, account, must_administer, must_be, one_line
from accounts.errors import StateError, UnknownError
from accounts.forms import Profile, cleaned
from accounts.models import User
from accounts.views import UserDetails, UserSummary, to_details, to_summary
from accounts.visitors import Visitor

PAGE = 50
"""Rows of a page of a list."""


class People(Desk):
    """Tells of accounts."""

    def pending(self) -> list[UserSummary]:
        """Return the accounts that wait for an administrator, the longest waiting first."""
        query = select(User).where(User.state == AccountState.REQUESTED).order_by(User.created, User.id)
        with self._database.reading() as session:
            return [to_summary(user) for user in session.scalars(query)]

    def users(self, *, text: str = "", state: AccountState | None = None, page: int = 1) -> tuple[list[UserSummary], int]:
        """Return a page of accounts by username, and how many there are.

        Args:
            text: what username, e-mail address, a name or the organisation holds.
            state: only those in this state.
            page: from 1; of 50.
        """
        query = select(User)
        if text := one_line(text.strip(), 254):
            columns = (User.username, User.email, User.surname, User.first_name, User.organisation)
            query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
        if state is not None:
            query = query.where(User.state == state)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            found = session.scalars(query.order_by(User.username).offset((max(page, 1) - 1) * PAGE).limit(PAGE))
            return [to_summary(user) for user in found], total

    def user(self, user_id: int) -> UserDetails:
        """Return all of an account.

        Raises:
            UnknownError: there is none.
        """
        with self._database.reading() as session:
            return to_details(account(session, user_id), self._clock())

    def user_named(self, username_or_email: str) -> UserDetails:
        """Return all of an account that is known by its username or e-mail address.

        Raises:
            UnknownError: there is none.
        """
        name = one_line(username_or_email.strip().lower(), 254)
        with self._database.reading() as session:
            user = session.scalar(select(User).where(or_(User.username == name, User.email == name)))
            if user is None:
                raise UnknownError("There is no such account.")
            return to_details(user, self._clock())

    def update_profile(self, user_id: int, profile: Profile, *, by: Visitor, address: str | None) -> None:
        """Keep what somebody tells of himself. Username and e-mail address stay.

        Raises:
            NotAllowedError: `by` is neither the account's owner nor an administrator.
            RegistrationErrors: fields cannot be taken.
            UnknownError: there is no such account.
        """
        if not by.administers:
            must_be(user_id, by)
        profile = cleaned(profile)
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            tell(user, profile)
            self._write(session, "changed a profile", user.username, by=by, address=address)

    def set_role(self, user_id: int, role: Role, *, by: Visitor, address: str | None) -> None:
        """Give an account a role; it counts from the next request on.

        Raises:
            NotAllowedError: `by` is no administrator.
            StateError: it is one's own account.
            UnknownError: there is no such account.
        """
        must_administer(by)
        if by.user_id == user_id:
            raise StateError("You cannot change your own role: there might be no administrator left.")
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            self._write(session, "gave a role", user.username, f"{user.role.value} to {role.value}", by=by, address=address)
            user.role = role

    def set_quota(self, user_id: int, quota_bytes: int | None, *, by: Visitor, address: str | None) -> None:
        """Set how many bytes somebody's workspace holds; None for the installation's own number.

        Raises:
            NotAllowedError: `by` is no administrator.
            StateError: it is below nothing, or more than can be kept.
            UnknownError: there is no such account.
        """
        must_administer(by)
        if quota_bytes is not None and not 0 <= quota_bytes < 2**62:
            raise StateError("A quota is a number of bytes, from 0 on.")
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            user.quota_bytes = quota_bytes
            told = "the installation's" if quota_bytes is None else f"{quota_bytes} bytes"
            self._write(session, "set a quota", user.username, told, by=by, address=address)


def tell(user: User, profile: Profile) -> None:
    """Write a profile into its account."""
    user.surname, user.first_name, user.middle_name = profile.surname, profile.first_name, profile.middle_name or None
    user.address, user.telephone, user.organisation = profile.address, profile.telephone, profile.organisation
    user.compression, user.language = Compression(profile.compression), profile.language

"""What somebody sees and sets of his own account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final

from accounts.accounts import Accounts
from accounts.codelists import Compression, Role
from accounts.forms import Profile
from accounts.views import MembershipView, TokenSummary, UserDetails
from ui.account.fields import Field, typed
from ui.account.registering import compression_field, filled, language_field, person_fields
from ui.speech import _

MONTHS: Final = (1, 3, 12)
"""For how many months a token can be made, and for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """All that the page of one's own account shows.

    Attributes:
        role: what one may do beside what everybody may, in words; None for nothing.
        profile: the form of what one told of oneself.
        new_token: the form for another token.
        shown: a token that was just made: the only time it is seen.
        faults: whether a form was sent that cannot be taken.
    """

    user: UserDetails
    role: str | None
    groups: tuple[MembershipView, ...]
    tokens: tuple[TokenSummary, ...]
    profile: list[Field]
    new_token: list[Field]
    shown: str | None = field(default=None, repr=False)
    faults: bool = False


def account_page(
    accounts: Accounts,
    user_id: int,
    *,
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    shown: str | None = None,
) -> AccountPage:
    """Ask accounts and return the page; `form` and `faults` are of a form that could not be taken."""
    user = accounts.user(user_id)
    mine = {name: getattr(user, name) for name in Profile.__slots__}
    wrong = faults or {}
    renewed = form if form and "surname" in form else mine
    fields = [*person_fields(), compression_field(), language_field()]
    return AccountPage(
        user=user,
        role=role_words(user.role) if user.role is not Role.USER else None,
        groups=tuple(each for each in user.memberships if not each.ended),
        tokens=tuple(accounts.tokens(user_id)),
        profile=filled(fields, renewed, wrong),
        new_token=filled(_token_fields(), form or {"months": str(MONTHS[-1])}, wrong),
        shown=shown,
        faults=bool(faults),
    )


def profile(form: Mapping[str, str]) -> Profile:
    """Return the form about oneself that was sent."""
    return Profile(
        surname=typed(form, "surname"),
        first_name=typed(form, "first_name"),
        middle_name=typed(form, "middle_name"),
        address=typed(form, "address"),
        telephone=typed(form, "telephone"),
        organisation=typed(form, "organisation"),
        compression=typed(form, "compression") or Compression.NONE,
        language=typed(form, "language") or "en",
    )


def role_words(role: Role) -> str:
    """Return a role in words."""
    return {Role.USER: _("User"), Role.CURATOR: _("Curator"), Role.ADMINISTRATOR: _("Administrator")}[role]


def token_ends(months: str, now: datetime) -> datetime | None:
    """Return when a token ends that is to be good for so many months; None for never, and only where that was chosen."""
    if months == "0":
        return None
    count = int(months) if months in {str(each) for each in MONTHS} else MONTHS[0]
    return datetime.combine((now + timedelta(days=30.44 * count)).date(), time(), UTC) + timedelta(days=1)


def _token_fields() -> list[Field]:
    options = [(str(each), _month_words(each)) for each in MONTHS]
    return [
        Field(name="name", words=_("What it is for"), hint=_("Such as the program or the machine that will use it."), length=100),
        Field(name="months", words=_("Good for"), kind="select", options=(*options, ("0", _("as long as the account")))),
    ]


def _month_words(months: int) -> str:
    words = {1: _("a month"), 3: _("three months"), 12: _("a year")}
    return words[months]

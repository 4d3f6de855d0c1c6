"""Accounts: found, looked at, and what administrators set of them."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.codelists import AccountState, Role
from accounts.people import PAGE
from accounts.states import STEPS, Step
from accounts.views import AuditLine, GroupSummary, TokenSummary, UserDetails, UserSummary
from ui.account.dates import end_of_day
from ui.account.fields import typed
from ui.account.own import role_words
from ui.administration.current import answered, blueprint
from ui.administration.words import Mark, Turning, account_mark, page_asked, turning
from ui.people import accounts, address, required_administrator
from ui.speech import _

_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage:
    """Accounts that were looked for.

    Attributes:
        users: with their states and roles.
        states: that can be asked for, with their words.
    """

    users: list[tuple[UserSummary, Mark, str]]
    total: int
    text: str
    state: AccountState | None
    states: list[tuple[AccountState, str]]
    turning: Turning | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """An account.

    Attributes:
        steps: that can be taken from where it stands: their names, the words of their buttons, whether they end something.
        lines: the last of the audit trail that name it.
        groups: it is not in.
        myself: whether it is that of the administrator who looks.
    """

    user: UserDetails
    mark: Mark
    role: str
    roles: list[tuple[Role, str]]
    steps: list[tuple[Step, str, bool]]
    groups: list[GroupSummary]
    tokens: list[TokenSummary]
    quota: str
    lines: list[AuditLine]
    myself: bool


@blueprint.get("/users")
def users() -> str:
    """Find accounts."""
    text, page = typed(request.args, "text", 100), page_asked()
    state = next((each for each in AccountState if each.value == request.args.get("state")), None)
    found, total = accounts().users(text=text, state=state, page=page)
    shown = UsersPage(
        users=[(each, account_mark(each.state), role_words(each.role)) for each in found],
        total=total,
        text=text,
        state=state,
        states=[(each, account_mark(each).words) for each in AccountState],
        turning=turning(page, total, PAGE),
    )
    return render_template("administration/users.html", page=shown)


@blueprint.get("/users/<key:user_id>")
def user(user_id: int) -> str:
    """An account and what can be done with it."""
    return render_template("administration/user.html", page=_user_page(user_id))


@blueprint.post("/users/<key:user_id>/<any(validate, close, reopen):step>")
def step(user_id: int, step: str) -> Response:
    """Open or close an account."""
    by = required_administrator()
    act, words = {
        "validate": (accounts().validate, _("A temporary password is on its way.")),
        "close": (accounts().close, _("The account is closed: whoever was signed in with it is not any more.")),
        "reopen": (accounts().reopen, _("The account is open again. A temporary password is on its way.")),
    }[step]
    return answered(f"/admin/users/{user_id}", lambda: act(user_id, by=by, address=address()), words)


@blueprint.post("/users/<key:user_id>/role")
def set_role(user_id: int) -> Response:
    """What somebody may do."""
    by, back = required_administrator(), f"/admin/users/{user_id}"
    role = next((each for each in Role if each.value == request.form.get("role")), None)
    if role is None:
        return _wrong(back, _("Please choose a role."))
    return answered(back, lambda: accounts().set_role(user_id, role, by=by, address=address()), _("The role is set."))


@blueprint.post("/users/<key:user_id>/quota")
def set_quota(user_id: int) -> Response:
    """How much room somebody's workspace has."""
    by, back, given = required_administrator(), f"/admin/users/{user_id}", typed(request.form, "quota", 20).replace(",", ".")
    try:
        size = round(float(given) * _GIGABYTE) if given else None
    except (ValueError, OverflowError):
        return _wrong(back, _("Please give the quota as a number of gigabytes, or leave it empty."))
    return answered(back, lambda: accounts().set_quota(user_id, size, by=by, address=address()), _("The quota is set."))


@blueprint.post("/users/<key:user_id>/join")
def join(user_id: int) -> Response:
    """Into a group, or another end of being in it."""
    by, back, group = required_administrator(), f"/admin/users/{user_id}", typed(request.form, "group", 40)
    try:
        until = end_of_day(typed(request.form, "until", 20))
    except ValueError:
        return _wrong(back, _("Please give the last day as a date, such as 2027-01-12, or leave it empty."))
    return answered(back, lambda: accounts().join(user_id, group, until, by=by, address=address()), _("The groups are set."))


@blueprint.post("/users/<key:user_id>/leave")
def leave(user_id: int) -> Response:
    """Out of a group."""
    by, group = required_administrator(), typed(request.form, "group", 40)
    words = _("The groups are set.")
    return answered(f"/admin/users/{user_id}", lambda: accounts().leave(user_id, group, by=by, address=address()), words)


def _user_page(user_id: int) -> UserPage:
    user, myself = accounts().user(user_id), required_administrator().user_id == user_id
    words = {
        Step.VALIDATE: (_("Send a temporary password"), False),
        Step.REOPEN: (_("Open the account again"), False),
        Step.CLOSE: (_("Close the account"), True),
    }
    inside = {each.group for each in user.memberships}
    return UserPage(
        user=user,
        mark=account_mark(user.state),
        role=role_words(user.role),
        roles=[(each, role_words(each)) for each in Role],
        steps=[(each, *words[each]) for each in words if user.state in STEPS[each][0] and not (myself and each is Step.CLOSE)],
        groups=[each for each in accounts().groups() if each.name not in inside],
        tokens=accounts().tokens(user_id),
        quota="" if user.quota_bytes is None else f"{user.quota_bytes / _GIGABYTE:g}",
        lines=accounts().audit(text=user.username)[0][:10],
        myself=myself,
    )


def _wrong(back: str, words: str) -> Response:
    flash(words, "wrong")
    return redirect(back, 303)

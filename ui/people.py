"""Who asks for a page: somebody signed in, a program with a personal token, or anybody; and what every page with a form is guarded by."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, has_request_context, redirect, render_template, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits import parse
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, TooManyRequests, Unauthorized

from accounts.accounts import Accounts
from accounts.errors import AccountError, NotAllowedError, UnknownError
from accounts.mail import MailError
from accounts.visitors import ANONYMOUS, Visitor
from ordering.selecting import Whose
from ui.addresses import is_reading
from ui.errors import ErrorPage
from ui.refusals import said
from ui.speech import _

Answer = tuple[str, int, dict[str, str]]
Adopt = Callable[[str, int], None]

LIMITS: Final = {
    "sign in": parse("30 per minute"),
    "register": parse("20 per hour"),
    "ask for a letter": parse("10 per hour"),
    "answer a letter": parse("60 per hour"),
    "change the password": parse("20 per hour"),
}
"""How often each may be tried from one address, beside what `accounts` itself counts for each account."""
_DOORS: Final = ("/csw", "/ogc", "/oai", "/opensearch")
"""What programs ask. No form leads there, nobody's cookie writes there, and no page is shown there."""
_UNPEOPLED: Final = ("/static", "/health", "/metrics")
"""What is the same for everybody, whoever asks."""
_WITHOUT_TOKEN: Final = ("/export",)
"""Forms that change nothing, on pages that caches may keep: they bear no token."""
_LET_THROUGH: Final = frozenset({"account.password", "account.change_password", "account.sign_out"})
"""The pages of somebody who has to change a temporary password first."""
_TOKEN: Final = "rfx_"  # noqa: S105 -- no secret
"""How personal tokens begin; others at the doors are the curators'."""
_HOURS: Final = 12
_STATUS: Final = {NotAllowedError: 403, UnknownError: 404, MailError: 503}
"""Of what accounts refuse; of all else 409."""
_KEY: Final = "visitor"


@dataclass(frozen=True, slots=True)
class SessionUser:
    """Somebody signed in, as Flask-Login wants to have him: what a session keeps is his number and that of the session."""

    visitor: Visitor
    session_number: int
    is_authenticated: ClassVar = True
    is_active: ClassVar = True
    is_anonymous: ClassVar = False

    def get_id(self) -> str:
        """Return what the session keeps."""
        return f"{self.visitor.user_id}.{self.session_number}"


class UnknownTokenError(Unauthorized):
    """A page was asked for with a personal token that is not good. Doors tell it in their own manner, as any status 401."""


@dataclass(frozen=True, slots=True)
class _People:
    accounts: Accounts
    limiter: Limiter
    adopt: Adopt


def init_people(app: Flask, accounts: Accounts, *, secret: bytes, secure: bool, adopt: Adopt, limits: str = "memory://") -> None:
    """Let `app` know who asks.

    Args:
        app: the application.
        accounts: of this installation.
        secret: what it signs with; sessions are signed with a key made of it.
        secure: whether people come by https: then no cookie goes another way.
        adopt: is told the key of a visitor's session and the user's number when he signs in: his selection goes with him.
        limits: where tries are counted, as the package limits writes it; the default counts in each process by itself.
    """
    app.secret_key = hmac.digest(secret, b"sessions of the pages", "sha256")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-reflecs" if secure else "reflecs",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=_HOURS),
        SESSION_REFRESH_EACH_REQUEST=False,  # else every answer would set the cookie
        WTF_CSRF_CHECK_DEFAULT=False,  # `_guard` checks
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    _log_in_by(app, accounts)
    app.extensions["people"] = _People(accounts, Limiter(get_remote_address, app=app, storage_uri=limits, strategy="moving-window"), adopt)
    CSRFProtect(app)
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.register_error_handler(AccountError, _refused)
    app.register_error_handler(MailError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(UnknownTokenError, _unknown_token)
    app.context_processor(lambda: {"visitor_here": _shown_visitor, "sign_in_path": sign_in_path})


def accounts() -> Accounts:
    """Return the accounts of the application that answers this request."""
    return _people().accounts


def current_visitor() -> Visitor:
    """Return who asks: somebody signed in, or whose personal token comes with the request, or nobody known.

    Somebody who has yet to change a temporary password is nobody known.
    """
    if not has_request_context():
        return ANONYMOUS
    if "visitor" not in g:
        g.visitor = _bearer() or ANONYMOUS if _token() else _of_session()
    found: Visitor = g.visitor
    return found


def curates_by_token() -> bool:
    """Return whether the request brings the personal token of somebody who curates: a session alone writes nothing at the doors."""
    return _token() is not None and current_visitor().curates


def current_whose() -> Whose:
    """Return whose selection the request is about: the user's, or that of a session, whose key is made when it is first asked for."""
    visitor = current_visitor()
    if visitor.user_id is not None:
        return Whose(user_id=visitor.user_id, visitor_key=None)
    if _KEY not in session:
        session.permanent = True
        session[_KEY] = secrets.token_urlsafe(24)
    g.key = session[_KEY]
    return Whose(user_id=None, visitor_key=g.key)


def required_visitor() -> Visitor:
    """Return who is signed in; whoever is not is led to the page where he signs in, and back."""
    visitor = current_visitor()
    if not visitor.signed_in:
        abort(redirect(sign_in_path(), 303))
    return visitor


def required_administrator() -> Visitor:
    """Return the administrator who asks; anybody else is refused."""
    visitor = required_visitor()
    if not visitor.administers:
        abort(403, _("This page is for the administrators of this catalogue."))
    return visitor


def session_user() -> SessionUser | None:
    """Return who is signed in, even where he has to change his password before anything else; None for nobody."""
    found = current_user._get_current_object()  # noqa: SLF001 -- how werkzeug's proxies are asked what they stand for
    return found if isinstance(found, SessionUser) else None


def must_change() -> bool:
    """Return whether who is signed in has to change a temporary password before anything else."""
    user = session_user()
    return user is not None and user.visitor.must_change


def begin_session(user_id: int, session_number: int) -> None:
    """Sign somebody in whose password was right. Nothing of the session before is kept but the selection, which becomes his.

    Args:
        user_id: his number.
        session_number: that of his account now.
    """
    people = _people()
    key = session.get(_KEY)
    visitor = people.accounts.visitor(user_id, session_number)
    session.clear()
    g.pop("visitor", None)
    if visitor is None:  # his account was closed in this very moment
        return
    session.permanent = True
    login_user(SessionUser(visitor, session_number))
    if visitor.must_change and key:
        session[_KEY] = key  # until he has his own password
    elif key:
        people.adopt(key, user_id)


def end_session() -> None:
    """Sign out: nothing of the session is kept."""
    session.clear()
    g.pop("visitor", None)


def address() -> str | None:
    """Return the network address that asks, for the audit trail."""
    return request.remote_addr


def limit(what: str) -> None:
    """Count a try of `what` (a name in LIMITS) for the address that asks; refuse it when there were too many."""
    item = LIMITS[what]
    limiter = _people().limiter.limiter
    if not limiter.hit(item, what, address() or ""):
        raise TooManyRequests(retry_after=item.get_expiry())


def sign_in_path() -> str:
    """Return the address of the page to sign in, which leads back to the present page where that can be asked for again."""
    if not is_reading() or request.blueprint == "account":
        return "/login"
    present = request.full_path.rstrip("?")
    return f"/login?{urlencode({'next': present})}" if present != "/" else "/login"


def local_path(wanted: str | None) -> str | None:
    """Return an address of this site that somebody wants to be led to; None for none, and for any that may lead elsewhere.

    What browsers forgive (a backslash for a slash, a tab or line end within) is not forgiven here.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 2000:
        return None
    return wanted if wanted.isprintable() and "\\" not in wanted else None


def _people() -> _People:
    found: _People = current_app.extensions["people"]
    return found


def _log_in_by(app: Flask, accounts: Accounts) -> None:
    """Let Flask-Login find who is signed in.

    Its own `init_app` would also look into the session after each request, for a cookie that we do not set: answers that are
    the same for everybody would then tell caches that they depend on cookies.
    """
    manager = LoginManager()
    manager.session_protection = None  # it would sign people out who change networks; the cookie is signed and of 12 hours

    def load(kept: str) -> SessionUser | None:
        user, dot, number = kept.partition(".")
        if not (dot and user.isdecimal() and number.isdecimal()):
            return None
        visitor = _asked(lambda: accounts.visitor(int(user), int(number)))
        return SessionUser(visitor, int(number)) if visitor else None

    manager.user_loader(load)
    app.login_manager = manager  # type: ignore[attr-defined] # Flask-Login's name


def _of_session() -> Visitor:
    user = session_user()
    return user.visitor if user and not user.visitor.must_change else ANONYMOUS


def _asked(find: Callable[[], Visitor | None]) -> Visitor | None:
    """Ask accounts who somebody is; where they cannot tell, the page that says so must not ask again."""
    g.asking = True
    found = find()
    g.asking = False
    return found


def _shown_visitor() -> Visitor:
    """Who the header says is here."""
    if g.get("asking"):
        return ANONYMOUS
    user = None if _token() else session_user()
    return user.visitor if user else current_visitor()


def _token() -> str | None:
    authorization = request.authorization
    given = authorization.token if authorization and authorization.type == "bearer" else None
    return given if given and given.startswith(_TOKEN) else None


def _bearer() -> Visitor | None:
    """Who shows a personal token; None for nobody, or for a token that is not good any more."""
    token = _token()
    if "bearer" not in g:
        g.bearer = _asked(lambda: _people().accounts.visitor_by_token(token)) if token else None
    found: Visitor | None = g.bearer
    return found


def _guard() -> Any:  # noqa: ANN401 -- what Flask takes from it: nothing, or any answer
    """Refuse tokens that are not good and forms that did not come from here; lead to the password whoever has to change it."""
    if _below(_UNPEOPLED):
        return None
    door = _below(_DOORS)
    if _token() and _bearer() is None:
        raise _unknown_at_doors() if door else UnknownTokenError
    if door:
        return None
    if not _below(_WITHOUT_TOKEN) and request.endpoint:
        current_app.extensions["csrf"].protect()
    if request.endpoint not in _LET_THROUGH and must_change():
        return redirect("/account/password", 303)
    return None


def _unknown_at_doors() -> Unauthorized:
    """What a door refuses by: a program reads it."""
    told = "This personal token is not known here: it was removed, or it has expired."
    return Unauthorized(told, www_authenticate=WWWAuthenticate("bearer", {"error": "invalid_token"}))


def _below(paths: tuple[str, ...]) -> bool:
    return any(request.path == path or request.path.startswith(f"{path}/") for path in paths)


def _keep_private(response: Response) -> Response:
    """Let no cache keep what was made for somebody, and no browser what it shows of an account."""
    token = not _below(_UNPEOPLED) and _token()
    if request.blueprint in {"account", "administration", "curate"}:
        response.cache_control.no_store = True
    elif _is_somebodys():
        _private(response)
    if token:
        _private(response)
        response.vary.add("Authorization")
        if response.status_code == 401:
            response.headers.setdefault("WWW-Authenticate", 'Bearer error="invalid_token"')
    return response


def _is_somebodys() -> bool:
    """Whether the answer was made for a session, or begins one. Asking the session itself would make every answer depend on cookies."""
    if "csrf_token" in g or "key" in g:
        return True
    return ("visitor" in g or "_login_user" in g) and current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _private(response: Response) -> None:
    if not response.cache_control.no_store:
        response.cache_control.public = False
        response.cache_control.private = True


def _refused(error: AccountError | MailError) -> Answer:
    """Where no form can say it better."""
    if isinstance(error, MailError):
        current_app.logger.error("a letter was not sent: %s", error, exc_info=error)
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 409)
    return _page(status, _("This cannot be done"), said(str(error)))


def _forged(_error: HTTPException) -> Answer:
    says = _("This form was open for too long, or it did not come from this site. Nothing was changed.")
    return _page(400, _("Please send it again"), says, _("Go back, load the page again, and send the form once more."))


def _too_often(error: TooManyRequests) -> Answer:
    text, status, headers = _page(
        429, _("Too many tries"), _("There were too many tries from your network address."), _("Please wait a few minutes and try again.")
    )
    wait = error.retry_after
    return text, status, {**headers, "Retry-After": str(wait if isinstance(wait, int) else 60)}


def _unknown_token(_error: HTTPException) -> Answer:
    says = _("This personal token is not known here: it was removed, or it has expired.")
    return _page(401, _("We do not know this token"), says, _("Make a new one on the page of your account."))


def _page(status: int, title: str, says: str, advice: str | None = None) -> Answer:
    page = ErrorPage(status=status, title=title, says=says, advice=advice)
    return render_template("error.html", page=page), status, {}

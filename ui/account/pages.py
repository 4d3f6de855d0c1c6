"""The routes of account pages. What changes something is a POST that leads on to a page; what is wrong is said on the page itself."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.errors import PasswordError, RegistrationErrors, ResetError, SignInError, StateError
from ui.account.fields import Field, typed
from ui.account.own import account_page, profile, token_ends
from ui.account.registering import registration, registration_fields
from ui.current import catalogue
from ui.language import language
from ui.people import accounts, address, begin_session, current_visitor, end_session, limit, local_path, required_visitor, session_user
from ui.refusals import said
from ui.speech import _

blueprint = Blueprint("account", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/register")
def register() -> str:
    """The form that asks for an account."""
    return render_template("account/register.html", groups=registration_fields({"compression": "none"}, {}))


@blueprint.post("/register")
def ask() -> Answer:
    """A request for an account."""
    limit("register")
    try:
        accounts().register(registration(request.form), address=address())
    except RegistrationErrors as error:
        return render_template("account/register.html", groups=registration_fields(request.form, error.fields)), 422
    return redirect("/register/sent", 303)


@blueprint.get("/register/sent")
def asked() -> str:
    """What happens next."""
    return render_template("account/sent.html")


@blueprint.get("/account/confirm")
def confirm() -> str:
    """The link of a letter. Only the button confirms: programs that read letters follow links, too."""
    return render_template("account/confirm.html", token=_link_token(), done=None)


@blueprint.post("/account/confirm")
def confirmed() -> Answer:
    """Whether the address is confirmed."""
    limit("answer a letter")
    done = accounts().confirm(_link_token(), address=address())
    return render_template("account/confirm.html", token="", done=done), 200 if done else 400


@blueprint.get("/login")
def sign_in() -> Answer:
    """The form to sign in; whoever is signed in is led on."""
    wanted = local_path(request.args.get("next"))
    if current_visitor().signed_in:
        return redirect(wanted or "/account", 303)
    return render_template("account/sign-in.html", fields=_sign_in_fields(""), wanted=wanted, says=None)


@blueprint.post("/login")
def enter() -> Answer:
    """Whether name and password go together."""
    limit("sign in")
    wanted, name = local_path(request.form.get("next")), typed(request.form, "username", 254)
    try:
        signed = accounts().sign_in(name, request.form.get("password", ""), address=address())
    except SignInError as error:
        return render_template("account/sign-in.html", fields=_sign_in_fields(name), wanted=wanted, says=said(str(error))), 401
    begin_session(signed.user_id, signed.session_number)
    if signed.must_change:
        return redirect("/account/password" + (f"?{urlencode({'next': wanted})}" if wanted else ""), 303)
    return redirect(wanted or "/account", 303)


@blueprint.post("/logout")
def sign_out() -> Response:
    """Sign out."""
    end_session()
    return redirect("/", 303)


@blueprint.get("/account/password")
def password() -> str:
    """The form for another password."""
    user = session_user()
    if user is None:
        required_visitor()
        abort(404)  # a program with a personal token has no password to change
    wanted = local_path(request.args.get("next"))
    return render_template(
        "account/password.html", fields=_password_fields(old=True), wanted=wanted, must=user.visitor.must_change, says=None
    )


@blueprint.post("/account/password")
def change_password() -> Answer:
    """Another password."""
    limit("change the password")
    user = session_user()
    if user is None or user.visitor.user_id is None:
        required_visitor()
        abort(404)
    wanted, faults, says = local_path(request.form.get("next")), _different(), None
    if not faults:
        try:
            number = accounts().change_password(
                user.visitor.user_id, request.form.get("old", ""), request.form.get("new", ""), address=address()
            )
        except PasswordError as error:
            says = said(str(error))
        else:
            begin_session(user.visitor.user_id, number)
            flash(_("Your password is changed. Wherever else you were signed in, you are not any more."))
            return redirect(wanted or "/account", 303)
    fields, must = _password_fields(faults, old=True), user.visitor.must_change
    return render_template("account/password.html", fields=fields, wanted=wanted, must=must, says=says), 422


@blueprint.get("/account/forgot")
def forgot() -> str:
    """The form of somebody who has forgotten his password."""
    return render_template("account/forgot.html", fields=[_email_field()], sent=False)


@blueprint.post("/account/forgot")
def ask_reset() -> str:
    """The same answer whether the address is known or not."""
    limit("ask for a letter")
    accounts().ask_reset(typed(request.form, "email", 254), address=address(), language=language())
    return render_template("account/forgot.html", fields=[], sent=True)


@blueprint.get("/account/reset")
def reset() -> str:
    """The link of a letter: the form for a new password."""
    return render_template("account/reset.html", fields=_password_fields(), token=_link_token(), says=None)


@blueprint.post("/account/reset")
def renew() -> Answer:
    """A new password."""
    limit("answer a letter")
    faults, says = _different(), None
    if not faults:
        try:
            accounts().reset(_link_token(), request.form.get("new", ""), address=address())
        except PasswordError as error:
            faults = {"new": said(str(error))}
        except ResetError as error:
            says = said(str(error))
        else:
            flash(_("Your new password counts. Please sign in with it."))
            return redirect("/login", 303)
    return render_template("account/reset.html", fields=_password_fields(faults), token=_link_token(), says=says), 422


@blueprint.get("/account")
def own() -> str:
    """One's own account."""
    return render_template("account/own.html", page=account_page(accounts(), _own_id()))


@blueprint.post("/account/profile")
def change_profile() -> Answer:
    """What one tells of oneself."""
    user_id = _own_id()
    try:
        accounts().update_profile(user_id, profile(request.form), by=required_visitor(), address=address())
    except RegistrationErrors as error:
        page = account_page(accounts(), user_id, form=request.form, faults=error.fields)
        return render_template("account/own.html", page=page), 422
    flash(_("Your details are kept."))
    return redirect("/account", 303)


@blueprint.post("/account/tokens")
def add_token() -> Answer:
    """Another personal token, shown this once."""
    user_id, ends = _own_id(), token_ends(typed(request.form, "months"), catalogue().clock())
    try:
        token = accounts().add_token(user_id, typed(request.form, "name"), ends, by=required_visitor(), address=address())
    except StateError as error:
        page = account_page(accounts(), user_id, form=request.form, faults={"name": str(error)})
        return render_template("account/own.html", page=page), 422
    return render_template("account/own.html", page=account_page(accounts(), user_id, shown=token))


@blueprint.post("/account/tokens/<key:token_id>/remove")
def remove_token(token_id: int) -> Response:
    """A token is good no more."""
    accounts().remove_token(_own_id(), token_id, by=required_visitor(), address=address())
    flash(_("The token is removed: no program gets in by it any more."))
    return redirect("/account", 303)


def _own_id() -> int:
    """The number of who is signed in with a session: a program with a token does not change the account it belongs to."""
    required_visitor()
    user = session_user()
    if user is None or user.visitor.user_id is None:
        abort(403, _("Please sign in with your password for this."))
    return user.visitor.user_id


def _link_token() -> str:
    return typed(request.values, "token", 200)


def _different() -> dict[str, str]:
    """What is wrong where the new password was not typed twice alike."""
    alike = request.form.get("new", "") == request.form.get("again", "")
    return {} if alike else {"again": _("The two passwords differ. Please type the new one twice.")}


def _sign_in_fields(name: str) -> list[Field]:
    return [
        Field(name="username", words=_("Username or e-mail address"), value=name, autocomplete="username", length=254),
        Field(name="password", words=_("Password"), kind="password", autocomplete="current-password"),
    ]


def _password_fields(faults: dict[str, str] | None = None, *, old: bool = False) -> list[Field]:
    wrong = faults or {}
    hint = _("At least 10 characters, and nothing easily guessed. Four words by chance are good.")
    fields = [
        Field(name="new", words=_("New password"), hint=hint, kind="password", autocomplete="new-password", fault=wrong.get("new")),
        Field(name="again", words=_("The same again"), kind="password", autocomplete="new-password", fault=wrong.get("again")),
    ]
    present = Field(name="old", words=_("Present password"), kind="password", autocomplete="current-password", fault=wrong.get("old"))
    return [present, *fields] if old else fields


def _email_field() -> Field:
    return Field(name="email", words=_("E-mail address"), kind="email", autocomplete="email", length=254)

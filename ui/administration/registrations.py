"""Requests for accounts, to be answered."""

from flask import render_template, request
from werkzeug.wrappers import Response

from ui.account.fields import typed
from ui.administration.current import answered, blueprint
from ui.people import accounts, address, required_administrator
from ui.speech import _

_AT_ONCE = 25
"""Requests shown together; the next come up as these are answered."""


@blueprint.get("/registrations")
def registrations() -> str:
    """Those that wait, the longest waiting first."""
    waiting = accounts().pending()
    shown = [accounts().user(each.user_id) for each in waiting[:_AT_ONCE]]
    return render_template("administration/registrations.html", shown=shown, more=len(waiting) - len(shown))


@blueprint.post("/registrations/<key:user_id>/validate")
def validate(user_id: int) -> Response:
    """Yes."""
    by = required_administrator()
    words = _("The account is validated. A temporary password is on its way.")
    return answered("/admin/registrations", lambda: accounts().validate(user_id, by=by, address=address()), words)


@blueprint.post("/registrations/<key:user_id>/refuse")
def refuse(user_id: int) -> Response:
    """No, and why."""
    by, reason = required_administrator(), typed(request.form, "reason")
    words = _("The request is refused. A letter tells why.")
    return answered("/admin/registrations", lambda: accounts().refuse(user_id, reason, by=by, address=address()), words)

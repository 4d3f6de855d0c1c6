"""The audit trail."""

from flask import render_template, request

from accounts.people import PAGE
from ui.account.fields import typed
from ui.administration.current import blueprint
from ui.administration.words import page_asked, turning
from ui.people import accounts


@blueprint.get("/audit")
def audit() -> str:
    """Who did what, the newest first."""
    text, page = typed(request.args, "text", 100), page_asked()
    lines, total = accounts().audit(page=page, text=text)
    return render_template("administration/audit.html", lines=lines, total=total, text=text, turning=turning(page, total, PAGE))

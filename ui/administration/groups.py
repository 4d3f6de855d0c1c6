"""Groups of people."""

from flask import render_template, request
from werkzeug.wrappers import Response

from ui.account.fields import Field, typed
from ui.administration.current import answered, blueprint
from ui.people import accounts, address, required_administrator
from ui.speech import _


@blueprint.get("/groups")
def groups() -> str:
    """All groups, and the form for another."""
    fields = [
        Field(name="title", words=_("What people call it"), hint=_("Such as “COROT N1 group”."), length=200),
        Field(name="name", words=_("What rules call it"), hint=_("Letters a to z, digits and “-”, such as “corot-n1”."), length=40),
    ]
    return render_template("administration/groups.html", groups=accounts().groups(), fields=fields)


@blueprint.post("/groups")
def add_group() -> Response:
    """Another group."""
    by, name, title = required_administrator(), typed(request.form, "name", 100), typed(request.form, "title", 300)
    return answered("/admin/groups", lambda: accounts().add_group(name, title, by=by, address=address()), _("The group is made."))


@blueprint.post("/groups/remove")
def remove_group() -> Response:
    """A group less."""
    by, name = required_administrator(), typed(request.form, "name", 100)
    return answered("/admin/groups", lambda: accounts().remove_group(name, by=by, address=address()), _("The group is removed."))

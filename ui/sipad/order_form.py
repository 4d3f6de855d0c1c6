"""The form of an order: how the selected files are to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar

from werkzeug.datastructures import MultiDict

from accounts.codelists import Compression
from accounts.visitors import Visitor
from ordering.destinations import PORTS, Destination
from ordering.models import DeliveryMode, Packaging
from ordering.submitting import Submission
from records.dates import Date
from ui.sipad.current import Sipad
from ui.sipad.frame import selection
from ui.sipad.order_selection import Coming, item_of
from ui.sipad.quantities import Amount, amount
from ui.sipad.selection_page import SelectedItem, selected_items
from ui.sipad.sight import TreeSight
from ui.sipad.workspace_page import QuotaWords, quota_words
from ui.speech import _

E = TypeVar("E", DeliveryMode, Compression, Packaging)

_TYPED: Final = ("mode", "due", "compression", "packaging", "email", "host", "port", "folder", "user", "password", "fingerprint")
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForm:
    """What was typed into the form, as it was typed.

    Attributes:
        data_sets: identifiers of what is ordered beside the selection: what the reader came with from a record.
    """

    data_sets: tuple[str, ...] = ()
    mode: str = DeliveryMode.WORKSPACE
    due: str = ""
    compression: str = Compression.NONE
    packaging: str = ""
    email: str = ""
    host: str = ""
    port: str = ""
    folder: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    fingerprint: str = ""

    @classmethod
    def parse(cls, form: "MultiDict[str, str]") -> "OrderForm":
        """Return what was sent."""
        typed = {name: form[name] if name == "password" else form[name].strip()[:_LONGEST] for name in _TYPED if name in form}
        return cls(data_sets=data_sets(form), **typed)

    def submission(self) -> tuple[Submission | None, dict[str, str]]:
        """Return the order asked for; or else None and, by the names of their fields, what is wrong."""
        problems: dict[str, str] = {}
        mode = _one_of(DeliveryMode, self.mode)
        compression = _one_of(Compression, self.compression)
        packaging = _one_of(Packaging, self.packaging) if self.packaging else None
        if mode is None:
            problems["mode"] = _("Choose how the files are delivered.")
        if compression is None:
            problems["compression"] = _("Choose a compression from the list.")
        elif compression is not Compression.NONE and packaging is None:
            problems["packaging"] = _("Choose a packaging too, or no compression.")
        due = self._due(problems) if mode in PORTS else None
        destination = self._destination(PORTS[mode], problems) if mode in PORTS else None
        if problems or mode is None or compression is None:
            return None, problems
        made = Submission(
            mode=mode, compression=compression, packaging=packaging, due=due, destination=destination, email=self.email or None
        )
        return made, {}

    def _due(self, problems: dict[str, str]) -> datetime | None:
        """The moment from which on it may be delivered."""
        if not self.due:
            return None
        try:
            return datetime.fromtimestamp(Date.parse(self.due).first_second, UTC)
        except (ValueError, OverflowError, OSError):
            problems["due"] = _("Write the day as in 2027-01-31.")
            return None

    def _destination(self, usual_port: int, problems: dict[str, str]) -> Destination | None:
        port = self.port or str(usual_port)
        if not (port.isascii() and port.isdecimal() and len(port) <= 5):
            problems["port"] = _("The port is a number.")
            return None
        return Destination(
            host=self.host, port=int(port), folder=self.folder, user=self.user, password=self.password, fingerprint=self.fingerprint or None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFormPage:
    """What the page shows.

    Attributes:
        items: what is ordered.
        problems: what is wrong, by the names of the fields; "" for the order as a whole.
        quota: of the reader's workspace; None for somebody who is not signed in.
        ready: whether there is anything that can be ordered.
        beside: whether what the reader came with is ordered beside what was selected before.
    """

    form: OrderForm
    items: tuple[SelectedItem, ...]
    amount: Amount
    problems: Mapping[str, str]
    signed_in: bool
    email: str | None
    quota: QuotaWords | None
    ready: bool
    beside: bool


def data_sets(form: "MultiDict[str, str]") -> tuple[str, ...]:
    """Return the identifiers of data sets that a form or an address names."""
    return tuple(dict.fromkeys(each for each in form.getlist("dataset") if each))[:100]


def first_form(sipad: Sipad, visitor: Visitor, arguments: "MultiDict[str, str]") -> OrderForm:
    """Return the form as it is met first: with the compression that somebody signed in prefers."""
    compression = sipad.accounts.user(visitor.user_id).compression if visitor.user_id is not None else Compression.NONE
    packaging = "" if compression is Compression.NONE else Packaging.DATA_SET
    return OrderForm(data_sets=data_sets(arguments), compression=compression, packaging=packaging)


def form_page(sipad: Sipad, visitor: Visitor, form: OrderForm, found: Coming, problems: Mapping[str, str]) -> OrderFormPage:
    """Return the page of a form, for what is selected and what comes beside it."""
    chosen = selection()
    there = {item.node.identifier for item in chosen.items}
    new = [each for each in found.seen if each.node.identifier not in there]
    old = tuple(selected_items(sipad, TreeSight(sipad, visitor), chosen))
    files = chosen.files + sum(each.node.files for each in new)
    return OrderFormPage(
        form=form,
        items=(*(item_of(each) for each in new), *old),
        amount=amount(files, chosen.bytes + sum(each.node.bytes for each in new)),
        problems=problems,
        signed_in=visitor.signed_in,
        email=visitor.email,
        quota=quota_words(sipad.orders.workspace(visitor)) if visitor.signed_in else None,
        ready=files > 0 and not any(item.lock for item in old),
        beside=bool(new and old),
    )


def compressions() -> tuple[tuple[str, str], ...]:
    """Return the compressions there are, with their words."""
    words = {
        Compression.NONE: _("no compression"),
        Compression.GZIP: "gzip",
        Compression.ZIP: "zip",
        Compression.TAR: "tar",
    }
    return tuple((compression.value, words[compression]) for compression in Compression)


def packagings() -> tuple[tuple[str, str], ...]:
    """Return the packagings there are, with their words."""
    words = {
        Packaging.FILES: _("each file by itself"),
        Packaging.DATA_SET: _("one archive for each data set"),
        Packaging.ORDER: _("one archive for the whole order"),
    }
    return tuple((packaging.value, words[packaging]) for packaging in Packaging)


def modes() -> tuple[tuple[str, str, str], ...]:
    """Return the ways of delivery, each with its name and what it is."""
    return (
        (DeliveryMode.WORKSPACE.value, _("My workspace"), _("The files wait here for 10 days; an e-mail says when they are ready.")),
        (DeliveryMode.FTP.value, "FTP", _("They are sent to a server of yours. FTP carries files and password unencrypted.")),
        (DeliveryMode.SFTP.value, "SFTP", _("They are sent to a server of yours, encrypted.")),
    )


def _one_of(kind: type[E], text: str) -> E | None:
    return next((each for each in kind if each.value == text), None)

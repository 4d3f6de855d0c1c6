"""The workspace: prepared files to download, and the room they take."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.visitors import Visitor
from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.words import number_words, size_words
from ordering.viewing import ParcelView, Workspace
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.quantities import Moment, left, minute

SUMS: Final = "SHA256SUMS"
"""What the list of checksums of an order is called, as `sha256sum --check` reads it."""
FILES_SHOWN: Final = 10
"""Files of one order that the workspace shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaWords:
    """The room of a workspace in words, and the share of it that is taken, in thousandths."""

    quota: str
    used: str
    left: str
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A prepared file."""

    name: str
    href: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyOrder:
    """An order whose files wait in the workspace.

    Attributes:
        files: the first of them.
        more: how many others there are, in words; None for none.
        left: how long they will be there.
    """

    number: str
    href: str
    sums: str
    files: tuple[Download, ...]
    more: str | None
    expires: Moment | None
    left: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacePage:
    """What the page shows."""

    quota: QuotaWords
    orders: tuple[ReadyOrder, ...]


def workspace_page(sipad: Sipad, visitor: Visitor) -> WorkspacePage:
    """Return the page of somebody's workspace."""
    workspace = sipad.orders.workspace(visitor)
    orders: dict[str, list[ParcelView]] = {}
    for parcel in workspace.parcels:
        orders.setdefault(parcel.number, []).append(parcel)
    now = sipad.catalogue.clock()
    return WorkspacePage(quota=quota_words(workspace), orders=tuple(_ready(number, parcels, now) for number, parcels in orders.items()))


def quota_words(workspace: Workspace) -> QuotaWords:
    """Return the room of a workspace, in words."""
    spoken = language()
    return QuotaWords(
        quota=size_words(workspace.quota, spoken),
        used=size_words(workspace.used, spoken),
        left=size_words(max(0, workspace.left), spoken),
        share=min(1000, round(1000 * workspace.used / workspace.quota)) if workspace.quota else 1000,
    )


def _ready(number: str, parcels: list[ParcelView], now: datetime) -> ReadyOrder:
    more, expires = len(parcels) - FILES_SHOWN, parcels[0].expires
    return ReadyOrder(
        number=number,
        href=f"/sipad/order/{number}",
        sums=f"/sipad/order/{number}/{SUMS}",
        files=tuple(download(parcel) for parcel in parcels[:FILES_SHOWN]),
        more=number_words(more, language()) if more > 0 else None,
        expires=minute(expires),
        left=left(expires, now) if expires else None,
    )


def download(parcel: ParcelView, *, link: str | None = None) -> Download:
    """Return a prepared file as it is shown; `link` opens it to somebody without an account."""
    path = f"/sipad/files/{parcel.number}/{quote_identifier(parcel.name)}"
    return Download(
        name=parcel.name,
        href=with_parameters(path, [("link", link)] if link else []),
        size=size_words(parcel.bytes, language()),
    )

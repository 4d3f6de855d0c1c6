"""The files of a data set in the selection, to tick and untick."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Self, get_args

from werkzeug.datastructures import MultiDict

from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.words import number_words, size_words
from ordering.inventory import FileView, Sort
from ordering.selecting import ItemView, Whose
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.quantities import Amount, Moment, amount, day

SIZES: Final = (10, 20, 100)
"""Files that a page shows."""
_SORTS: Final = get_args(Sort)
_NEIGHBOURS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which files of an item a page shows, and how."""

    page: int = 1
    size: int = SIZES[0]
    sort: Sort = "name"
    descending: bool = False

    @classmethod
    def parse(cls, arguments: "MultiDict[str, str]") -> Self:
        """Return what an address asks for; what cannot be is as if it were not asked for."""
        sort = arguments.get("sort", "")
        size = arguments.get("size", 0, type=int)
        return cls(
            page=max(1, min(arguments.get("page", 1, type=int), 10_000_000)),
            size=size if size in SIZES else SIZES[0],
            sort=next((each for each in _SORTS if each == sort), "name"),
            descending=arguments.get("down") == "1",
        )

    def address(self, item: int) -> str:
        """Return the address of the page that shows this."""
        asked = {"page": self.page, "size": self.size, "sort": self.sort, "down": int(self.descending)}
        usual = {"page": 1, "size": SIZES[0], "sort": "name", "down": 0}
        return with_parameters(objects_path(item), [(name, str(value)) for name, value in asked.items() if value != usual[name]])


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """A file of an item."""

    id: int
    name: str
    size: str
    target: str | None
    begins: Moment | None
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsPage:
    """The files of an item that meet its criteria.

    Attributes:
        amount: of those that are ticked.
        all: how many there are, ticked or not, in words.
        first: which of them is the first on this page, in words.
        last: likewise.
        target: what the numbers of targets are called; None where files have none.
        dated: whether files have a time.
        pages: numbers of pages to go to; None for a gap.
        edit: where its criteria are changed.
    """

    item: int
    title: str
    amount: Amount
    all: str
    first: str
    last: str
    shown: Shown
    rows: tuple[ObjectRow, ...]
    target: str | None
    dated: bool
    pages: tuple[int | None, ...]
    criteria: str
    edit: str

    @property
    def path(self) -> str:
        """The address of the first page."""
        return objects_path(self.item)

    @property
    def here(self) -> str:
        """The address of this page."""
        return self.shown.address(self.item)

    def at(self, page: int) -> str:
        """Return the address of another page."""
        return replace(self.shown, page=page).address(self.item)

    def sized(self, size: int) -> str:
        """Return the address of the first page with so many files on it."""
        return replace(self.shown, page=1, size=size).address(self.item)

    def sorted_by(self, sort: Sort) -> str:
        """Return the address of the first page in another order; the order it is in, turned round."""
        descending = sort == self.shown.sort and not self.shown.descending
        return replace(self.shown, page=1, sort=sort, descending=descending).address(self.item)

    def direction(self, sort: Sort) -> str:
        """Return how a column is sorted, as ARIA has it."""
        if sort != self.shown.sort:
            return "none"
        return "descending" if self.shown.descending else "ascending"


def objects_path(item: int) -> str:
    """Return the address of the files of an item."""
    return f"/sipad/selection/{item}/objects"


def objects_page(sipad: Sipad, whose: Whose, item: ItemView, shown: Shown) -> ObjectsPage:
    """Return a page of the files of an item; a page behind the last is the last."""
    total = item.files + item.unticked
    last = max(1, -(-total // shown.size))
    shown = replace(shown, page=min(shown.page, last))
    node, spoken = item.node, language()
    files = sipad.inventory.page(node.id, item.criteria, sort=shown.sort, descending=shown.descending, page=shown.page, size=shown.size)
    unticked = sipad.selecting.unticked(whose, item.item_id, [file.id for file in files])
    offered = sipad.inventory.offered(node.id)
    start = (shown.page - 1) * shown.size
    return ObjectsPage(
        item=item.item_id,
        title=node.title,
        amount=amount(item.files, item.bytes),
        all=number_words(total, spoken),
        first=number_words(min(start + 1, total), spoken),
        last=number_words(start + len(files), spoken),
        shown=shown,
        rows=tuple(_row(file, ticked=file.id not in unticked) for file in files),
        target=next((each.label for each in offered if each.name == "target"), None),
        dated=any(file.begins for file in files),
        pages=tuple(page_numbers(shown.page, last)),
        criteria=item.criteria.words(spoken, offered),
        edit=f"/sipad/select/{quote_identifier(node.identifier)}",
    )


def _row(file: FileView, *, ticked: bool) -> ObjectRow:
    return ObjectRow(
        id=file.id,
        name=file.name,
        size=size_words(file.bytes, language()),
        target=str(file.target) if file.target is not None else None,
        begins=day(file.begins),
        ticked=ticked,
    )


def page_numbers(current: int, last: int) -> Iterator[int | None]:
    """Yield numbers of pages to go to: the first, the last, the neighbours; None for a gap; none where there is one page only."""
    if last == 1:
        return
    near = sorted({1, last, *range(max(1, current - _NEIGHBOURS), min(last, current + _NEIGHBOURS) + 1)})
    before = 0
    for number in near:
        if number > before + 1:
            yield None
        yield number
        before = number

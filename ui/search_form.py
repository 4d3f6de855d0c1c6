"""The parameters of a results page, read from an address and written into one.

Every state of the results page has its address; a parameter that is empty is absent, one that is unknown is passed over, and a value
that cannot be is a `QueryError` with a sentence for the reader.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Self, TypeVar

from werkzeug.datastructures import MultiDict

from catalogue.query import MAX_TEXT, Direction, FacetRequest, Page, SearchQuery, SortKey
from mappings.index.text import fold, words
from records.codes import Code, Domain, ScopeCode, TopicCategoryCode
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import Box, Circle
from ui.addresses import search_path
from ui.speech import _

C = TypeVar("C", bound=Code)

PAGE_SIZE: Final = 10
MAX_PAGE: Final = 1_000_000
MORE_SIZE: Final = 200
"""Values of a facet that is shown at length."""
MAX_SELECTED: Final = 20
"""Values that can be selected at once, those of all facets together."""
MAX_YEARS: Final = 300
"""Years whose records are counted for the histogram."""


_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetField:
    """A facet of the results page.

    Attributes:
        parameter: its name in addresses.
        field: its name in the index.
        codes: the code list its values are of; None for free values.
        size: values shown at first.
        shown: whether it stands in the list of filters; one that does not still filters.
    """

    parameter: str
    field: str
    codes: type[Code] | None = None
    size: int = 6
    shown: bool = True


FACETS: Final[Mapping[str, FacetField]] = MappingProxyType(
    {
        facet.parameter: facet
        for facet in (
            FacetField(parameter="domain", field="domain", codes=Domain),
            FacetField(parameter="project", field="project"),
            FacetField(parameter="platform", field="platform"),
            FacetField(parameter="instrument", field="instrument"),
            FacetField(parameter="topic", field="topic", codes=TopicCategoryCode),
            FacetField(parameter="organisation", field="organisation"),
            FacetField(parameter="level", field="level"),
            FacetField(parameter="type", field="type", codes=ScopeCode),
            FacetField(parameter="keyword", field="keyword", shown=False),
            FacetField(parameter="category", field="category", shown=False),
            FacetField(parameter="format", field="format", shown=False),
        )
    }
)

SORTS: Final[Mapping[str, tuple[SortKey, ...]]] = MappingProxyType(
    {
        "relevance": (),
        "title": (SortKey("title"),),
        "-title": (SortKey("title", Direction.DESCENDING),),
        "created": (SortKey("created"),),
        "-created": (SortKey("created", Direction.DESCENDING),),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchForm:
    """What a results page was asked for; the defaults ask for everything.

    Attributes:
        selected: for each facet parameter the values selected in it.
        begin: the first date of the time range.
        end: its last date.
        sort: a key of SORTS; None for relevance where there are words, and title where there are none.
        page: from 1.
        exact: whether words are searched only as written.
        more: the parameter of the facet that is shown at length.
        parent: the identifier of the record that all results are parts of.
    """

    q: str = ""
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begin: Date | None = None
    end: Date | None = None
    bbox: Box | None = None
    sky: Circle | None = None
    sort: str | None = None
    page: int = 1
    exact: bool = False
    more: str | None = None
    parent: str | None = None

    @classmethod
    def parse(cls, arguments: "MultiDict[str, str]") -> Self:
        """Return the form that the parameters of an address fill in.

        Raises:
            QueryError: a value that cannot be.
        """
        begin, end = _date(arguments, "from"), _date(arguments, "to")
        if begin and end and begin.first_second > end.last_second:
            raise QueryError(_("The period ends (%(end)s) before it begins (%(begin)s).", end=end, begin=begin), parameter="interval")
        return cls(
            q=" ".join(_text(arguments, "q").split())[:MAX_TEXT],
            selected=_selected(arguments),
            begin=begin,
            end=end,
            bbox=_box(_text(arguments, "bbox")),
            sky=_cone(_text(arguments, "sky")),
            sort=_sort(_text(arguments, "sort")),
            page=_page(_text(arguments, "page")),
            exact=_text(arguments, "exact") == "1",
            more=more if (more := _text(arguments, "more")) in FACETS else None,
            parent=_text(arguments, "parent") or None,
        )

    @property
    def order(self) -> str:
        """The key of SORTS that is in force."""
        return self.sort or ("relevance" if self.has_words else "title")

    @property
    def has_words(self) -> bool:
        """Whether what was typed holds a word to search for: signs alone are passed over."""
        return bool(words(fold(self.q)))

    @property
    def filtered(self) -> bool:
        """Whether anything but words narrows the results."""
        return bool(self.selected or self.begin or self.end or self.bbox or self.sky or self.parent)

    def query(self, *, facets: bool = True, page: Page | None = None) -> SearchQuery:
        """Return the question to the catalogue.

        Args:
            facets: whether to count facets and mark words, as the results page does.
            page: which part of the answer; None for the form's own page.
        """
        return SearchQuery(
            text=self.q,
            bbox=(self.bbox,) if self.bbox else (),
            interval=TimeInterval(begin=self.begin, end=self.end) if self.begin or self.end else None,
            sky=self.sky,
            parents=(self.parent,) if self.parent else (),
            facets=tuple(self._requests(facets=facets)),
            sort=SORTS[self.order],
            page=page or Page(limit=PAGE_SIZE, offset=(self.page - 1) * PAGE_SIZE),
            highlight=facets,
            exact=self.exact,
        )

    def _requests(self, *, facets: bool) -> Iterator[FacetRequest]:
        for name, facet in FACETS.items():
            selected = self.selected.get(name, ())
            size = 0
            if facets and (selected or name == self.more):
                size = MORE_SIZE  # what is selected is to have its count, however seldom it is
            elif facets and facet.shown:
                size = facet.size + 1  # one more than is shown tells whether there are more
            if size or selected:
                yield FacetRequest(field=facet.field, selected=selected, size=size)
        if facets:
            yield FacetRequest(field="year", size=MAX_YEARS)

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Return the parameters of the form's address, none that says nothing."""
        written = (
            ("q", self.q),
            *((name, value) for name, values in self.selected.items() for value in values),
            ("from", self.begin.text if self.begin else ""),
            ("to", self.end.text if self.end else ""),
            ("bbox", box_text(self.bbox) if self.bbox else ""),
            ("sky", cone_text(self.sky) if self.sky else ""),
            ("parent", self.parent or ""),
            ("exact", "1" if self.exact else ""),
            ("sort", self.sort or ""),
            ("page", str(self.page) if self.page > 1 else ""),
            ("more", self.more or ""),
        )
        return (parameter for parameter in written if parameter[1])

    def address(self) -> str:
        """Return the path and parameters of this results page."""
        return search_path(*self.parameters())

    def on_page(self, page: int) -> "SearchForm":
        """Return the same results, another page of them."""
        return replace(self, page=page, more=None)

    def sorted_by(self, sort: str) -> "SearchForm":
        """Return the same results in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def toggled(self, parameter: str, value: str) -> "SearchForm":
        """Return the form with a facet's value selected, or no longer selected."""
        values = self.selected.get(parameter, ())
        left = tuple(each for each in values if each != value) if value in values else (*values, value)
        selected = {name: each for name, each in {**self.selected, parameter: left}.items() if each}
        return replace(self, selected=selected, page=1)

    def first(self, **changes: object) -> "SearchForm":
        """Return the form with some parts changed, on the first page."""
        return replace(self, **{"page": 1, "more": None, **changes})  # type: ignore[arg-type]  # dataclasses.replace cannot know


def box_text(box: Box) -> str:
    """Return a box as an address has it: west,south,east,north."""
    return ",".join(f"{side:g}" for side in (box.west, box.south, box.east, box.north))


def cone_text(cone: Circle) -> str:
    """Return a cone as an address has it: right ascension,declination,radius."""
    return ",".join(f"{number:g}" for number in (cone.x, cone.y, cone.radius))


def _text(arguments: "MultiDict[str, str]", name: str) -> str:
    return _clean(arguments.get(name, ""))


def _clean(written: str) -> str:
    """Text without the characters that no document of ours can hold."""
    return _CONTROLS.sub(" ", written).strip()


def _selected(arguments: "MultiDict[str, str]") -> dict[str, tuple[str, ...]]:
    if sum(len(arguments.getlist(name)) for name in FACETS) > MAX_SELECTED:
        raise QueryError(_("At most %(limit)s values can be selected at once. Take some off.", limit=MAX_SELECTED))
    return {name: values for name, facet in FACETS.items() if (values := _values(arguments, facet))}


def _values(arguments: "MultiDict[str, str]", facet: FacetField) -> tuple[str, ...]:
    written = (_clean(value) for value in arguments.getlist(facet.parameter))
    values = tuple(dict.fromkeys(value for value in written if value))
    if facet.codes is None:
        return values
    return tuple(dict.fromkeys(_code(facet.codes, value, facet) for value in values))


def _code(codes: type[C], value: str, facet: FacetField) -> str:
    found = codes.match(value)
    if found is None:
        known = ", ".join(codes)
        if len(codes) > 8:
            raise QueryError(_("“%(value)s” is no %(facet)s.", value=value, facet=facet.parameter), parameter=facet.parameter)
        message = _("“%(value)s” is no %(facet)s; there are: %(known)s.", value=value, facet=facet.parameter, known=known)
        raise QueryError(message, parameter=facet.parameter)
    return found.value


def _date(arguments: "MultiDict[str, str]", name: str) -> Date | None:
    written = _text(arguments, name)
    if not written:
        return None
    try:
        return Date.parse(written)
    except ValueError as error:
        message = _("“%(written)s” is no date. Write a year (2007), a month (2007-04) or a day (2007-04-03).", written=written)
        raise QueryError(message, parameter=name) from error


def _numbers(written: str, parse: Callable[[tuple[float, ...]], str | None], parameter: str) -> tuple[float, ...]:
    """Return the numbers of a list parted by commas, blanks or semicolons; `parse` says what is wrong with them, or None."""
    try:
        numbers = tuple(float(part) for part in re.split(r"[,;\s]+", written.replace("−", "-").strip("[]() ")) if part)
    except ValueError as error:
        raise QueryError(_("“%(written)s” is no list of numbers.", written=written), parameter=parameter) from error
    wrong = parse(numbers)
    if wrong:
        raise QueryError(wrong, parameter=parameter)
    return numbers


def _box(written: str) -> Box | None:
    if not written:
        return None
    west, south, east, north = _numbers(written, _wrong_box, "bbox")
    return Box(west=west, south=south, east=east, north=north)


def _wrong_box(numbers: tuple[float, ...]) -> str | None:
    if len(numbers) != 4:
        return _("A box has four numbers (west, south, east, north), not %(count)s.", count=len(numbers))
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        return _("The longitudes of a box are from −180 to 180 degrees.")
    if not (-90 <= south <= 90 and -90 <= north <= 90):
        return _("The latitudes of a box are from −90 to 90 degrees.")
    if south > north:
        return _("The box’s south is above its north. Write west, south, east, north.")
    return None


def _cone(written: str) -> Circle | None:
    if not written:
        return None
    x, y, radius = _numbers(written, _wrong_cone, "sky")
    return Circle(x=x, y=y, radius=radius)


def _wrong_cone(numbers: tuple[float, ...]) -> str | None:
    if len(numbers) != 3:
        return _("A cone on the sky has three numbers (right ascension, declination, radius), not %(count)s.", count=len(numbers))
    x, y, radius = numbers
    if not (0 <= x <= 360 and -90 <= y <= 90 and 0 <= radius <= 180):
        return _("A cone’s right ascension is from 0 to 360, its declination from −90 to 90, its radius from 0 to 180 degrees.")
    return None


def _sort(written: str) -> str | None:
    if not written:
        return None
    if written not in SORTS:
        message = _("Results cannot be ordered by “%(sort)s”; they can by: %(known)s.", sort=written, known=", ".join(SORTS))
        raise QueryError(message, parameter="sort")
    return written


def _page(written: str) -> int:
    if not written:
        return 1
    if not (written.isascii() and written.isdigit() and len(written) <= 7 and 1 <= int(written) <= MAX_PAGE):
        message = _("“%(page)s” is no page of results; pages are counted from 1.", page=written)
        raise QueryError(message, parameter="page")
    return int(written)

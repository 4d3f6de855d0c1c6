"""The results page: what its template shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.query import Fragment, Hit, Page, SearchPage
from catalogue.service import Catalogue
from catalogue.service.addresses import with_parameters
from catalogue.service.exporting import MAX_WEB_RECORDS
from mappings.figures import Figure, thumbnail
from mappings.vocabularies.labels import label, value_label
from mappings.vocabularies.words import date_words, number_words
from records.model import Record
from ui.histogram import Histogram, histogram
from ui.links import OrderLink, order_link
from ui.records_in_words import RecordItem, record_item
from ui.search_form import FACETS, MORE_SIZE, PAGE_SIZE, FacetField, SearchForm, box_text, cone_text
from ui.speech import _, ngettext
from ui.words import box_words, circle_words, excerpt, without_signs

_SNIPPET: Final = 260
_SAID: Final = {
    "alternate_title": "alternate_titles",
    "resource_identifier": "identifiers",
    "relation": "relations",
    "person": "individual",
    "rights": "constraints",
    "link": "links",
    "named_year": "year",
}
"""Fields of the index whose words are those of another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitItem:
    """A hit as it is shown.

    Attributes:
        who: the first organisation and how many others; None when none is named.
        carriers: platforms and instruments.
        found_in: in words, the fields in which words were found that are not shown.
        order: where its data are ordered; None when they are not, or the document's address cannot be followed.
    """

    item: RecordItem
    identifier: str
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]
    found_in: str
    who: str | None
    carriers: str | None
    order: OrderLink | None
    thumbnail: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet; `count` is None where it was not counted. Following `href` selects it, or takes it off."""

    words: str
    count: str | None
    href: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetList:
    """A facet; `more` is the address that shows it at length, None where all is shown; `long` when it is shown so."""

    parameter: str
    title: str
    values: tuple[FacetValue, ...]
    more: str | None
    long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter in force, the address without it, and how many records that finds, where it was counted."""

    name: str
    words: str
    form: SearchForm
    count: str | None = None

    @property
    def href(self) -> str:
        """The address without this filter."""
        return self.form.address()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A page of the results; no `href` for the present one; no number for a gap."""

    number: str | None
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A way to order the results."""

    words: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """All that the results page shows.

    Attributes:
        count: "1–10 of 213 records".
        hidden: the parameters that a form of one filter must carry along, without the page.
        instead: chips with counts, when nothing was found.
        unknown_parent: the identifier of the parent asked for, where no record has it.
        exact_href: the same search, only as written; None unless other words were searched.
        last_page: the address of the last page, when a page behind it was asked for.
        export_all: what exporting without ticks does, in words.
    """

    form: SearchForm
    heading: str
    count: str
    number_matched: int
    hits: tuple[HitItem, ...]
    facets: tuple[FacetList, ...]
    histogram: Histogram | None
    chips: tuple[Chip, ...]
    clear_href: str
    orders: tuple[Order, ...]
    pages: tuple[PageLink, ...]
    previous: str | None
    next: str | None
    unknown_parent: str | None
    searched_as: str | None
    exact_href: str | None
    instead: tuple[Chip, ...]
    last_page: str | None
    feed: str
    export_all: str

    @property
    def bbox(self) -> str:
        """The box as it is typed."""
        return box_text(self.form.bbox) if self.form.bbox else ""

    @property
    def sky(self) -> str:
        """The cone as it is typed."""
        return cone_text(self.form.sky) if self.form.sky else ""

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Return the parameters that a form which sets those named must carry along."""
        return [(name, value) for name, value in self.form.parameters() if name not in {*without, "page", "more"}]


def results_page(catalogue: Catalogue, form: SearchForm, *, language: str, now: datetime) -> ResultsPage:
    """Ask the catalogue and return the page."""
    answer = catalogue.search(form.query())
    total = answer.number_matched
    chips = tuple(_chips(form, catalogue, language))
    last = max(1, -(-total // PAGE_SIZE))
    asked = set((answer.searched_as or form.q).casefold().split())
    return ResultsPage(
        form=form,
        heading=_heading(form),
        count=_count(form, len(answer.hits), total, language),
        number_matched=total,
        hits=tuple(_hit(hit, catalogue, len(asked), language=language, now=now) for hit in answer.hits),
        facets=tuple(_facets(form, answer, language)),
        histogram=histogram(answer.facets.get("year", ()), form, now=now, language=language),
        chips=chips,
        clear_href=SearchForm(q=form.q, sort=form.sort).address(),
        orders=tuple(_orders(form)),
        pages=tuple(_pages(form, last, language)),
        previous=form.on_page(form.page - 1).address() if 1 < form.page <= last else None,
        next=form.on_page(form.page + 1).address() if form.page < last else None,
        searched_as=without_signs(answer.searched_as) if answer.searched_as else None,
        unknown_parent=_unknown_parent(catalogue, form) if not total else None,
        exact_href=form.first(exact=True).address() if answer.searched_as else None,
        instead=() if total else tuple(_counted(catalogue, form, language)),
        last_page=form.on_page(last).address() if total and form.page > last else None,
        feed=with_parameters("/feed", form.first(sort=None).parameters()),
        export_all=_export_all(total, language),
    )


def _heading(form: SearchForm) -> str:
    if form.has_words:
        return _("Results for “%(words)s”", words=form.q)
    return _("Results") if form.filtered else _("All records")


def _count(form: SearchForm, shown: int, total: int, language: str) -> str:
    if not total:
        return _("No record matches")
    if not shown:
        return ngettext("%(all)s record", "%(all)s records", total, all=number_words(total, language))
    if total == 1:
        return ngettext("%(all)s record", "%(all)s records", 1, all="1")
    first = (form.page - 1) * PAGE_SIZE + 1
    numbers = {
        "first": number_words(first, language),
        "last": number_words(first + shown - 1, language),
        "all": number_words(total, language),
    }
    return _("%(first)s–%(last)s of %(all)s records", **numbers)


def _export_all(total: int, language: str) -> str:
    if total > MAX_WEB_RECORDS:
        return _("Tick records to export them, at most %(limit)s at once.", limit=number_words(MAX_WEB_RECORDS, language))
    return ngettext(
        "Without ticks, the one record is exported.", "Without ticks, all %(all)s are exported.", total, all=number_words(total, language)
    )


def _hit(hit: Hit, catalogue: Catalogue, words: int, *, language: str, now: datetime) -> HitItem:
    record = hit.record
    order = catalogue.orderable(record)
    snippet = hit.snippet or ((Fragment(excerpt(record.abstract, _SNIPPET)),) if record.abstract else ())
    return HitItem(
        item=record_item(record, language=language, now=now),
        identifier=record.identifier,
        title=hit.title or (Fragment(record.display_title),),
        snippet=snippet,
        found_in=_found_in(hit, words, language),
        who=_who(record, language),
        carriers=_carriers(record) or None,
        order=order_link(order) if order else None,
        thumbnail=thumbnail(record),
    )


def _found_in(hit: Hit, words: int, language: str) -> str:
    """Where words were found that are not seen in what is shown of the hit; "" where all of them are seen."""
    seen = {piece.text.casefold() for piece in (*hit.title, *hit.snippet) if piece.marked}
    if len(seen) >= words:
        return ""
    names = dict.fromkeys(label(_SAID.get(name, name), language).lower() for name in hit.found_in)
    return ", ".join(names)


def _who(record: Record, language: str) -> str | None:
    names = record.organisations
    if len(names) > 1:
        others = len(names) - 1
        return ngettext(
            "%(name)s and one other", "%(name)s and %(others)s others", others, name=names[0], others=number_words(others, language)
        )
    return names[0] if names else None


def _carriers(record: Record) -> str:
    names = dict.fromkeys([each.name for each in record.platforms[:2]] + [each.name for each in record.instruments[:2]])
    return " · ".join(names)


def _facets(form: SearchForm, answer: SearchPage, language: str) -> Iterator[FacetList]:
    for name, facet in FACETS.items():
        counted = answer.facets.get(facet.field, ())
        selected = form.selected.get(name, ())
        narrows = len(counted) > 1 or any(row.count < answer.number_matched for row in counted)
        if not (selected or (facet.shown and narrows)):
            continue
        long = form.more == name
        counts = {row.value: row.count for row in counted}
        uncounted = [value for value in selected if value not in counts]
        if len(counted) < MORE_SIZE:  # all there are were counted
            counts |= dict.fromkeys(uncounted, 0)
        shown = [row.value for row in (counted if long else counted[: facet.size])]
        shown += [value for value in selected if value not in shown and value not in uncounted]
        values = (_value(form, facet, value, counts.get(value), language) for value in (*uncounted, *shown))
        more = None if long or len(counted) <= facet.size else f"{form.first(more=name, page=form.page).address()}#facet-{name}"
        yield FacetList(parameter=name, title=label(facet.field, language), values=tuple(values), more=more, long=long)


def _value(form: SearchForm, facet: FacetField, value: str, count: int | None, language: str) -> FacetValue:
    return FacetValue(
        words=value_label(facet.field, value, language),
        count=None if count is None else number_words(count, language),
        href=form.toggled(facet.parameter, value).address(),
        selected=value in form.selected.get(facet.parameter, ()),
    )


def _chips(form: SearchForm, catalogue: Catalogue, language: str) -> Iterator[Chip]:
    yield from _value_chips(form, language)
    yield from _other_chips(form, catalogue, language)


def _value_chips(form: SearchForm, language: str) -> Iterator[Chip]:
    for name, values in form.selected.items():
        field = FACETS[name].field
        for value in values:
            yield Chip(name=label(field, language), words=value_label(field, value, language), form=form.toggled(name, value).first())


def _other_chips(form: SearchForm, catalogue: Catalogue, language: str) -> Iterator[Chip]:
    if form.begin:
        yield Chip(name=_("From"), words=date_words(form.begin, language), form=form.first(begin=None))
    if form.end:
        yield Chip(name=_("To"), words=date_words(form.end, language), form=form.first(end=None))
    if form.bbox:
        yield Chip(name=_("On the Earth"), words=box_words(form.bbox, language), form=form.first(bbox=None))
    if form.sky:
        yield Chip(name=_("On the sky"), words=circle_words(form.sky, language), form=form.first(sky=None))
    if form.parent:
        yield Chip(name=label("parent", language), words=_title_of(catalogue, form.parent), form=form.first(parent=None))
    if form.exact and form.q:
        yield Chip(name=_("Spelling"), words=_("only as written"), form=form.first(exact=False))


def _title_of(catalogue: Catalogue, identifier: str) -> str:
    (parent,) = catalogue.engine.get_many([identifier])
    return parent.display_title if parent else identifier


def _unknown_parent(catalogue: Catalogue, form: SearchForm) -> str | None:
    if form.parent is None:
        return None
    (parent,) = catalogue.engine.get_many([form.parent])
    return None if parent else form.parent


def _facet_chips(form: SearchForm, language: str) -> Iterator[Chip]:
    """Each facet with all that is selected in it: one value less would only narrow further."""
    for name, values in form.selected.items():
        field = FACETS[name].field
        others = {other: each for other, each in form.selected.items() if other != name}
        said = ", ".join(value_label(field, value, language) for value in values)
        yield Chip(name=label(field, language), words=said, form=form.first(selected=others))


def _counted(catalogue: Catalogue, form: SearchForm, language: str) -> Iterator[Chip]:
    """For each filter that finds something when it is taken off, how much: as many questions as there are kinds of filters at most."""
    without_words = [Chip(name=_("Words"), words=form.q, form=form.first(q=""))] if form.q and form.filtered else []
    for chip in (*_facet_chips(form, language), *_other_chips(form, catalogue, language), *without_words):
        count = catalogue.search(chip.form.query(facets=False, page=Page(limit=0))).number_matched
        if count:
            counted = number_words(count, language)
            yield Chip(
                name=chip.name, words=chip.words, form=chip.form, count=ngettext("%(all)s record", "%(all)s records", count, all=counted)
            )


def _orders(form: SearchForm) -> Iterator[Order]:
    words = {
        "relevance": _("Relevance"),
        "title": _("Title A–Z"),
        "-title": _("Title Z–A"),
        "-created": _("Newest metadata"),
        "created": _("Oldest metadata"),
    }
    for name, said in words.items():
        if name != "relevance" or form.has_words:
            yield Order(words=said, href=form.sorted_by(name).address(), current=name == form.order)


def _pages(form: SearchForm, last: int, language: str) -> Iterator[PageLink]:
    if last == 1:
        return
    near = range(max(1, form.page - 1), min(last, form.page + 1) + 1)
    before = 0
    for number in sorted({1, *near, last}):
        if number > before + 1:
            yield PageLink(number=None, href=None)
        href = None if number == form.page else form.on_page(number).address()
        yield PageLink(number=number_words(number, language), href=href)
        before = number

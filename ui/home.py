"""The home page and the lists to browse by: what their templates show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.query import FacetRequest, Page, SearchQuery
from catalogue.service import Catalogue, Overview
from mappings.vocabularies.labels import label, value_label
from mappings.vocabularies.words import moment_words, number_words
from records.codes import Domain
from ui.addresses import search_path
from ui.links import NamedLink
from ui.records_in_words import RecordItem, record_item
from ui.search_form import FACETS, FacetField
from ui.speech import _, ngettext

BROWSE: Final = ("project", "instrument", "topic", "organisation")
"""What the home page offers to browse by."""
_BROWSED: Final = 1000
"""Values of a facet that a list to browse shows."""
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCard:
    """A science domain: its records, and missions of it."""

    domain: Domain
    name: str
    says: str
    count: str
    number: int
    href: str
    missions: tuple[NamedLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """All that the home page shows; `totals` is a line of figures."""

    totals: str
    empty: bool
    domains: tuple[DomainCard, ...]
    examples: tuple[NamedLink, ...]
    newest: tuple[RecordItem, ...]
    browse: tuple[NamedLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsePage:
    """A list to browse by: a facet's values, in the order of the alphabet, by their first letters."""

    title: str
    letters: tuple[tuple[str, tuple[NamedLink, ...]], ...]
    others: tuple[NamedLink, ...]


def home_page(catalogue: Catalogue, *, language: str, now: datetime) -> HomePage:
    """Ask the catalogue and return the page."""
    overview = catalogue.overview()
    cards = tuple(
        DomainCard(
            domain=domain,
            name=label(domain, language),
            says=_domain_says(domain),
            count=number_words(overview.domains[domain], language),
            number=overview.domains[domain],
            href=search_path(("domain", domain.value)),
            missions=tuple(NamedLink(words=row.value, href=search_path(("project", row.value))) for row in overview.missions[domain]),
        )
        for domain in Domain
    )
    examples = [mission for card in cards for mission in card.missions[:1]][:_EXAMPLES]
    return HomePage(
        totals=_totals(overview, language),
        empty=not overview.records,
        domains=cards,
        examples=tuple(NamedLink(words=example.words, href=search_path(("q", example.words))) for example in examples),
        newest=tuple(record_item(record, language=language, now=now) for record in overview.newest),
        browse=tuple(NamedLink(words=_several(FACETS[name], language), href=f"/browse/{name}") for name in BROWSE),
    )


def browse_page(catalogue: Catalogue, facet: FacetField, *, language: str) -> BrowsePage:
    """Ask the catalogue for a facet's values and return the page."""
    request = FacetRequest(field=facet.field, size=_BROWSED)
    counted = catalogue.search(SearchQuery(facets=(request,), page=Page(limit=0))).facets[facet.field]
    links = [
        NamedLink(
            words=value_label(facet.field, row.value, language),
            href=search_path((facet.parameter, row.value)),
            count=number_words(row.count, language),
        )
        for row in counted
    ]
    letters: dict[str, list[NamedLink]] = {}
    for link in sorted(links, key=lambda link: link.words.casefold()):
        letters.setdefault(link.words[0].upper() if link.words[0].isalpha() else "#", []).append(link)
    return BrowsePage(
        title=_several(facet, language),
        letters=tuple((letter, tuple(values)) for letter, values in letters.items()),
        others=tuple(
            NamedLink(words=_several(FACETS[name], language), href=f"/browse/{name}")
            for name in (*BROWSE, "platform")
            if name != facet.parameter
        ),
    )


def _totals(overview: Overview, language: str) -> str:
    """How many records there are, how many lead to an order, and when something last changed."""
    parts = [ngettext("%(count)s record", "%(count)s records", overview.records, count=number_words(overview.records, language))]
    if overview.orderable:
        count = number_words(overview.orderable, language)
        parts.append(ngettext("%(count)s with data to order", "%(count)s with data to order", overview.orderable, count=count))
    if overview.updated:
        parts.append(_("last change on %(date)s", date=moment_words(overview.updated, language)))
    return " · ".join(parts)


def _several(facet: FacetField, language: str) -> str:
    """What the values of a facet are called together."""
    names = {
        "project": _("Missions and projects"),
        "platform": _("Platforms"),
        "instrument": _("Instruments"),
        "topic": _("Topics"),
        "organisation": _("Organisations"),
        "keyword": _("Keywords"),
    }
    return names.get(facet.parameter) or label(facet.field, language)


def _domain_says(domain: Domain) -> str:
    return {
        Domain.EARTH: _("oceans, ice, land, atmosphere"),
        Domain.UNIVERSE: _("stars, planets, the Sun, plasmas"),
        Domain.LIFE: _("living things in weightlessness"),
        Domain.MATERIAL: _("fluids, crystals, combustion"),
    }[domain]

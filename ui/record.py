"""The record page: what its template shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.service import Catalogue, RecordView
from catalogue.service.addresses import record_path
from mappings.citation import Citation, citation
from mappings.figures import Figure, figures
from mappings.formats.jsonld import jsonld
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import number_words
from records.codes import ContactScope, Domain, LinkFunctionCode
from records.model import Contact, Link, Record
from ui.addresses import search_path
from ui.facts import Fact, facts
from ui.links import NamedLink, OrderLink, order_link
from ui.places import earth_places
from ui.records_in_words import AccessWords, RecordItem, access_words, period_words, record_item
from ui.speech import _
from ui.words import Piece, addressee, excerpt, followable, letter_to, paragraphs

KEYWORDS_SHOWN: Final = 60
"""Keywords of one thesaurus that are shown at first."""
_FUNCTIONS: Final = (
    LinkFunctionCode.ORDER,
    LinkFunctionCode.DOWNLOAD,
    LinkFunctionCode.FILE_ACCESS,
    LinkFunctionCode.OFFLINE_ACCESS,
    LinkFunctionCode.SEARCH,
    LinkFunctionCode.BROWSING,
    LinkFunctionCode.BROWSE_GRAPHIC,
    LinkFunctionCode.INFORMATION,
    LinkFunctionCode.COMPLETE_METADATA,
    LinkFunctionCode.UPLOAD,
    LinkFunctionCode.EMAIL_SERVICE,
    None,
)
"""The order in which links are grouped: what brings data first."""

Paragraphs = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A row of the table of contacts; of each e-mail address the address that writes to it, None where it cannot be one."""

    type: str
    organisation: str | None
    organisation_href: str | None
    individual: str | None
    position: str | None
    emails: tuple[tuple[str, str | None], ...]
    phones: tuple[str, ...]
    address: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkItem:
    """A link of the record; no `href` where the document's address cannot be followed."""

    words: str
    href: str | None
    says: str | None
    protocol: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordGroup:
    """The keywords of one thesaurus, each a search; `left` of them are not shown."""

    thesaurus: str
    keywords: tuple[NamedLink, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """All that the record page shows. What a record does not have is None or ().

    Attributes:
        exports: the record in every format; `note` says which is its source.
        cite: how to cite the data, in words and for reference managers.
        meta: Dublin Core for the page's head.
        jsonld: schema.org for search engines.
        places: GeoJSON for the map that can be moved; None without places on the Earth.
    """

    view: RecordView
    title: str
    domain: Domain | None
    crumbs: tuple[NamedLink, ...]
    summary: tuple[str, ...]
    access: AccessWords | None
    order: OrderLink | None
    exports: tuple[NamedLink, ...]
    abstract: Paragraphs
    purpose: Paragraphs
    lineage: Paragraphs
    children: tuple[RecordItem, ...]
    children_total: str
    children_href: str | None
    constraints: tuple[tuple[str, Paragraphs], ...]
    licence: NamedLink | None
    links: tuple[tuple[str, tuple[LinkItem, ...]], ...]
    cite: Citation
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    contacts: tuple[ContactRow, ...]
    categories: tuple[NamedLink, ...]
    keywords: tuple[KeywordGroup, ...]
    related: tuple[RecordItem, ...]
    description: str
    meta: tuple[tuple[str, str], ...]
    jsonld: object
    places: object

    @property
    def record(self) -> Record:
        """The record itself."""
        return self.view.record

    def at(self, **parameters: str) -> str:
        """Return the address of another view of this record."""
        return record_path(self.record.identifier, **parameters)


def record_page(catalogue: Catalogue, identifier: str, *, language: str, now: datetime, all_keywords: bool = False) -> RecordPage:
    """Ask the catalogue and return the page.

    Raises:
        NotFoundError: there is no such record.
    """
    view = catalogue.view(identifier)
    record = view.record
    more = view.children_total > len(view.children)
    return RecordPage(
        view=view,
        title=record.display_title,
        domain=view.domain,
        crumbs=tuple(_crumbs(view, language)),
        summary=tuple(_summary(record, language)),
        access=access_words(record, language=language, now=now),
        order=order_link(view.order) if view.order else None,
        exports=tuple(_exports(view)),
        abstract=paragraphs(record.abstract) if record.abstract else (),
        purpose=paragraphs(record.purpose) if record.purpose else (),
        lineage=paragraphs(record.lineage) if record.lineage else (),
        children=tuple(record_item(child, language=language, now=now) for child in view.children),
        children_total=number_words(view.children_total, language),
        children_href=search_path(("parent", identifier)) if more else None,
        constraints=tuple(_constraints(record, language)),
        licence=_licence(record),
        links=tuple(_links(view, language)),
        cite=citation(record, url=view.url, language=language),
        facts=tuple(facts(record, language)),
        figures=figures(record, language),
        contacts=tuple(_contact(contact, language) for contact in record.contacts),
        categories=tuple(NamedLink(words=name, href=search_path(("category", name))) for name in record.cnes_categories),
        keywords=tuple(_keywords(record, language, shown=None if all_keywords else KEYWORDS_SHOWN)),
        related=tuple(record_item(other, language=language, now=now) for other in view.related),
        description=excerpt(record.abstract or "", 300),
        meta=tuple(_meta(view)),
        jsonld=_summarised(jsonld(record, url=view.url, catalogue=catalogue.base_url)),
        places=earth_places(record),
    )


def _crumbs(view: RecordView, language: str) -> Iterator[NamedLink]:
    if view.domain:
        yield NamedLink(words=label(view.domain, language), href=search_path(("domain", view.domain.value)))
    for above in view.ancestors:
        yield NamedLink(words=above.display_title, href=record_path(above.identifier))
    if not view.ancestors and view.record.projects:
        name = view.record.projects[0].name
        yield NamedLink(words=name, href=search_path(("project", name)))


def _summary(record: Record, language: str) -> Iterator[str]:
    """What the record is, in one line: kind, who, when."""
    if record.type:
        yield label(record.type, language)
    if record.organisations:
        yield record.organisations[0]
    period = period_words(record, language)
    if period:
        yield period


def _exports(view: RecordView) -> Iterator[NamedLink]:
    yield NamedLink(words="PDF", href=record_path(view.record.identifier, f="pdf"))
    for rendition in view.renditions:
        source = _("as it came") if rendition.is_source else None
        yield NamedLink(words=rendition.title, href=record_path(view.record.identifier, f=rendition.name), note=source)
    yield NamedLink(words="CSV", href=record_path(view.record.identifier, f="csv"))


def _constraints(record: Record, language: str) -> Iterator[tuple[str, Paragraphs]]:
    for constraint in record.constraints:
        name = label(constraint.kind, language)
        if constraint.code:
            name = f"{name}: {label(constraint.code, language)}" if language == "en" else f"{name} : {label(constraint.code, language)}"
        yield name, paragraphs(constraint.text) if constraint.text else ()


def _licence(record: Record) -> NamedLink | None:
    licence = record.licence
    if licence is None:
        return None
    return NamedLink(words=licence.name or licence.url or "", href=followable(licence.url or "") or "")


def _links(view: RecordView, language: str) -> Iterator[tuple[str, tuple[LinkItem, ...]]]:
    record = view.record
    made = (view.order,) if view.order and view.order not in record.links else ()
    for function in _FUNCTIONS:
        found = tuple(_link(link) for link in (*made, *record.links) if link.function is function)
        if found:
            yield label(function, language) if function else _("Other addresses"), found


def _link(link: Link) -> LinkItem:
    """A letter is said to be one."""
    to = addressee(link.url)
    return LinkItem(
        words=_("by e-mail to %(address)s", address=to) if to and link.name in {None, to} else link.name or link.url,
        href=followable(link.url),
        says=link.description if link.description != link.name else None,
        protocol=link.protocol,
    )


def _contact(contact: Contact, language: str) -> ContactRow:
    scope = label(contact.scope, language)
    role = label(contact.role, language) if contact.role else None
    town = " ".join(part for part in (contact.postal_code, contact.city) if part)
    address = ", ".join(part for part in (*contact.address, town, contact.region, contact.country) if part)
    return ContactRow(
        type=f"{scope} ({role.lower()})" if role and contact.scope is not ContactScope.RESOURCE else role or scope,
        organisation=contact.organisation,
        organisation_href=search_path(("organisation", contact.organisation)) if contact.organisation else None,
        individual=contact.individual,
        position=contact.position,
        emails=tuple((email, letter_to(email)) for email in contact.emails),
        phones=contact.phones,
        address=address or None,
        url=followable(contact.url) if contact.url else None,
    )


def _keywords(record: Record, language: str, *, shown: int | None) -> Iterator[KeywordGroup]:
    groups: dict[str, list[str]] = {}
    for keyword in record.keywords:
        kind = label(keyword.type, language) if keyword.type else ""
        groups.setdefault(keyword.thesaurus or kind, []).append(keyword.term)
    for name, terms in groups.items():
        once = list(dict.fromkeys(terms))
        links = tuple(NamedLink(words=term, href=search_path(("keyword", term))) for term in once[:shown])
        yield KeywordGroup(thesaurus=name, keywords=links, left=len(once) - len(links))


def _meta(view: RecordView) -> Iterator[tuple[str, str]]:
    """Dublin Core in HTML, as DCMI's recommendation names the elements."""
    record = view.record
    yield "DC.title", record.display_title
    yield "DC.identifier", view.url
    yield from (("DC.creator", name) for name in record.organisations[:10])
    yield from (("DC.subject", keyword.term) for keyword in record.keywords[:20])
    if record.metadata_date:
        yield "DC.date", record.metadata_date.text
    if record.type:
        yield "DC.type", record.type.value
    if record.language:
        yield "DC.language", record.language


def _summarised(data: Mapping[str, object]) -> dict[str, object]:
    """Return JSON-LD with no more keywords than a page has room for; `f=jsonld` has them all."""
    keywords = data.get("keywords")
    return {**data, "keywords": keywords[:KEYWORDS_SHOWN]} if isinstance(keywords, list) else dict(data)

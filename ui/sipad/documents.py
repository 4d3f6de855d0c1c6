"""Documents that go with the data, and who helps: what the records of the missions in the tree lead to."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.visitors import Visitor
from catalogue.service.addresses import record_path
from records.codes import LinkFunctionCode
from records.model import Record
from ui.links import NamedLink
from ui.sipad.current import Sipad
from ui.sipad.sight import Seen, TreeSight
from ui.speech import _
from ui.words import followable, letter_to

_DOCUMENTS = (LinkFunctionCode.INFORMATION, LinkFunctionCode.COMPLETE_METADATA, LinkFunctionCode.BROWSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionDocuments:
    """What there is to read of a mission."""

    title: str
    links: tuple[NamedLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who answers for data: whom it is about, and how he is written to."""

    name: str
    of: str
    email: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """Who helps: those who run the archive, and those who answer for the data."""

    email: str | None
    href: str | None
    people: tuple[Person, ...]


def documents_page(sipad: Sipad, visitor: Visitor) -> tuple[MissionDocuments, ...]:
    """Return what there is to read of the missions and of what is right below them."""
    sight = TreeSight(sipad, visitor)
    found = []
    for root in _described(sight.of(sipad.tree.roots())):
        nodes = [root, *_described(sight.of(sipad.tree.children(root.node.id)))]
        links = tuple(link for record in records(sipad, nodes) for link in _links(record))
        found.append(MissionDocuments(title=root.node.title, links=tuple(dict.fromkeys(links))))
    return tuple(each for each in found if each.links)


def contact_page(sipad: Sipad, visitor: Visitor) -> ContactPage:
    """Return who helps."""
    nodes = _described(TreeSight(sipad, visitor).of(sipad.tree.roots()))
    people = [person for record in records(sipad, nodes) for person in _people(record)]
    return ContactPage(email=sipad.contact, href=letter_to(sipad.contact) if sipad.contact else None, people=tuple(dict.fromkeys(people)))


def records(sipad: Sipad, nodes: list[Seen]) -> list[Record]:
    """Return the catalogue records of nodes; a node without one is passed over."""
    return [record for record in sipad.catalogue.engine.get_many([seen.node.identifier for seen in nodes]) if record is not None]


def _described(nodes: list[Seen]) -> list[Seen]:
    return [seen for seen in nodes if seen.decision.described]


def _links(record: Record) -> Iterator[NamedLink]:
    title = record.display_title
    yield NamedLink(words=title, href=record_path(record.identifier), note=_("catalogue record"))
    yield NamedLink(words=title, href=record_path(record.identifier, f="pdf"), note="PDF")
    for link in record.links:
        href = followable(link.url)
        if link.function in _DOCUMENTS and href:
            yield NamedLink(words=link.name or link.url, href=href, note=link.description if link.description != link.name else None)


def _people(record: Record) -> Iterator[Person]:
    for contact in record.contacts:
        for email in contact.emails[:1]:
            name = ", ".join(part for part in (contact.individual, contact.organisation) if part)
            yield Person(name=name, of=record.display_title, email=email, href=letter_to(email))

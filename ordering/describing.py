"""What the description of a node tells, in the order of SIPAD's description page, with labels in English and French.

What a node does not tell itself, it has of those above it: `Node.details` may hold, all of it optional, "remark", "topic", "run",
"run_type", "field_of_view", "data_type", "level" and "format"; "project" with "title", "alternate_title", "start", "stop" and
"description"; "instrument" with "name", "type" and "description"; "platform" with "name" and "description"; and "contacts", a list of
objects with "role", "name", "organisation" and "email". A key followed by "_fr" holds the same in French.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ordering.tree import NodeView, Tree

_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "identifier": ("Identifier", "Identifiant"),
    "title": ("Title", "Titre"),
    "remark": ("Remark", "Remarque"),
    "topic": ("Topic", "Thème"),
    "run": ("Run", "Run"),
    "run_type": ("Type of run", "Type de run"),
    "field_of_view": ("Field of view", "Champ de vue"),
    "data_type": ("Type of data", "Type de données"),
    "begins": ("Start date", "Date de début"),
    "ends": ("End date", "Date de fin"),
    "level": ("Processing level", "Niveau de traitement"),
    "format": ("File format", "Format des fichiers"),
    "bytes": ("Total size", "Taille totale"),
    "files": ("Number of objects", "Nombre d'objets"),
    "alternate_title": ("Alternate title", "Autre titre"),
    "start": ("Start", "Début"),
    "stop": ("Stop", "Fin"),
    "description": ("Description", "Description"),
    "name": ("Name", "Nom"),
    "type": ("Type", "Type"),
}
_SECTIONS: Final[Mapping[str, tuple[tuple[str, str], tuple[str, ...]]]] = {
    "project": (("PROJECT", "PROJET"), ("title", "alternate_title", "start", "stop", "description")),
    "instrument": (("INSTRUMENT", "INSTRUMENT"), ("name", "type", "description")),
    "platform": (("PLATFORM", "PLATEFORME"), ("name", "description")),
}
_CONTACTS: Final = ("POINTS OF CONTACT", "POINTS DE CONTACT")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionField:
    """One line of a description.

    Attributes:
        name: what it is called here, e.g. "begins"; of a contact "contact".
        label: what readers see.
        value: in words; dates in UTC.
    """

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a description; the first one has no title."""

    title: str | None
    fields: tuple[DescriptionField, ...]


def describe(tree: Tree, node: NodeView, language: str = "en") -> tuple[Section, ...]:
    """Return the description of a node in a language, "en" or "fr"; fields and sections that would be empty are not there."""
    french = language == "fr"
    details = inherited(tree, node)
    sections = [Section(title=None, fields=tuple(_general(node, details, french=french)))]
    for key, (titles, names) in _SECTIONS.items():
        fields = tuple(_fields(details.get(key) or {}, names, french=french))
        sections.append(Section(title=titles[french], fields=fields))
    contacts = tuple(_contact(contact, french=french) for contact in details.get("contacts", ()))
    sections.append(Section(title=_CONTACTS[french], fields=contacts))
    return tuple(section for section in sections if section.fields)


def inherited(tree: Tree, node: NodeView) -> dict[str, Any]:
    """Return the details of a node: its own, and else those of the nearest node above that has them."""
    details: dict[str, Any] = {}
    for step in tree.path(node.id):
        details |= step.details
    return details


def _general(node: NodeView, details: Mapping[str, Any], *, french: bool) -> Iterator[DescriptionField]:
    yield _field("identifier", node.identifier, french=french)
    yield _field("title", node.title, french=french)
    yield from _fields(details, ("remark", "topic", "run", "run_type", "field_of_view", "data_type"), french=french)
    for name, moment in (("begins", node.begins), ("ends", node.ends)):
        if moment is not None:
            yield _field(name, _time(moment), french=french)
    yield from _fields(details, ("level", "format"), french=french)
    yield _field("bytes", f"{_grouped(round(node.bytes / 1000), french=french)} {'ko' if french else 'kB'}", french=french)
    yield _field("files", _grouped(node.files, french=french), french=french)


def _fields(told: Mapping[str, Any], names: tuple[str, ...], *, french: bool) -> Iterator[DescriptionField]:
    for name in names:
        value = (told.get(f"{name}_fr") if french else None) or told.get(name)
        if value:
            yield _field(name, str(value), french=french)


def _field(name: str, value: str, *, french: bool) -> DescriptionField:
    return DescriptionField(name=name, label=_LABELS[name][french], value=value)


def _contact(contact: Mapping[str, str], *, french: bool) -> DescriptionField:
    role = (contact.get("role_fr") if french else None) or contact.get("role") or "Contact"
    told = [contact[key] for key in ("name", "organisation", "email") if contact.get(key)]
    return DescriptionField(name="contact", label=role, value=", ".join(told))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _grouped(number: int, *, french: bool) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if french else f"{number:,}"

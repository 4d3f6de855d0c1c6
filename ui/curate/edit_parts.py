"""Contacts, links and times in the form that a record is edited by."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from mappings.vocabularies.labels import label
from mappings.vocabularies.words import interval_words
from records.codes import ContactScope, LinkFunctionCode, RoleCode
from records.dates import TimeInterval
from records.model import Contact, Link
from ui.curate.edit_rows import Column, Row, Sent, code_column, date_column, lines_column, row_of, text_column, values_of
from ui.language import language
from ui.speech import _

_LEADS: Final = re.compile(r"(https?|s?ftps?)://\S|mailto:\S+@|doi:\S", re.IGNORECASE)
"""How an address begins that somebody types."""
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
Part = TypeVar("Part", Contact, Link, TimeInterval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Part]):
    """A kind of parts that a record has a list of.

    Attributes:
        key: what the names of their fields begin with.
        columns: their fields.
        blank: what a new one begins as.
        words: says in a few words which one it is.
        fault: says what is wrong with one as a whole; None for nothing.
    """

    key: str
    columns: list[Column]
    blank: Part
    new: str
    words: Callable[[Part], str]
    fault: Callable[[Part], str | None]

    def rows(self, parts: Sequence[Part], sent: Sent | None, blanks: int) -> list[Row]:
        """Return the rows of all parts, and of so many that may be filled in."""
        first = [row_of(self.columns, part, f"{self.key}-{number}", sent, legend=self.words(part)) for number, part in enumerate(parts)]
        places = range(len(parts), len(parts) + blanks)
        new = [row_of(self.columns, self.blank, f"{self.key}-{number}", sent, legend=self.new, is_new=True) for number in places]
        return first + new

    def read(self, parts: Sequence[Part], rows: Sequence[Row]) -> tuple[Part, ...]:
        """Return what the rows say; what is wrong is written into them."""
        found: list[Part] = []
        for number, row in enumerate(rows):
            if row.removed or (row.is_new and not row.filled):
                continue
            part = self.blank if row.is_new else parts[number]
            values: dict[str, Any] = values_of(self.columns, part, row)
            read = replace(part, **values)
            if read != part or row.is_new:
                row.fault = self.fault(read)
            found.append(read)
        return tuple(found)


def contacts_kind() -> Kind[Contact]:
    """Return how contacts are edited."""
    speak = language()
    return Kind(
        key="contact",
        columns=[
            text_column("organisation", _("Organisation name")),
            text_column("individual", _("Individual name")),
            text_column("position", _("Position")),
            code_column("scope", _("Answers for"), ContactScope, lambda code: label(code, speak), none=False),
            code_column("role", _("Role"), RoleCode, lambda code: label(code, speak)),
            lines_column("emails", _("E-mail addresses"), _("One a line.")),
            lines_column("phones", _("Telephones"), _("One a line.")),
            lines_column("address", _("Street"), _("As many lines as it has.")),
            text_column("postal_code", _("Postal code")),
            text_column("city", _("City")),
            text_column("region", _("Region")),
            text_column("country", _("Country")),
            text_column("url", _("Web page"), length=2000),
        ],
        blank=Contact(),
        new=_("Add a contact"),
        words=_contact_words,
        fault=_contact_fault,
    )


def links_kind() -> Kind[Link]:
    """Return how links are edited."""
    speak = language()
    return Kind(
        key="link",
        columns=[
            text_column("url", _("Address"), length=2000),
            text_column("name", _("Name")),
            code_column("function", _("What it is for"), LinkFunctionCode, lambda code: label(code, speak)),
            text_column("description", _("Description"), kind="textarea", length=4000),
            text_column("protocol", _("Protocol")),
            text_column("media_type", _("Format of what is there")),
        ],
        blank=Link(url=""),
        new=_("Add a link"),
        words=lambda link: link.name or link.url,
        fault=_link_fault,
    )


def times_kind() -> Kind[TimeInterval]:
    """Return how times are edited."""
    speak = language()
    return Kind(
        key="time",
        columns=[
            date_column("begin", _("Begin")),
            date_column("end", _("End"), _("Empty while it goes on.")),
        ],
        blank=TimeInterval(),
        new=_("Add a time"),
        words=lambda interval: interval_words(interval, speak),
        fault=_time_fault,
    )


def _contact_words(contact: Contact) -> str:
    who = [part for part in (contact.individual, contact.organisation or contact.position) if part]
    return f"{', '.join(who)} ({label(contact.role or contact.scope, language()).lower()})"


def _contact_fault(contact: Contact) -> str | None:
    if not (contact.individual or contact.organisation or contact.position):
        return _("Please name an organisation, a person or a position.")
    if not all(_EMAIL.fullmatch(each) for each in contact.emails):
        return _("Please give an e-mail address such as name@example.org.")
    return None


def _link_fault(link: Link) -> str | None:
    if not link.url:
        return _("Please give the address of the link.")
    if not _LEADS.match(link.url):
        return _("Please give an address that begins with https://, http://, ftp://, sftp://, mailto: or doi:.")
    return None


def _time_fault(interval: TimeInterval) -> str | None:
    begin, end = interval.seconds
    if begin is None and end is None:
        return _("Please give a beginning or an end, or remove this time.")
    return _("The end lies before the beginning.") if begin is not None and end is not None and end < begin else None

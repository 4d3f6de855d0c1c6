"""The form that a record is edited by: what it shows, and the edits that were typed into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mappings.editing import Edits
from mappings.vocabularies.labels import label
from records.model import Record
from ui.account.fields import Field
from ui.curate.edit_keywords import KeywordsPart, keywords_part, read_keywords
from ui.curate.edit_parts import contacts_kind, links_kind, times_kind
from ui.curate.edit_places import place_rows, read_places
from ui.curate.edit_rows import Row, Sent, WrongError, unified, with_fault, within
from ui.language import language
from ui.speech import _

_BLANKS: Final = {"contacts": 1, "extents": 1, "intervals": 1, "links": 1}
"""Rows to fill in that there are at first."""
_MOST_BLANKS: Final = 20
_ONE_MORE: Final = "more"
_LONGEST: Final = {"title": 2_000, "abstract": 100_000}
"""Characters of texts that are typed."""


@dataclass(slots=True, kw_only=True)
class Section:
    """A list of parts in the form: contacts, places, times or links.

    Attributes:
        name: of the field of the record.
        blanks: how many rows there are to fill in.
        fault: what is wrong with it as a whole; None where nothing is.
    """

    name: str
    words: str
    more: str
    rows: list[Row]
    blanks: int
    fault: str | None = None


@dataclass(slots=True, kw_only=True)
class EditForm:
    """The form.

    Attributes:
        digest: of the document that it was made from.
        title: None where documents of this format are not edited in it; likewise the others.
        faults: what is wrong, sentences with the names of the fields.
        says: what is wrong with the whole; None where nothing is.
    """

    digest: str
    title: Field | None = None
    abstract: Field | None = None
    keywords: KeywordsPart | None = None
    keywords_fault: str | None = None
    sections: list[Section] = field(default_factory=list)
    says: str | None = None

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, sentences with the names of the fields."""
        texts = (self.title, self.abstract, *(self.keywords.groups if self.keywords else ()))
        found = [(each.name, f"{each.words}: {each.fault}") for each in texts if each and each.fault]
        found += [("keywords", self.keywords_fault)] if self.keywords_fault else []
        for section in self.sections:
            found += [(section.name, section.fault)] if section.fault else []
            found += [fault for row in section.rows for fault in row.faults]
        return found

    def tell(self, name: str | None, fault: str) -> None:
        """Write down what is wrong with a field of the record; None: with the whole."""
        section = next((each for each in self.sections if each.name == name), None)
        if section:
            section.fault = fault
        elif name == "title" and self.title:
            self.title = with_fault(self.title, fault)
        elif name == "abstract" and self.abstract:
            self.abstract = with_fault(self.abstract, fault)
        elif name == "keywords" and self.keywords:
            self.keywords_fault = fault
        else:
            self.says = fault


def edit_form(record: Record, digest: str, can: frozenset[str], sent: Sent | None = None, ticked: Sequence[str] = ()) -> EditForm:
    """Return the form of a record: as it is, or as it was sent.

    Args:
        record: as it is now.
        digest: of the document that the form was made from.
        can: the fields that its document can be edited in.
        sent: what the form was sent with; None where it is shown first.
        ticked: the terms of vocabularies that are ticked.
    """
    form = EditForm(digest=digest)
    if "title" in can:
        form.title = _text("title", record.title, sent)
    if "abstract" in can:
        form.abstract = _text("abstract", record.abstract, sent, optional=True)
    if "keywords" in can:
        form.keywords = keywords_part(record.keywords, sent, ticked)
    makers: dict[str, tuple[str, Callable[[int], list[Row]]]] = {
        "contacts": (_("And another contact"), lambda blanks: contacts_kind().rows(record.contacts, sent, blanks)),
        "extents": (_("And another place"), lambda blanks: place_rows(record, sent, blanks)),
        "intervals": (_("And another time"), lambda blanks: times_kind().rows(record.intervals, sent, blanks)),
        "links": (_("And another link"), lambda blanks: links_kind().rows(record.links, sent, blanks)),
    }
    for name, (more, rows) in makers.items():
        if name in can:
            blanks = _blanks(name, sent)
            words = label(name, language())
            form.sections.append(Section(name=name, words=words, more=more, rows=rows(blanks), blanks=blanks))
    return form


def read_edits(record: Record, form: EditForm) -> Edits:
    """Return what was typed that differs from the record; what is wrong is written into the form."""
    read: dict[str, Any] = {}
    if form.title:
        read["title"] = _read(form, form.title, record.title)
        if not read["title"] and record.title:
            form.tell("title", _("Please give a title."))
    if form.abstract:
        read["abstract"] = _read(form, form.abstract, record.abstract)
    if form.keywords:
        read["keywords"] = read_keywords(record.keywords, form.keywords)
    for section in form.sections:
        match section.name:
            case "contacts":
                read["contacts"] = contacts_kind().read(record.contacts, section.rows)
            case "extents":
                read["extents"] = read_places(record, section.rows)
            case "intervals":
                read["intervals"] = times_kind().read(record.intervals, section.rows)
            case "links":
                read["links"] = links_kind().read(record.links, section.rows)
    return Edits(**{name: value for name, value in read.items() if value != getattr(record, name)})


def _text(name: str, present: str | None, sent: Sent | None, *, optional: bool = False) -> Field:
    value = present or "" if sent is None else unified(sent.get(name, present or ""))
    return Field(
        name=name,
        words=label(name, language()),
        value=value,
        kind="textarea",
        optional=optional,
        rows=min(16, max(5, len(value) // 80 + value.count("\n"))) if optional else 2,
    )


def _read(form: EditForm, shown: Field, present: str | None) -> str | None:
    """Return what was typed; the value as it is where nothing was, or too much, which is written into the form."""
    before = unified(present or "")
    if shown.value == before:
        return present
    try:
        return within(shown.value.strip(), before, _LONGEST[shown.name]) or None
    except WrongError as error:
        form.tell(shown.name, str(error))
        return present


def _blanks(name: str, sent: Sent | None) -> int:
    if sent is None:
        return _BLANKS[name]
    text = sent.get(f"blanks-{name}", "")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else _BLANKS[name]
    return min(_MOST_BLANKS, max(1, count) + (sent.get(_ONE_MORE) == name))

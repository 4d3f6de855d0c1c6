"""What this catalogue says of records beside their documents: the form for domain and categories, and what it was sent with."""

from dataclasses import dataclass
from typing import Final

from flask import request

from mappings.editing import KEEP, Keep
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from records.codes import Domain
from records.model import Record
from ui.curate.current import curation
from ui.language import language
from ui.speech import _

SHOWN: Final = 60
"""Categories of other records that are offered."""
_MOST: Final = 50
_LONGEST: Final = 200
_AS_IT_IS: Final = "keep"
"""What a choice is sent as that leaves things as they are; the domain of the document is ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignForm:
    """The form for what is assigned, of one record or of many.

    Attributes:
        domains: to choose from, with their words.
        domain: the one that is chosen.
        categories: of this catalogue's records, and whether they are ticked.
        more: others, one a line.
        told: the categories that the document tells itself, which stay.
        many: whether it is of many records: then what they have may be left as it is.
    """

    domains: list[tuple[str, str]]
    domain: str
    categories: list[tuple[str, bool]]
    more: str
    told: tuple[str, ...]
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAssignment:
    """What the form was sent with."""

    domain: Domain | Keep | None
    categories: tuple[str, ...] | Keep


def assign_form(record: Record | None) -> AssignForm:
    """Return the form of a record; None: of many."""
    assigned = record.assigned if record else None
    ticked = assigned.categories if assigned else ()
    told = tuple(each for each in record.cnes_categories if each not in ticked) if record else ()
    offered = [each for each in curation().catalogue.engine.values("category", SHOWN) if each not in told]
    first = ("", _document_words(record)) if record else ("", _("what their documents say"))
    return AssignForm(
        domains=[*([] if record else [(_AS_IT_IS, _("as it is"))]), first, *((each.value, label(each, language())) for each in Domain)],
        domain=_AS_IT_IS if record is None else assigned.domain.value if assigned and assigned.domain else "",
        categories=[(each, each in ticked) for each in offered],
        more="\n".join(each for each in ticked if each not in offered),
        told=told,
        many=record is None,
    )


def sent_assignment() -> SentAssignment:
    """Return what the form was sent with; what is nonsense leaves things as they are."""
    chosen, lines = request.form.get("domain", _AS_IT_IS), request.form.get("more", "").splitlines()
    typed = [" ".join(each.split())[:_LONGEST] for each in (*request.form.getlist("category"), *lines)]
    keep = request.form.get("categories") == _AS_IT_IS
    return SentAssignment(
        domain=None if chosen == "" else Domain.match(chosen) or KEEP,
        categories=KEEP if keep else tuple(dict.fromkeys(each for each in typed if each))[:_MOST],
    )


def _document_words(record: Record) -> str:
    """What choosing no domain means: the document's own, where it can be told apart from what is assigned."""
    own = None if record.assigned.domain else domain_of(record)
    return _("what the document says (%(domain)s)", domain=label(own, language())) if own else _("what the document says")

"""The way back from a search that cannot be made: all that is wrong with it, and the same search without that."""

from dataclasses import dataclass
from typing import Final

from flask import request
from werkzeug.datastructures import MultiDict

from catalogue.service.addresses import record_path
from mappings.vocabularies.labels import label
from records.errors import FormatError, QueryError
from ui.language import language
from ui.links import NamedLink
from ui.search_form import FACETS, SearchForm
from ui.speech import _, ngettext

_TYPED: Final = ("from", "to", "bbox", "sky")
"""Parameters that a person types, and so can mend."""
_TOGETHER: Final[dict[str | None, tuple[str, ...]]] = {"interval": ("from", "to"), None: tuple(FACETS)}
"""Parameters that are wrong only together, by the name that the error gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedValue:
    """A value as it was typed, to be mended."""

    name: str
    words: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """How the reader goes on.

    Attributes:
        faults: all that is wrong, a sentence each.
        link: the same search without what is wrong.
        typed: the values at fault that can be typed again.
        kept: the parameters that are right: what a form with `typed` must carry along.
    """

    faults: tuple[str, ...]
    link: NamedLink
    typed: tuple[TypedValue, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


def way_back(error: QueryError | FormatError) -> WayBack | None:
    """Return the way back from `error` to what the reader was doing; None where the request was no search and no record."""
    match request.endpoint:
        case "ui.search":
            return _to_search(error, request.args)
        case "ui.export":
            back = _to_search(error, request.values)
            return back and WayBack(faults=back.faults, link=NamedLink(words=_("Back to the results"), href=back.link.href))
        case "ui.record" | "ui.record_by_parameter":
            href = record_path((request.view_args or {}).get("identifier") or request.args["id"])
            return WayBack(faults=(str(error),), link=NamedLink(words=_("Show the record"), href=href))
        case _:
            return None


def _to_search(error: QueryError | FormatError, arguments: "MultiDict[str, str]") -> WayBack | None:
    left = MultiDict(arguments)
    faults, wrong = [str(error)], _parameters(error)
    while True:
        for name in wrong:
            left.poplist(name)
        try:
            form = SearchForm.parse(left)
        except QueryError as other:
            found = _parameters(other)
            if not any(name in left for name in found):
                return None
            faults.append(str(other))
            wrong = (*wrong, *found)
        else:
            break
    once = tuple(dict.fromkeys(wrong))
    return WayBack(
        faults=tuple(faults),
        link=NamedLink(words=_without(once, len(faults)), href=form.address()),
        typed=tuple(TypedValue(name=name, words=_called(name), value=arguments.get(name, "")) for name in _TYPED if name in once),
        kept=tuple(parameter for parameter in form.parameters() if parameter[0] != "page"),
    )


def _parameters(error: QueryError | FormatError) -> tuple[str, ...]:
    """The parameters at fault; what chooses the records or the format of an export is no part of a search."""
    if isinstance(error, FormatError):
        return ("f",)
    return _TOGETHER.get(error.parameter, (error.parameter or "",))


def _without(wrong: tuple[str, ...], faults: int) -> str:
    """What the link says."""
    if set(wrong) <= {"from", "to"}:
        return _("Search without the period")
    match wrong:
        case (name,) if name in FACETS:
            return _("Search without the filter “%(filter)s”", filter=label(FACETS[name].field, language()))
        case (name,):
            said = {
                "bbox": _("Search without the box"),
                "sky": _("Search without the cone"),
                "sort": _("Search in the usual order"),
                "page": _("Show the first page of results"),
            }
            return said.get(name, ngettext("Search without what is wrong", "Search without all of these", 1))
        case _:
            return ngettext("Search without what is wrong", "Search without all of these", faults)


def _called(name: str) -> str:
    """The words of a field to type in, those of the filters."""
    match name:
        case "from":
            return _("From")
        case "to":
            return _("To")
        case "bbox":
            return _("West, south, east, north")
        case _:
            return _("Right ascension, declination, radius")

"""The page on which files of a data set are chosen by criteria, and counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.words import moment_words
from ordering.criteria import Criteria, CriteriaError, Offered, OfferedKind, ValueChoice, ValueRange
from ordering.selecting import ItemView
from ui.language import language
from ui.links import NamedLink
from ui.sipad.current import Sipad
from ui.sipad.quantities import Amount, amount
from ui.sipad.sight import Seen
from ui.speech import _

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the form, filled in.

    Attributes:
        kind: "text" (one line), "list" (of targets), or "choice".
        values: what was typed, or the texts that are ticked.
        offered: the texts to choose from.
        problem: what is wrong with it.
    """

    kind: str
    name: str
    label: str
    values: tuple[str, ...]
    offered: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def id(self) -> str:
        """What the page knows it by."""
        return f"c-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that belong together, under their name; the hint says what there is."""

    name: str
    id: str
    hint: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaPage:
    """What the page shows.

    Attributes:
        whole: all files of the data set.
        found: those that meet the criteria; None where these cannot be understood.
        item: its number in the reader's selection; None where it is not there.
    """

    identifier: str
    title: str
    above: tuple[NamedLink, ...]
    groups: tuple[FieldGroup, ...]
    whole: Amount
    found: Amount | None
    item: int | None

    @property
    def path(self) -> str:
        """The address of the page, without criteria."""
        return f"/sipad/select/{quote_identifier(self.identifier)}"

    @property
    def counting(self) -> str:
        """Where a script asks how many files meet the criteria."""
        return f"/sipad/count/{quote_identifier(self.identifier)}"

    @property
    def says(self) -> str:
        """How many files meet the criteria, in words."""
        return found_words(self.found, self.whole) if self.found else _("Please mend what is marked.")


def criteria_page(
    sipad: Sipad, seen: Seen, typed: "MultiDict[str, str]", item: ItemView | None, above: tuple[NamedLink, ...]
) -> CriteriaPage:
    """Return the page of a data set: with what was typed, or else the criteria it has in the selection."""
    offered = sipad.inventory.offered(seen.node.id)
    given = as_typed(typed)
    if not given and item is not None:
        given = typed_again(item.criteria)
    problem = found = None
    try:
        found = counted(sipad, seen, given, offered)
    except CriteriaError as error:
        problem = error
    return CriteriaPage(
        identifier=seen.node.identifier,
        title=seen.node.title,
        above=above,
        groups=tuple(_groups(offered, given, problem)),
        whole=amount(seen.node.files, seen.node.bytes),
        found=found,
        item=item.item_id if item else None,
    )


def counted(sipad: Sipad, seen: Seen, typed: Typed, offered: Sequence[Offered]) -> Amount:
    """Return how many files meet what was typed.

    Raises:
        CriteriaError: it cannot be understood.
    """
    found = sipad.inventory.count(seen.node.id, Criteria.parse(typed, offered))
    return amount(found.files, found.bytes)


def found_words(found: Amount, whole: Amount) -> str:
    """Return how many of a data set's files meet the criteria: "6 files of 10, 195 MB"."""
    if found.number == whole.number:
        return _("All %(files)s, %(size)s", files=found.files, size=found.size)
    if not found.number:
        return _("No file meets these criteria.")
    return _("%(files)s of %(all)s, %(size)s", files=found.files, all=whole.number, size=found.size)


def as_typed(form: "MultiDict[str, str]") -> dict[str, list[str]]:
    """Return the fields of a form that are filled in, without what is no criterion."""
    filled = {name: [value for value in form.getlist(name) if value.strip()] for name in form if _is_criterion(name)}
    return {name: values for name, values in filled.items() if values}


def _is_criterion(name: str) -> bool:
    return name in {"begins", "ends", "targets"} or name.startswith("value.")


def typed_again(criteria: Criteria) -> dict[str, list[str]]:
    """Return criteria as they would be typed into the form."""
    typed: dict[str, list[str]] = {}
    if criteria.begins:
        typed["begins"] = [_time(criteria.begins, "00:00:00")]
    if criteria.ends:
        typed["ends"] = [_time(criteria.ends, "23:59:59")]
    if criteria.targets:
        typed["targets"] = [criteria.targets_as_typed()]
    for value in criteria.values:
        match value:
            case ValueRange():
                bounds = {"least": value.least, "most": value.most}
                typed |= {f"value.{value.name}.{end}": [f"{bound:.15g}"] for end, bound in bounds.items() if bound is not None}
            case ValueChoice():
                typed[f"value.{value.name}"] = list(value.texts)
    return typed


def criteria_address(path: str, typed: Typed) -> str:
    """Return a path with criteria behind it."""
    return with_parameters(path, [(name, value) for name, values in typed.items() for value in values])


def _time(moment: datetime, whole: str) -> str:
    text = f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    return text.removesuffix(f"T{whole}Z")


def _groups(offered: Sequence[Offered], typed: Typed, problem: CriteriaError | None) -> Iterator[FieldGroup]:
    for one in offered:
        yield FieldGroup(
            name=_("Time of the data") if one.kind is OfferedKind.TIME else one.label,
            id=f"g-{one.name}",
            hint=_hint(one),
            fields=tuple(
                Field(
                    kind=kind,
                    name=name,
                    label=label,
                    values=tuple(typed.get(name, ())),
                    offered=one.values,
                    problem=criteria_problem(problem) if problem and problem.field == name else None,
                )
                for kind, name, label in _fields(one)
            ),
        )


def _fields(one: Offered) -> tuple[tuple[str, str, str], ...]:
    """The kind, name and label of the fields of a criterion."""
    match one.kind:
        case OfferedKind.TIME:
            return (("text", "begins", _("From")), ("text", "ends", _("To")))
        case OfferedKind.NUMBER if one.name == "target":
            return (("list", "targets", one.label),)
        case OfferedKind.NUMBER:
            return (("text", f"value.{one.name}.least", _("At least")), ("text", f"value.{one.name}.most", _("At most")))
        case OfferedKind.TEXT:
            return (("choice", f"value.{one.name}", one.label),)


def _hint(one: Offered) -> str:
    match one.kind:
        case OfferedKind.TIME:
            return " ".join((_bounds(one), _("A year, month or day: 2007, 2007-04, 2007-04-03")))
        case OfferedKind.NUMBER if one.name == "target":
            return " ".join((_bounds(one), _("Numbers and ranges, for example 7548, 7613-7700")))
        case OfferedKind.NUMBER:
            return _bounds(one)
        case OfferedKind.TEXT:
            return _("Files with any of the ticked values; with none ticked, all.")


def _bounds(one: Offered) -> str:
    """From where to where there is anything, a sentence."""
    if one.least is None or one.most is None:
        return ""
    if isinstance(one.least, datetime) and isinstance(one.most, datetime):
        first, last = moment_words(one.least, language()), moment_words(one.most, language())
        return _("There are files from %(first)s to %(last)s.", first=first, last=last)
    return _("There are files from %(least)s to %(most)s.", least=_number(one.least), most=_number(one.most))


def _number(value: datetime | float) -> str:
    return f"{value:.15g}" if isinstance(value, float | int) else value.isoformat()


def criteria_problem(error: CriteriaError) -> str:
    """Return what is wrong with criteria, in the reader's language."""
    sentences = {
        "The end lies before the beginning.": _("The end lies before the beginning."),
        "The list is longer than %(most)s characters.": _("The list is longer than %(most)s characters."),
        "%(text)s is neither a number nor a range such as 7613-7700.": _("%(text)s is neither a number nor a range such as 7613-7700."),
        "The range %(text)s ends before it begins.": _("The range %(text)s ends before it begins."),
        "At most %(single)s numbers and %(ranges)s ranges can be asked for.": _(
            "At most %(single)s numbers and %(ranges)s ranges can be asked for."
        ),
        "%(text)s is not a date such as 2007-04-03.": _("%(text)s is not a date such as 2007-04-03."),
        "The greatest value is less than the least.": _("The greatest value is less than the least."),
        "%(text)s is not a number.": _("%(text)s is not a number."),
        "Choose from the values that are offered.": _("Choose from the values that are offered."),
    }
    return sentences.get(error.sentence, error.sentence) % error.values

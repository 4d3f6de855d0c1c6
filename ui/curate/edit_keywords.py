"""Keywords in the form that a record is edited by: a field for each list they are taken from, with a term a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappings.vocabularies.labels import label
from mappings.vocabularies.suggestions import vocabulary_suggestions
from records.codes import KeywordTypeCode
from records.model import Keyword
from ui.account.fields import Field
from ui.curate.edit_rows import Sent, WrongError, unified, with_fault, within
from ui.language import language
from ui.speech import _

SUGGESTED: Final = 12
_LONGEST: Final = 1000
"""Characters of a keyword that is typed, and of what is looked up."""
_LOOK: Final = "look"
_FOUND: Final = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A term of a vocabulary that can be ticked."""

    value: str
    words: str
    list: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordsPart:
    """The keywords in the form.

    Attributes:
        groups: a field for each list, and one for free words.
        look: what is looked up in the vocabularies.
        suggested: terms that were found, and those that are ticked.
    """

    groups: list[Field]
    look: Field
    suggested: list[Suggested]


_Group = tuple[KeywordTypeCode | None, str | None]
_FREE: Final[_Group] = (None, None)


def keywords_part(keywords: Sequence[Keyword], sent: Sent | None, ticked: Sequence[str]) -> KeywordsPart:
    """Return the keywords in the form: as they are, or as they were sent.

    Args:
        keywords: of the record.
        sent: what the form was sent with; None where it is shown first.
        ticked: the terms of vocabularies that are ticked.
    """
    groups = []
    for number, group in enumerate(_groups(keywords)):
        name = f"keywords-{number}"
        shown = "\n".join(dict.fromkeys(_line(each.term) for each in keywords if _group(each) == group))
        value = shown if sent is None else unified(sent.get(name, shown))
        groups.append(
            Field(name=name, words=_words(group), value=value, kind="textarea", optional=True, rows=min(12, value.count("\n") + 2))
        )
    wanted = "" if sent is None else sent.get(_LOOK, "").strip()[:_LONGEST]
    found = [key for each in vocabulary_suggestions(wanted, SUGGESTED) if (key := suggestion_key(each)) not in ticked] if wanted else []
    suggested = [_suggested(key, ticked=key in ticked) for key in (*ticked, *found)]
    look = Field(
        name=_LOOK,
        words=_("Look up in the vocabularies"),
        value=wanted,
        hint=_("The beginning of a word; tick what fits."),
        optional=True,
    )
    return KeywordsPart(groups=groups, look=look, suggested=suggested)


def read_keywords(keywords: Sequence[Keyword], part: KeywordsPart) -> tuple[Keyword, ...]:
    """Return what the form says: those that stay in their order, new ones behind the last of their list.

    A list with a new one that is too long stays as it is, and that is written into its field.
    """
    found: list[Keyword] = list(keywords)
    for number, (group, shown) in enumerate(zip(_groups(keywords), part.groups, strict=True)):
        lines = dict.fromkeys(line for each in shown.value.split("\n") if (line := _line(each)))
        known = {_line(each.term) for each in keywords if _group(each) == group}
        longest = max(known, key=len, default="")
        try:
            new = [Keyword(term=within(line, longest, _LONGEST), type=group[0], thesaurus=group[1]) for line in lines if line not in known]
        except WrongError as error:
            part.groups[number] = with_fault(shown, str(error))
            continue
        found = [each for each in found if _group(each) != group or _line(each.term) in lines]
        _add(found, new)
    for each in part.suggested:
        if (
            each.ticked
            and (keyword := _known(each.value))
            and keyword.term not in {other.term for other in found if _group(other) == _group(keyword)}
        ):
            _add(found, [keyword])
    return tuple(found)


def suggestion_key(keyword: Keyword) -> str:
    """Return what a term of a vocabulary is sent as when it is ticked."""
    return f"{keyword.term}|{keyword.thesaurus or ''}"


def _add(found: list[Keyword], new: Sequence[Keyword]) -> None:
    """Put keywords of one list behind the last that is of it, or else at the end."""
    if new:
        last = max((place for place, each in enumerate(found) if _group(each) == _group(new[0])), default=len(found) - 1)
        found[last + 1 : last + 1] = new


def _suggested(key: str, *, ticked: bool) -> Suggested:
    term, _bar, thesaurus = key.rpartition("|")
    return Suggested(value=key, words=term, list=thesaurus, ticked=ticked)


def _known(key: str) -> Keyword | None:
    """Return the term of a vocabulary that was ticked; None for one that no vocabulary has."""
    term = key.rpartition("|")[0]
    return next((each for each in vocabulary_suggestions(term, 50) if suggestion_key(each) == key), None)


def _groups(keywords: Sequence[Keyword]) -> list[_Group]:
    """Return the lists that keywords are taken from, in their order; free words always, at the end where there are none."""
    return list(dict.fromkeys((*(_group(each) for each in keywords), _FREE)))


def _group(keyword: Keyword) -> _Group:
    return (keyword.type, keyword.thesaurus)


def _words(group: _Group) -> str:
    kind, thesaurus = group
    named = label(kind, language()) if kind else ""
    if thesaurus:
        return f"{thesaurus} ({named.lower()})" if named else thesaurus
    return named or _("Free words")


def _line(term: str) -> str:
    return " ".join(term.split())

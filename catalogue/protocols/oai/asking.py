"""What is asked for: verb and arguments, checked against the standard before anything is looked up (OAI-PMH 2.0, 3.1.1 and 4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from werkzeug.datastructures import MultiDict

from records.errors import QueryError


class Verb(StrEnum):
    """The six requests (OAI-PMH 2.0, 4)."""

    GET_RECORD = "GetRecord"
    IDENTIFY = "Identify"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_RECORDS = "ListRecords"
    LIST_SETS = "ListSets"


class ErrorCode(StrEnum):
    """What can be wrong with a request (OAI-PMH 2.0, 3.6).

    Two codes are not here: every record has metadata, and there are always sets.
    """

    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 (the standard's name)
    BAD_VERB = "badVerb"
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"


class ProtocolError(QueryError):
    """A request that gets an OAI-PMH error.

    Attributes:
        code: which.
    """

    def __init__(self, code: ErrorCode, message: str, *, parameter: str | None = None) -> None:
        self.code = code
        super().__init__(message, parameter=parameter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it was made; its arguments are those that its verb takes, each once, and have the form they must have."""

    verb: Verb
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Takes:
    """What arguments a verb takes. One that takes a resumptionToken takes it alone."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    resumable: bool = False


_LIST: Final = _Takes(("metadataPrefix",), ("from", "until", "set"), resumable=True)
_TAKES: Final[Mapping[Verb, _Takes]] = {
    Verb.GET_RECORD: _Takes(("identifier", "metadataPrefix")),
    Verb.IDENTIFY: _Takes(),
    Verb.LIST_IDENTIFIERS: _LIST,
    Verb.LIST_METADATA_FORMATS: _Takes((), ("identifier",)),
    Verb.LIST_RECORDS: _LIST,
    Verb.LIST_SETS: _Takes(resumable=True),
}
TOKEN: Final = "resumptionToken"  # noqa: S105 (the standard's name)
_NAME: Final = r"[A-Za-z0-9\-_.!~*'()]+"
_DATESTAMP: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?"
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "metadataPrefix": (re.compile(_NAME), "letters, digits and -_.!~*'()"),
    "set": (re.compile(f"{_NAME}(?::{_NAME})*"), "a setSpec, as ListSets has them"),
    "from": (re.compile(_DATESTAMP), "a date YYYY-MM-DD or a moment YYYY-MM-DDThh:mm:ssZ"),
    "until": (re.compile(_DATESTAMP), "a date YYYY-MM-DD or a moment YYYY-MM-DDThh:mm:ssZ"),
}
"""The forms that OAI-PMH.xsd gives arguments, and the same in words."""
_SHOWN: Final = 100
"""Characters of a value that a message repeats."""


def parse(values: "MultiDict[str, str]") -> Asked:
    """Return what the parameters of a request ask for.

    Raises:
        ProtocolError: badVerb or badArgument. A request with either repeats none of its arguments in its answer (3.2).
    """
    verb = _verb(values.getlist("verb"))
    takes = _TAKES[verb]
    given = {name: written for name, written in values.lists() if name != "verb"}
    known = {*takes.required, *takes.optional, *([TOKEN] if takes.resumable else [])}
    for name, written in given.items():
        if name not in known:
            others = ", ".join(sorted(known)) or "no argument"
            raise _bad(f"{verb} does not take the argument {name[:_SHOWN]!r}; it takes {others}.", name)
        if len(written) > 1:
            raise _bad(f"The argument {name} is given {len(written)} times; it may be given once.", name)
    arguments = {name: written[0] for name, written in given.items()}
    if TOKEN in arguments and len(arguments) > 1:
        raise _bad("A resumptionToken stands alone: it holds the other arguments.", TOKEN)
    missing = [name for name in takes.required if name not in arguments]
    if missing and TOKEN not in arguments:
        raise _bad(f"{verb} needs the argument {missing[0]}.", missing[0])
    for name, value in arguments.items():
        _check_form(name, value)
    return Asked(verb=verb, arguments=arguments)


def _verb(written: list[str]) -> Verb:
    known = ", ".join(Verb)
    if len(written) != 1:
        problem = "is missing" if not written else f"is given {len(written)} times"
        raise ProtocolError(ErrorCode.BAD_VERB, f"The argument verb {problem}; give one of {known}.", parameter="verb")
    if written[0] not in list(Verb):
        raise ProtocolError(ErrorCode.BAD_VERB, f"{written[0][:_SHOWN]!r} is no verb; there are {known}.", parameter="verb")
    return Verb(written[0])


def _check_form(name: str, written: str) -> None:
    form = _FORMS.get(name)
    if form is not None and not form[0].fullmatch(written):
        raise _bad(f"The argument {name} is {written[:_SHOWN]!r}; it must be {form[1]}.", name)


def _bad(message: str, parameter: str) -> ProtocolError:
    return ProtocolError(ErrorCode.BAD_ARGUMENT, message, parameter=parameter)

"""Datestamps (OAI-PMH 2.0, 3.3): UTC, in whole seconds, asked for by the day or by the second, both ends included."""

from collections.abc import Mapping
from datetime import UTC, datetime

from catalogue.engines.base import Window
from catalogue.protocols.oai.asking import ErrorCode, ProtocolError


def datestamp(moment: datetime) -> str:
    """Return a moment as records bear it; what is below the second is cut off."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def window(arguments: Mapping[str, str]) -> Window:
    """Return the window that `from` and `until` leave open, each optional.

    The catalogue knows changes more finely than datestamps tell: what bears the last second or day asked for is inside.

    Raises:
        ProtocolError: badArgument: a day or a time that there is not, two granularities, or an end before the beginning.
    """
    since, until = arguments.get("from"), arguments.get("until")
    if since is not None and until is not None and len(since) != len(until):
        raise ProtocolError(ErrorCode.BAD_ARGUMENT, "from and until must have the same granularity: two days or two moments.")
    begin = None if since is None else _moment(since, "from")
    end = None if until is None else _moment(until, "until")
    if begin is not None and end is not None and begin > end:
        raise ProtocolError(ErrorCode.BAD_ARGUMENT, f"from ({since}) is later than until ({until}).", parameter="from")
    if end is not None:
        end = end.replace(microsecond=999_999) if "T" in (until or "") else end.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return Window(since=begin, until=end)


def _moment(written: str, parameter: str) -> datetime:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError as error:
        message = f"The argument {parameter} is {written!r}; there is no such day or time."
        raise ProtocolError(ErrorCode.BAD_ARGUMENT, message, parameter=parameter) from error

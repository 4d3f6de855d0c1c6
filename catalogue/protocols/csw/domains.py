"""GetDomain: what a parameter may be, and what a property is in the records (OGC 07-006r1, 10.7; OGC 12-176r7, 7.5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, missing
from catalogue.protocols.csw.replies import Reply, attribute, element, end_tag, start_tag
from catalogue.protocols.csw.requests import Request, shown
from catalogue.protocols.filters import field_of
from catalogue.service import Catalogue
from mappings.index.fields import FIELDS, Kind
from records.errors import QueryError

_MAX_NAMES: Final = 20
_MAX_VALUES: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PREFIXES: Final = {"2.0.2": "csw", "3.0.0": "csw30"}
_PROPERTY: Final = {"2.0.2": "PropertyName", "3.0.0": "ValueReference"}


def domain_reply(catalogue: Catalogue, request: Request, parameters: Mapping[str, Sequence[str]], most_bytes: int) -> Reply:
    """Return GetDomainResponse.

    Args:
        catalogue: whose records have the properties.
        request: asks for parameters, properties, or both.
        parameters: the values of each parameter by "Operation.parameter".
        most_bytes: all domains have at most so many bytes together.

    Raises:
        ServiceError: it asks for neither, for what there is not, or for too much at a time.
        EngineError: the engine cannot answer.
    """
    version = request.version
    names, properties = _names(request, "ParameterName"), _names(request, _PROPERTY[version])
    if not names and not properties:
        raise missing("ParameterName")
    domains = chain(
        (_values(version, "ParameterName", name, _listed(version, _parameter(parameters, name))) for name in names),
        (_values(version, _PROPERTY[version], name, _of_property(catalogue, version, name)) for name in properties),
    )
    head, tail = start_tag(version, "GetDomainResponse"), end_tag(version, "GetDomainResponse")
    return Reply(parts=(head.encode(), *_bounded(domains, most_bytes), tail.encode()))


def _names(request: Request, name: str) -> tuple[str, ...]:
    """Return what is asked for, each once."""
    found = tuple(dict.fromkeys(request.many(name)))
    if len(found) > _MAX_NAMES:
        raise ServiceError(f"{name} has at most {_MAX_NAMES} values, not {len(found)}", locator=name)
    return found


def _bounded(domains: Iterable[str], most_bytes: int) -> Iterator[bytes]:
    size = 0
    for domain in domains:
        part = domain.encode()
        size += len(part)
        if size > most_bytes:
            message = f"the values have more than {most_bytes:,} bytes together; ask for fewer names at a time"
            raise ServiceError(message, code=ExceptionCode.NO_APPLICABLE_CODE)
        yield part


def _values(version: str, kind: str, name: str, values: str) -> str:
    prefix = _PREFIXES[version]
    available = attribute("resultType", "available") if version == "3.0.0" else ""
    head = f"<{prefix}:DomainValues{attribute('type', f'{prefix}:Record')}{available}>"
    return head + element(version, kind, name) + values + end_tag(version, "DomainValues")


def _parameter(parameters: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    known = {key.casefold(): values for key, values in parameters.items()}
    if name.casefold() not in known:
        raise ServiceError(f"there is no parameter {shown(name)}; there are {', '.join(parameters)}", locator="ParameterName")
    return known[name.casefold()]


def _of_property(catalogue: Catalogue, version: str, name: str) -> str:
    try:
        field = FIELDS[field_of(name)]
    except QueryError as error:
        raise ServiceError(str(error), locator=_PROPERTY[version]) from error
    if field.kind in {Kind.MOMENT, Kind.INTEGER}:
        bounds = catalogue.engine.bounds(field.name)
        return "" if bounds is None else _range(version, *bounds, written=_moment if field.kind is Kind.MOMENT else str)
    if field.kind in {Kind.KEYWORD, Kind.TEXT}:
        return _listed(version, catalogue.engine.values(field.name, _MAX_VALUES))
    return ""  # extents and intervals have no values that could be listed


def _listed(version: str, values: Sequence[str]) -> str:
    """Return ListOfValues; nothing where there are none, for the schemas want one at least."""
    prefix = _PREFIXES[version]
    listed = "".join(element(version, "Value", value) for value in values)
    return f"<{prefix}:ListOfValues>{listed}</{prefix}:ListOfValues>" if values else ""


def _range(version: str, least: int, greatest: int, *, written: Callable[[int], str]) -> str:
    prefix = _PREFIXES[version]
    bounds = element(version, "MinValue", written(least)) + element(version, "MaxValue", written(greatest))
    return f"<{prefix}:RangeOfValues>{bounds}</{prefix}:RangeOfValues>"


def _moment(second: int) -> str:
    """Return a second as ISO 8601; of deep time, which no calendar of Python holds, the year alone."""
    try:
        return (_EPOCH + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return f"{1970 + second // 31_556_952:+d}"

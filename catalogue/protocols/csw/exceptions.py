"""Exceptions as OGC's web services report them: a code, a locator, a sentence, an HTTP status (OGC 05-008 and 06-121r9, 8).

The same status goes with the same code in both versions. OWS Common 2.0 wants it so, and 1.0 says nothing about it.
"""

from collections.abc import Mapping
from enum import StrEnum

from catalogue.protocols.doors import RETRY_SECONDS, UNAVAILABLE
from records.errors import CatalogueError, ConflictError, EngineError, NotFoundError, QueryError


class ExceptionCode(StrEnum):
    """The codes of OGC 06-121r9, table 28."""

    OPERATION_NOT_SUPPORTED = "OperationNotSupported"
    MISSING_PARAMETER_VALUE = "MissingParameterValue"
    INVALID_PARAMETER_VALUE = "InvalidParameterValue"
    VERSION_NEGOTIATION_FAILED = "VersionNegotiationFailed"
    INVALID_UPDATE_SEQUENCE = "InvalidUpdateSequence"
    OPTION_NOT_SUPPORTED = "OptionNotSupported"
    NO_APPLICABLE_CODE = "NoApplicableCode"


class ServiceError(CatalogueError):
    """What is answered with an exception report.

    Attributes:
        code: one of the standard's codes.
        locator: the parameter at fault, as the standard spells it; None where no single one is.
        status: the HTTP status.
        headers: what else goes into the head of the HTTP response.
    """

    def __init__(
        self,
        message: str,
        *,
        code: ExceptionCode = ExceptionCode.INVALID_PARAMETER_VALUE,
        locator: str | None = None,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.locator = locator
        self.status = status
        self.headers = headers or {}
        super().__init__(message)


def missing(name: str) -> ServiceError:
    """Return the error that a parameter has no value."""
    return ServiceError(f"the parameter {name} is missing", code=ExceptionCode.MISSING_PARAMETER_VALUE, locator=name)


def unsupported_operation(name: str, reason: str) -> ServiceError:
    """Return the error that an operation is not offered."""
    return ServiceError(f"{name} is not offered: {reason}", code=ExceptionCode.OPERATION_NOT_SUPPORTED, locator="request")


def unavailable(message: str) -> ServiceError:
    """Return the error that the engine cannot answer or write now."""
    retry = {"Retry-After": str(RETRY_SECONDS)}
    return ServiceError(message, code=ExceptionCode.NO_APPLICABLE_CODE, status=503, headers=retry)


def translated(error: CatalogueError) -> ServiceError:
    """Return the error as this service reports it."""
    match error:
        case ServiceError():
            return error
        case QueryError():
            return ServiceError(str(error), locator=error.parameter)
        case NotFoundError():
            return ServiceError(str(error), locator="Id", status=404)
        case ConflictError():
            return ServiceError(str(error), locator="Insert", status=409)
        case EngineError():
            return unavailable(UNAVAILABLE)
        case _:
            return ServiceError(str(error))

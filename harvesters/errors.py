"""What goes wrong at a source as a whole; what is wrong with one document is an outcome, not an error."""

from enum import StrEnum

from records.errors import CatalogueError


class Fault(StrEnum):
    """What kind of failure it was: whoever reads a page decides by it what to do next."""

    UNREACHABLE = "unreachable"
    """No connection, or the server said that it cannot answer now, more often than is asked again."""
    REFUSED = "refused"
    """It will not be different next time: an address that is not allowed, credentials that do not fit, nothing there."""
    ANSWER = "answer"
    """An answer came that is none, or an error, or no end of one. A smaller question may be answered."""


class HarvestError(CatalogueError):
    """A source that failed; its text says what and where.

    Attributes:
        fault: what kind of failure.
        where: the address or path, without credentials.
        status: of the HTTP answer; None where there was none.
        content: what came instead of an answer; b"" for nothing.
    """

    def __init__(self, message: str, *, fault: Fault, where: str, status: int | None = None, content: bytes = b"") -> None:
        self.fault = fault
        self.where = where
        self.status = status
        self.content = content
        super().__init__(f"{message} ({where})")

    @property
    def again(self) -> bool:
        """Whether it is worth trying again later."""
        return self.fault is not Fault.REFUSED

"""The errors of the whole house, one tree.

CatalogueError
├── FormatError          a document is not of a format we read, or holds nothing   (the document's fault; says where)
├── InvalidRecordError   a record cannot be kept or written as asked               (the record's fault)
├── QueryError           a question cannot be understood                           (the asker's fault; says which parameter)
├── NotFoundError        no record has this identifier
├── ConflictError        a record has this identifier already
│   └── ChangedError     a record is not any more what somebody meant to replace
└── EngineError          the catalogue cannot answer now                           (ours)
"""


class CatalogueError(Exception):
    """Anything Reflecs itself refuses or cannot do. Its text is a plain sentence, fit to be shown to a person."""


class FormatError(CatalogueError):
    """A document that cannot be read as a record.

    Attributes:
        path: where in the document, as an XPath or JSON pointer; "/" for the document as a whole.
        line: line number in the document, from 1, or None where it is not known.
    """

    def __init__(self, message: str, *, path: str = "/", line: int | None = None) -> None:
        self.message = message
        self.path = path
        self.line = line
        place = path if line is None else f"line {line}" if path == "/" else f"{path}, line {line}"
        super().__init__(message if path == "/" and line is None else f"{message} (at {place})")


class InvalidRecordError(CatalogueError):
    """A record that cannot be kept, or cannot be written in the format asked for."""


class QueryError(CatalogueError):
    """A question that cannot be understood.

    Attributes:
        parameter: the name of the parameter at fault, as the asker knows it; None where no single one is.
    """

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(message)


class NotFoundError(CatalogueError):
    """No record has the identifier asked for.

    Attributes:
        identifier: the identifier that was asked for.
    """

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        super().__init__(f"No record has the identifier {identifier!r}.")


class ConflictError(CatalogueError):
    """A new record claims an identifier that another has.

    Attributes:
        identifier: the identifier claimed.
    """

    def __init__(self, identifier: str, message: str | None = None) -> None:
        self.identifier = identifier
        super().__init__(message or f"There is already a record with the identifier {identifier!r}.")


class ChangedError(ConflictError):
    """A record is not any more what somebody meant to replace."""

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier, f"The record {identifier!r} was changed by somebody else meanwhile.")


class EngineError(CatalogueError):
    """The catalogue cannot answer or write now: its index is locked, broken, of another version, or gone."""

"""A source as its curator set it up, and the place in it where a harvest goes on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from records.codes import Domain

JsonValue = str | int | bool | None | list[str]


class Protocol(StrEnum):
    """How a source is asked."""

    CSW = "csw"
    RECORDS = "records"
    OAI = "oai"
    STAC = "stac"
    CMR = "cmr"
    WAF = "waf"
    FOLDER = "folder"
    REFLECS = "reflecs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a source lets us in by: a user with a password, or a bearer token. Sent to the source's own host, never to another.

    Attributes:
        user: None where there is a token.
        password: of the user.
        token: None where there is a user.
    """

    user: str | None = None
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of documents.

    Attributes:
        name: as curators call it.
        protocol: how it is asked.
        url: where; for a folder its path, or that of a zip file.
        page_size: documents asked for at once; a source that allows fewer gives fewer.
        rate: requests a second at most; None for no limit.
        concurrency: requests under way at once, where a protocol can have several.
        filters: what is taken, by names that depend on the protocol (docs/harvesters.md).
        credentials: None where everybody is let in.
        domain: of records that do not tell theirs; None for no guess.
        timeout: seconds that a source may be silent.
        max_bytes: of one answer, unpacked.
    """

    name: str
    protocol: Protocol
    url: str
    page_size: int = 100
    rate: float | None = 10.0
    concurrency: int = 2
    filters: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = field(default=None, repr=False)
    domain: Domain | None = None
    timeout: float = 60.0
    max_bytes: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The place after the last page that was given out. Its text is for its protocol alone.

    Attributes:
        text: JSON.
    """

    text: str

    @classmethod
    def of(cls, **values: JsonValue) -> "Checkpoint":
        """Return the checkpoint that holds these values."""
        return cls(text=json.dumps(values, ensure_ascii=False, sort_keys=True))

    def values(self) -> dict[str, JsonValue]:
        """Return what it holds; nothing where it is not one of ours: the harvest then begins anew, which is slow but safe."""
        try:
            held = json.loads(self.text)
        except ValueError:
            return {}
        return held if isinstance(held, dict) else {}

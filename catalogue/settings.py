"""The settings: environment variables `REFLECS_*`, each with a default that works. Nobody else reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from records.errors import CatalogueError

DEFAULT_ENGINE: Final = "embedded:var/catalogue"
DEFAULT_DATABASE: Final = "sqlite:///var/reflecs.sqlite"
DEFAULT_ARCHIVE: Final = Path("var/archive")
DEFAULT_MAIL: Final = "outbox:var/outbox"
DEFAULT_QUEUE: Final = "sqlite:var/queue.sqlite"
DEFAULT_QUOTA: Final = 10_000_000_000
DEFAULT_PORT: Final = 8000
DEFAULT_CONTACT: Final = "catalogue@localhost.localdomain"
_SHORTEST_SECRET: Final = 16
_ADDRESS: Final = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+[^\s@.]+")
"""An e-mail address as OAI-PMH's schema takes it: with a dot behind the at sign."""


class SettingsError(CatalogueError):
    """A setting that cannot be used; names the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation is set up.

    Attributes:
        engine: where the catalogue is kept (`REFLECS_ENGINE`), "embedded:" and a folder, or "elasticsearch:" and an address.
        base_url: the address the catalogue is known by (`REFLECS_BASE_URL`), without a slash at its end; None where it is not set.
        sipad_url: where data are ordered (`REFLECS_SIPAD_URL`), a template with "{identifier}"; None when there is no SIPAD.
        schemas: a folder with more XSDs for `reflecs validate` (`REFLECS_SCHEMAS`); None for those that come with pycsw.
        curator_tokens: what curators write with through the doors (`REFLECS_CURATOR_TOKENS`); () when nobody does.
        secret_key: what the doors sign with (`REFLECS_SECRET_KEY`); None for the catalogue's own.
        provider: the name of those who run the catalogue (`REFLECS_PROVIDER`).
        contact: their e-mail address (`REFLECS_CONTACT`).
        database: where accounts, orders and the inventory are kept (`REFLECS_DATABASE`), a SQLAlchemy address; None, which the
            environment never makes, for a catalogue that has none of them.
        archive: the folder of the data themselves, of deliveries and workspaces (`REFLECS_ARCHIVE`).
        mail: how letters leave (`REFLECS_MAIL`), "outbox:" and a folder, or an smtp, smtps or smtp+starttls address.
        queue: what wakes the worker (`REFLECS_QUEUE`), "sqlite:" and a file, or a redis address.
        quota: bytes that the workspace of one person may hold (`REFLECS_QUOTA`).
        allow_private_addresses: whether orders may be sent to, and harvests come from, networks that are not public
            (`REFLECS_ALLOW_PRIVATE_ADDRESSES`).
        proxies: how many servers of ours pass requests on to this one (`REFLECS_PROXIES`): who asks is what the first of them says.
    """

    engine: str = DEFAULT_ENGINE
    base_url: str | None = None
    sipad_url: str | None = None
    schemas: Path | None = None
    curator_tokens: tuple[str, ...] = field(default=(), repr=False)
    secret_key: str | None = field(default=None, repr=False)
    provider: str = "Reflecs"
    contact: str = DEFAULT_CONTACT
    database: str | None = field(default=None, repr=False)
    archive: Path = DEFAULT_ARCHIVE
    mail: str = field(default=DEFAULT_MAIL, repr=False)
    queue: str = field(default=DEFAULT_QUEUE, repr=False)
    quota: int = DEFAULT_QUOTA
    allow_private_addresses: bool = False
    proxies: int = 0

    def known_as(self, port: int = DEFAULT_PORT) -> str:
        """Return the address the catalogue is known by: the one that is set, or this machine at the port it is served at."""
        return self.base_url or f"http://localhost:{port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings that `environment` (None: this process's own) makes.

        Raises:
            SettingsError: a value cannot be used.
        """
        values = os.environ if environment is None else environment
        schemas = values.get("REFLECS_SCHEMAS")
        if schemas and not Path(schemas).is_dir():
            raise SettingsError(f"REFLECS_SCHEMAS names {schemas!r}, which is no folder.")
        return cls(
            engine=values.get("REFLECS_ENGINE") or DEFAULT_ENGINE,
            base_url=_base_url(values.get("REFLECS_BASE_URL")),
            sipad_url=_sipad_url(values.get("REFLECS_SIPAD_URL")),
            schemas=Path(schemas) if schemas else None,
            curator_tokens=_tokens(values.get("REFLECS_CURATOR_TOKENS")),
            secret_key=_secret("REFLECS_SECRET_KEY", values.get("REFLECS_SECRET_KEY")),
            provider=(values.get("REFLECS_PROVIDER") or "").strip() or "Reflecs",
            contact=_contact(values.get("REFLECS_CONTACT")),
            database=_database(values.get("REFLECS_DATABASE")),
            archive=Path(values.get("REFLECS_ARCHIVE") or DEFAULT_ARCHIVE),
            mail=_one_of("REFLECS_MAIL", values.get("REFLECS_MAIL"), ("outbox", "smtp", "smtps", "smtp+starttls")) or DEFAULT_MAIL,
            queue=_one_of("REFLECS_QUEUE", values.get("REFLECS_QUEUE"), ("sqlite", "redis", "rediss")) or DEFAULT_QUEUE,
            quota=_bytes("REFLECS_QUOTA", values.get("REFLECS_QUOTA")) or DEFAULT_QUOTA,
            allow_private_addresses=_yes("REFLECS_ALLOW_PRIVATE_ADDRESSES", values.get("REFLECS_ALLOW_PRIVATE_ADDRESSES")),
            proxies=_proxies(values.get("REFLECS_PROXIES")),
        )


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process of ours that has the same settings as this one, but for `changes`."""
    return {**os.environ, **changes}


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticsearchAccess:
    """How the Elasticsearch engine is let in, and how long it waits.

    Attributes:
        user: who signs in (`REFLECS_ELASTICSEARCH_USER`); None for nobody.
        password: of the user (`REFLECS_ELASTICSEARCH_PASSWORD`).
        api_key: an encoded API key, in place of both (`REFLECS_ELASTICSEARCH_API_KEY`).
        ca: a file with the certificates that the server's is trusted by (`REFLECS_ELASTICSEARCH_CA`); None for those of the system.
        timeout: seconds that an answer may take (`REFLECS_ELASTICSEARCH_TIMEOUT`); writing and rebuilding take longer.
        shards: into how many parts the index of records is made or rebuilt (`REFLECS_ELASTICSEARCH_SHARDS`); None for one, or as many
            as it has.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: Path | None = None
    timeout: float = 2.0
    shards: int | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "ElasticsearchAccess":
        """Return what `environment` (None: this process's own) tells.

        Raises:
            SettingsError: a value cannot be used.
        """
        values = os.environ if environment is None else environment
        user, password = values.get("REFLECS_ELASTICSEARCH_USER") or None, values.get("REFLECS_ELASTICSEARCH_PASSWORD") or None
        api_key, ca = values.get("REFLECS_ELASTICSEARCH_API_KEY") or None, values.get("REFLECS_ELASTICSEARCH_CA")
        if user and api_key:
            raise SettingsError("Either REFLECS_ELASTICSEARCH_USER or REFLECS_ELASTICSEARCH_API_KEY is set, not both.")
        if api_key is not None and not re.fullmatch(r"[!-~]+", api_key):
            raise SettingsError("REFLECS_ELASTICSEARCH_API_KEY holds what no encoded key does: a blank, a line break, an accent.")
        if api_key is None and (user is None) is not (password is None):
            raise SettingsError("REFLECS_ELASTICSEARCH_USER and REFLECS_ELASTICSEARCH_PASSWORD are set together, or neither is.")
        if ca and not Path(ca).is_file():
            raise SettingsError(f"REFLECS_ELASTICSEARCH_CA names {ca!r}, which is no file.")
        timeout = _seconds(values.get("REFLECS_ELASTICSEARCH_TIMEOUT"))
        shards = _shards(values.get("REFLECS_ELASTICSEARCH_SHARDS"))
        return cls(user=user, password=password, api_key=api_key, ca=Path(ca) if ca else None, timeout=timeout, shards=shards)


def _seconds(text: str | None) -> float:
    if not text:
        return 2.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise SettingsError(f"REFLECS_ELASTICSEARCH_TIMEOUT is {text!r}; it must be a number of seconds.")
    return seconds


def _shards(text: str | None) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise SettingsError(f"REFLECS_ELASTICSEARCH_SHARDS is {text!r}; it must be a number from 1 to 999.")
    return int(text)


def _base_url(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query or parts.fragment:
        raise SettingsError(f"REFLECS_BASE_URL is {url!r}; it must be an http or https address without a path.")
    return parts.geturl()


def _sipad_url(template: str | None) -> str | None:
    if not template:
        return None
    if "{identifier}" not in template or urlsplit(template).scheme not in {"http", "https"}:
        raise SettingsError(f"REFLECS_SIPAD_URL is {template!r}; it must be an http or https address that holds {{identifier}}.")
    return template


def _tokens(text: str | None) -> tuple[str, ...]:
    tokens = tuple(dict.fromkeys(token.strip() for token in (text or "").split(",") if token.strip()))
    for token in tokens:
        _secret("REFLECS_CURATOR_TOKENS", token)
    return tokens


def _secret(name: str, text: str | None) -> str | None:
    """Return a secret, or None where there is none; what it is, no message tells."""
    if text and (len(text) < _SHORTEST_SECRET or not text.isascii() or not text.isprintable() or " " in text):
        raise SettingsError(f"{name} holds a secret that is not {_SHORTEST_SECRET} or more printable ASCII characters without blanks.")
    return text or None


def _database(url: str | None) -> str:
    """Return a SQLAlchemy address; PostgreSQL's own form of one is read with the driver that comes along. A password is never told."""
    if not url:
        return DEFAULT_DATABASE
    scheme, _, rest = url.partition("://")
    if scheme not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"} or not rest:
        raise SettingsError("REFLECS_DATABASE must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.")
    return url if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _one_of(name: str, text: str | None, schemes: tuple[str, ...]) -> str | None:
    """Return an address of one of these schemes, or None where there is none; it may hold a password, which no message tells."""
    scheme, _, rest = (text or "").partition(":")
    if text and (scheme not in schemes or not rest.strip("/")):
        raise SettingsError(f"{name} must begin with {', '.join(f'{each}:' for each in schemes)} and tell a place.")
    return text or None


_UNITS: Final = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _bytes(name: str, text: str | None) -> int | None:
    if not text:
        return None
    found = re.fullmatch(r"\s*(\d{1,15})\s*(|kB|MB|GB|TB)\s*", text)
    if found is None or not int(found[1]):
        raise SettingsError(f"{name} is {text!r}; it must be a size such as 500 MB or 10 GB.")
    return int(found[1]) * _UNITS[found[2]]


def _yes(name: str, text: str | None) -> bool:
    if text not in {None, "", "0", "1"}:
        raise SettingsError(f"{name} is {text!r}; it is 1 for yes, 0 for no.")
    return text == "1"


def _proxies(text: str | None) -> int:
    if text and not re.fullmatch(r"\d", text):
        raise SettingsError(f"REFLECS_PROXIES is {text!r}; it is how many proxies stand before the service, 0 to 9.")
    return int(text or 0)


def _contact(address: str | None) -> str:
    if not address:
        return DEFAULT_CONTACT
    if not _ADDRESS.fullmatch(address.strip()):
        raise SettingsError(f"REFLECS_CONTACT is {address!r}; it must be an e-mail address.")
    return address.strip()

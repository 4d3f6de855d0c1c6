"""The settings: environment variables `REFLECS_*`, each with a default that works. Nobody else reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from records.errors import CatalogueError

DEFAULT_ENGINE: Final = "embedded:var/catalogue"
DEFAULT_PORT: Final = 8000


class SettingsError(CatalogueError):
    """A setting that cannot be used; names the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation is set up.

    Attributes:
        engine: where the catalogue is kept (`REFLECS_ENGINE`), "embedded:" and a folder.
        base_url: the address the catalogue is known by (`REFLECS_BASE_URL`), without a slash at its end; None where it is not set.
        sipad_url: where data are ordered (`REFLECS_SIPAD_URL`), a template with "{identifier}"; None when there is no SIPAD.
        schemas: a folder with more XSDs for `reflecs validate` (`REFLECS_SCHEMAS`); None for those that come with pycsw.
    """

    engine: str = DEFAULT_ENGINE
    base_url: str | None = None
    sipad_url: str | None = None
    schemas: Path | None = None

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
        )


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

"""The engines that keep and find records, behind one contract (`catalogue.engines.base`)."""

from pathlib import Path

from catalogue.engines.base import Engine
from records.errors import EngineError


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Return the engine that `url` names: "embedded:PATH", a directory, made where it is missing and `read_only` is not asked.

    Raises:
        EngineError: the url names no engine, or the engine cannot be opened.
    """
    scheme, colon, rest = url.partition(":")
    if scheme == "embedded" and colon and rest:
        from catalogue.engines.embedded import EmbeddedEngine  # noqa: PLC0415 (an engine's client is loaded where it is used)

        return EmbeddedEngine(Path(rest), read_only=read_only)
    raise EngineError(f"no engine is called {url!r}; write embedded:PATH")


__all__ = ["Engine", "open_engine"]

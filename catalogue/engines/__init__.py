"""The engines that keep and find records, behind one contract (`catalogue.engines.base`)."""

from pathlib import Path

from catalogue.engines.base import Engine
from catalogue.settings import ElasticsearchAccess
from records.errors import EngineError


def open_engine(url: str, *, read_only: bool = False, prompt: bool = False) -> Engine:
    """Return the engine that `url` names; what it names is made where it is missing and `read_only` is not asked.

    "embedded:PATH" is a directory, "elasticsearch:http://HOST:PORT/NAME" a catalogue on a cluster, whose user and password or API key the
    settings tell. A cluster that cannot be reached is opened for reading nonetheless: it may be there when it is asked.

    Args:
        url: of the catalogue.
        read_only: whether nothing will be written.
        prompt: whether who writes somebody waits for, who is told soon that a cluster takes nothing now; a load has more patience.

    Raises:
        EngineError: the url names no engine, or the engine cannot be opened.
    """
    scheme, colon, rest = url.partition(":")
    if scheme == "embedded" and colon and rest:
        from catalogue.engines.embedded import EmbeddedEngine  # noqa: PLC0415 (an engine's client is loaded where it is used)

        return EmbeddedEngine(Path(rest), read_only=read_only, prompt=prompt)
    if scheme == "elasticsearch" and colon and rest:
        from catalogue.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 (as above)
        from catalogue.engines.elasticsearch.server import Address  # noqa: PLC0415 (as above)

        return ElasticsearchEngine(Address.parse(rest), ElasticsearchAccess.from_environment(), read_only=read_only, prompt=prompt)
    raise EngineError(f"no engine is called {url!r}; write embedded:PATH or elasticsearch:http://HOST:PORT/NAME")


__all__ = ["Engine", "open_engine"]

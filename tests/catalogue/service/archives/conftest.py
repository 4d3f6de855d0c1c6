"""A catalogue that has been through everything, and what two catalogues have to agree on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Entry, Window
from catalogue.engines.stored import entry_of
from mappings.formats import read, write
from records.codes import Domain
from records.model import Record

NOW = datetime(2026, 11, 27, 12, 0, 0, 123456, tzinfo=UTC)


def day(number: float) -> datetime:
    """Return a time so many days after NOW."""
    return NOW + timedelta(days=number)


def entry(identifier: str, title: str, *, format_name: str = "iso19139", harvest_source: str | None = None) -> Entry:
    """Return a record, as a document of a format, made ready."""
    document = write(Record(identifier=identifier, title=title, abstract="Été.", domain=Domain.EARTH), format_name)
    return entry_of(read(document), origin=f"{title}.xml", harvest_source=harvest_source)


def live(engine: Engine) -> None:
    """Let a catalogue go through all that can happen to records."""
    engine.put([entry("same/1", "Ice"), entry("doi:10.1/x y", "Étoiles"), entry("gone", "Gone", harvest_source="esa")], now=day(0))
    engine.put([entry("same/1", "Ice 2"), entry("twice", "First"), entry("twice", "Second")], now=day(1))
    engine.delete(["gone"], now=day(2))
    engine.put([entry("same/1", "Ice 3", format_name="dif10"), entry("back", "Back")], now=day(3))
    engine.delete(["back", "same/1"], now=day(4))
    engine.put([entry("back", "Back")], now=day(4))
    engine.put([entry("same/1", "Ice 3", format_name="dif10", harvest_source="nasa")], now=day(5))
    engine.put([entry("../../etc/passwd", "Out"), entry("𝔘nicode 🛰", "Wide"), entry("CON", "Device"), entry("con", "device")], now=day(6))
    engine.delete(["CON"], now=day(7))


def kept(engine: Engine) -> dict[str, object]:
    """Return all that a catalogue keeps, as far as the contract shows it."""
    headers = engine.headers(Window(), limit=1000)
    statistics = engine.statistics()
    return {
        "headers": headers,
        "tombstones": list(engine.tombstones()),
        "versions": {header.identifier: engine.versions(header.identifier) for header in headers},
        "records": {
            record.identifier: (record, record.source, record.provenance)
            for record in engine.get_many([header.identifier for header in headers], documents=True)
            if record is not None
        },
        "sources": engine.sources(),
        "statistics": (statistics.records, statistics.deleted, statistics.updated, statistics.earliest, statistics.formats),
    }


@pytest.fixture
def catalogues(tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Opens embedded catalogues by name, new ones empty; all are closed afterwards."""
    opened: dict[str, Engine] = {}

    def catalogue(name: str) -> Engine:
        if name not in opened:
            opened[name] = open_engine(f"embedded:{tmp_path / name}")
        return opened[name]

    yield catalogue
    for engine in opened.values():
        engine.close()


@pytest.fixture
def lived(catalogues: Callable[[str], Engine]) -> Engine:
    """A catalogue that has been through everything."""
    engine = catalogues("lived")
    live(engine)
    return engine

"""The sets of the catalogue (OAI-PMH 2.0, 2.6): records by science domain and by harvest source; tombstones stay in theirs.

`domain` holds all records that have one, `domain:earth` and so on those of each; likewise `source` and `source:NAME`. A source's name may
have any characters and a setSpec may not: those but letters, digits, "-", "." and "_" are written as "~" and two hexadecimal digits for
each of their bytes in UTF-8.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from catalogue.engines.base import Engine, Header, Window
from mappings.vocabularies.labels import label
from records.codes import Domain

_DOMAIN: Final = "domain"
_SOURCE: Final = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A set as a harvester chose it; None narrows nothing.

    Attributes:
        domain: of this science domain.
        source: from this harvest source.
        parent: "domain" or "source": of any domain, from any source.
    """

    domain: str | None = None
    source: str | None = None
    parent: str | None = None

    def holds(self, header: Header) -> bool:
        """Return whether the set that is no window by itself, a parent, holds a record."""
        match self.parent:
            case "domain":
                return header.domain is not None
            case "source":
                return header.harvest_source is not None
            case _:
                return True

    def windows(self, engine: Engine, window: Window) -> tuple[Window, ...]:
        """Return the windows that share no record and together show the set, as `window` shows the whole catalogue."""
        match self.parent:
            case "domain":
                return tuple(_narrowed(window, domain=domain.value) for domain in Domain)
            case "source":
                return tuple(_narrowed(window, source=name) for name in engine.sources())
            case _:
                return (_narrowed(window, domain=self.domain, source=self.source),)


def _narrowed(window: Window, *, domain: str | None = None, source: str | None = None) -> Window:
    return Window(since=window.since, until=window.until, domain=domain, harvest_source=source)


def chosen(spec: str | None) -> Chosen | None:
    """Return the set that a setSpec names, all records for None; None where no such set can be."""
    if spec is None:
        return Chosen()
    parent, colon, name = spec.partition(":")
    if not colon:
        return Chosen(parent=parent) if parent in {_DOMAIN, _SOURCE} else None
    if parent == _DOMAIN and name in list(Domain):
        return Chosen(domain=name)
    source = unquote(name.replace("~", "%"))
    return Chosen(source=source) if spec == _source_spec(source) else None


def specs_of(header: Header) -> Iterator[str]:
    """Yield the setSpecs of a record: its innermost sets, which are in their parents."""
    if header.domain is not None:
        yield f"{_DOMAIN}:{header.domain}"
    if header.harvest_source is not None:
        yield _source_spec(header.harvest_source)


def all_sets(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield setSpec and setName of every set, a parent before its own; a catalogue without sources has no sets of them."""
    yield _DOMAIN, "Records of a known science domain"
    yield from ((f"{_DOMAIN}:{domain.value}", label(domain, "en")) for domain in Domain)
    sources = engine.sources()
    if sources:
        yield _SOURCE, "Records that were harvested"
    yield from ((_source_spec(name), f"Harvested from {name}") for name in sources)


def _source_spec(name: str) -> str:
    return f"{_SOURCE}:{quote(name, safe='').replace('~', '%7E').replace('%', '~')}"

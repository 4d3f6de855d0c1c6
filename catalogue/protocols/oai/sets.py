"""The sets of the catalogue (OAI-PMH 2.0, 2.6): records by science domain and by harvest source; tombstones stay in theirs.

`domain` holds all records that have one, `domain:earth` and so on those of each; likewise `source` and `source:NAME`. A source's name may
have any characters and a setSpec may not: those but letters, digits, "-", "." and "_" are written as "~" and two hexadecimal digits for
each of their bytes in UTF-8.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from catalogue.engines.base import Engine, Header, Window
from mappings.vocabularies.labels import label
from records.codes import Domain

_DOMAIN: Final = "domain"
_SOURCE: Final = "source"


def narrowed(window: Window, spec: str | None) -> Window | None:
    """Return what of a window is in the set that a setSpec names, all of it for None; None where no such set can be."""
    if spec is None:
        return window
    if spec == _DOMAIN:
        return replace(window, any_domain=True)
    if spec == _SOURCE:
        return replace(window, any_source=True)
    parent, _, name = spec.partition(":")
    if parent == _DOMAIN and name in list(Domain):
        return replace(window, domain=name)
    source = unquote(name.replace("~", "%"))
    return replace(window, harvest_source=source) if spec == _source_spec(source) else None


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

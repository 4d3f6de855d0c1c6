"""What a source has: fetched by a harvester alone, with nothing between and nothing known before."""

from typing import Any

from harvesters.outcomes import Fetched
from mappings.formats import read
from tests.harvesters.sites import run, source


def truth(protocol: str, url: str, **options: Any) -> dict[str, bytes]:
    """Return the documents of a source, by the identifiers of their records."""
    ran = run(source(protocol, url, **options))
    assert ran.complete, "the source itself cannot be harvested whole"
    assert not ran.rejected
    return {read(each.content).identifier: each.content for each in ran.outcomes if isinstance(each, Fetched)}

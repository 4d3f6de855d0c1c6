"""DOIs in all their spellings: "10.5067/ABC", "doi:10.5067/ABC", "https://doi.org/10.5067/ABC", "info:doi/10.5067/ABC"."""

import re
from typing import Final

_DOI: Final = re.compile(r"(?:doi:\s*|info:doi/|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def doi_of(identifier: str) -> str | None:
    """Return the bare DOI ("10.5067/ABC") that an identifier or an address is; None where it is none."""
    found = _DOI.fullmatch(identifier.strip())
    return found[1] if found else None


def doi_address(identifier: str) -> str | None:
    """Return the address at which a DOI, in any spelling, resolves; None where `identifier` is none."""
    doi = doi_of(identifier)
    return f"https://doi.org/{doi}" if doi else None

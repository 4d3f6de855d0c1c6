"""The types of records that are asked for, by whatever prefix the request has bound (OGC 07-006r1, 10.8.4.8)."""

from collections.abc import Mapping
from typing import Final

from catalogue.protocols.csw.exceptions import ServiceError
from catalogue.protocols.csw.requests import Request, shown
from mappings.xml import NAMESPACES

RECORD: Final = "csw:Record"
METADATA: Final = "gmd:MD_Metadata"
METADATA_3: Final = "mdb:MD_Metadata"
TYPES: Final = (RECORD, METADATA, METADATA_3)

_TYPES: Final[Mapping[tuple[str, str], str]] = {
    (NAMESPACES["csw"], "Record"): RECORD,
    (NAMESPACES["csw30"], "Record"): RECORD,
    (NAMESPACES["gmd"], "MD_Metadata"): METADATA,
    (NAMESPACES["mdb"], "MD_Metadata"): METADATA_3,
}
_USUAL: Final = {prefix: NAMESPACES[prefix] for prefix in ("csw", "csw30", "gmd", "mdb")}
_ALONE: Final = {"Record": RECORD, "MD_Metadata": METADATA}


def type_named(name: str, request: Request, locator: str, *, qualified: bool = False) -> str:
    """Return the type that a name in a request stands for; all records can be had as any of them.

    The usual prefixes need no binding, and a name may come without one unless it has to be qualified.

    Raises:
        ServiceError: it stands for none.
    """
    prefix, _, local = name.rpartition(":")
    space = request.namespaces.get(prefix) or _USUAL.get(prefix)
    found = _TYPES.get((space, local)) if space else None
    if found is None and not prefix and not qualified:
        found = _ALONE.get(local)
    if found is None:
        raise ServiceError(f"there is no type {shown(name)}; there are {', '.join(TYPES)}", locator=locator)
    return found

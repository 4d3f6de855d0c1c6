"""OGC API – Records (OGC 20-004r1) at `/ogc`: the catalogue for clients of OGC's web interfaces, over pygeoapi's API object."""

from flask import Blueprint

from catalogue.protocols.doors import Doors


def blueprint(doors: Doors) -> Blueprint:
    """Return the door, to be put at `/ogc`."""
    from catalogue.protocols.ogcapi.door import Door  # noqa: PLC0415 (pygeoapi takes 0.3 s and 36 MB: only who serves pays)

    return Door(doors).blueprint()


__all__ = ["blueprint"]

"""XML schemas: where they are on this machine, and which one a document is checked against. Nothing is fetched from the network.

Two places: the trees that come with the installed pycsw (CSW, Filter, OWS, GML, ISO 19139 of 2006 and 2007), and a folder that a
setting names, laid out as the table below says, for what pycsw does not bring (ISO 19139-2, ISO 19115-3, DIF, oai_dc).
"""

import importlib.util
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from mappings.xml import ISO_19115_3, NAMESPACES

_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_CATALOG: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
_ISO_2006: Final = "plugins/profiles/apiso/schemas/ogc/iso/19139/20060504"
_ISO_2007: Final = "plugins/profiles/apiso/schemas/ogc/iso/19139/20070417"
_PYCSW_PLACES: Final = (
    ("http://www.w3.org/2009/01/xml.xsd", "core/schemas/w3c/2001/xml.xsd"),
    ("http://www.w3.org/", "core/schemas/w3c/"),
    ("http://schemas.opengis.net/iso/19139/", "plugins/profiles/apiso/schemas/ogc/iso/19139/"),
    ("http://schemas.opengis.net/", "core/schemas/ogc/"),
)
"""Where the addresses that schemas import from are found in pycsw: beginning of the address, path."""


_CHECKING: Final = threading.Lock()
"""Held while a schema checks: lxml keeps what it found on the schema itself, which all threads share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """An XML schema by name and place.

    Attributes:
        title: as a report names it.
        imports: the namespaces it covers and their files: below pycsw, or below the folder of the setting.
        installed: whether it comes with pycsw.
    """

    title: str
    imports: tuple[tuple[str, str], ...]
    installed: bool


_GMD_PARTS: Final = (("gmd", "gmd/gmd.xsd"), ("gmx", "gmx/gmx.xsd"), ("srv", "srv/srv.xsd"))
_NASA: Final = "nasa-iso-mends-tree"

GMD_2006: Final = Schema(
    title="ISO 19139 of 2006 (GML 3.2.0)",
    imports=tuple((NAMESPACES[prefix], f"{_ISO_2006}/{path}") for prefix, path in _GMD_PARTS),
    installed=True,
)
GMD_2007: Final = Schema(
    title="ISO 19139 of 2007 (GML 3.2.1)",
    imports=tuple((NAMESPACES[prefix], f"{_ISO_2007}/{path}") for prefix, path in _GMD_PARTS[:2]),
    installed=True,
)
GMI: Final = Schema(
    title="ISO 19139-2, NASA's edition",
    imports=tuple((NAMESPACES[prefix], f"{_NASA}/{prefix}/1.0/{prefix}.xsd") for prefix in ("gmi", "gmd", "gmx", "srv")),
    installed=False,
)
GMD_SERVICES: Final = Schema(
    title="ISO 19139 with services (GML 3.2.1), NASA's edition",
    imports=tuple((NAMESPACES[prefix], f"{_NASA}/{prefix}/1.0/{prefix}.xsd") for prefix in ("gmd", "gmx", "srv")),
    installed=False,
)
_MDB_PARTS: Final = ("mdb/2.0", "cit/2.0", "mac/2.0", "mrc/2.0", "mrl/2.0", "msr/2.0", "srv/2.0", "srv/2.1")
_MDB_PARTS_2016: Final = ("mdb/1.0", "cit/1.0", "mac/1.0", "mrc/1.0", "mrl/1.0", "msr/1.0", "srv/2.0", "srv/2.1")
_MDB_COMMON: Final = ("gco", "gcx", "gex", "lan", "mcc", "mco", "mex", "mmi", "mpc", "mrd", "mri", "mrs")


def _mdb(parts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    every = (*parts, *(f"{module}/1.0" for module in _MDB_COMMON))
    tree = "iso19115-3-2018-tree/standards.iso.org/19115/-3"
    return tuple((f"{ISO_19115_3}{part}", f"{tree}/{part}/{part.partition('/')[0]}.xsd") for part in every)


MDB: Final = Schema(title="ISO 19115-3 of 2018 (mdb 2.0)", imports=_mdb(_MDB_PARTS), installed=False)
MDB_2016: Final = Schema(title="ISO 19115-3 of 2016 (mdb 1.0)", imports=_mdb(_MDB_PARTS_2016), installed=False)
CSW_RECORD: Final = Schema(
    title="CSW 2.0.2 record", imports=((NAMESPACES["csw"], "core/schemas/ogc/csw/2.0.2/record.xsd"),), installed=True
)
CSW30_RECORD: Final = Schema(
    title="CSW 3.0 record", imports=((NAMESPACES["csw30"], "core/schemas/ogc/cat/csw/3.0/record.xsd"),), installed=True
)
OAI_DC: Final = Schema(title="oai_dc", imports=((NAMESPACES["oai_dc"], "ivoa-older/oai_dc.xsd"),), installed=False)
DIF10: Final = Schema(title="DIF 10.2", imports=((NAMESPACES["dif"], "dif10/dif_v10.2.xsd"),), installed=False)
DIF9: Final = Schema(title="DIF 9.9.3", imports=((NAMESPACES["dif"], "dif9/dif_v9.9.3.xsd"),), installed=False)


@cache
def compiled(schema: Schema, folder: Path | None = None) -> etree.XMLSchema | None:
    """Return the compiled schema, once a process; None where its files are not on this machine.

    Args:
        schema: which one.
        folder: the user's folder of schemas; None when there is none.

    Raises:
        lxml.etree.LxmlError: a schema, or the catalogue of the folder, is not well-formed or does not compile.
        OSError: a file of them cannot be read.
    """
    base = _pycsw() if schema.installed else folder
    if base is None:
        return None
    if not all((base / path).is_file() for _, path in schema.imports):
        return None
    driver = etree.Element(f"{{{_XSD}}}schema", nsmap={"xs": _XSD})
    imports = [(namespace, base / path) for namespace, path in schema.imports]
    pycsw = _pycsw()
    if pycsw is not None:  # some schemas use xml:lang and leave it to the processor to know it
        imports.insert(0, ("http://www.w3.org/XML/1998/namespace", pycsw / "core/schemas/w3c/2001/xml.xsd"))
    for namespace, path in imports:
        etree.SubElement(driver, f"{{{_XSD}}}import", namespace=namespace, schemaLocation=path.absolute().as_uri())
    parser = _parser()
    parser.resolvers.add(_Local(_places(folder)))
    return etree.XMLSchema(etree.fromstring(etree.tostring(driver), parser))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


class _Local(etree.Resolver):
    """Finds what schemas import at its place on this machine, or nowhere."""

    def __init__(self, places: tuple[tuple[str, Path], ...]) -> None:
        super().__init__()
        self._places = places

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override] # the stubs lack the third argument
        """Return the file for `system_url`; what is remote and not at hand is empty, and the schema then does not compile."""
        del public_id
        if not system_url.startswith(("http:", "https:", "ftp:")):
            return None
        address = system_url.replace("https:", "http:", 1)
        for start, place in self._places:
            if address.startswith(start):
                found = place / address[len(start) :] if address != start else place
                if found.is_file():
                    return self.resolve_filename(str(found), context)  # type: ignore[attr-defined] # missing from the stubs
        return self.resolve_empty(context)  # type: ignore[attr-defined] # missing from the stubs


def _pycsw() -> Path | None:
    found = importlib.util.find_spec("pycsw")
    return None if found is None or found.origin is None else Path(found.origin).parent


def _places(folder: Path | None) -> tuple[tuple[str, Path], ...]:
    """Return the beginnings of remote addresses and where they are found, the user's folder (by its catalog.xml) first."""
    places: list[tuple[str, Path]] = []
    if folder is not None and (folder / "catalog.xml").is_file():
        for entry in etree.parse(folder / "catalog.xml", _parser()).iter(f"{_CATALOG}system", f"{_CATALOG}rewriteSystem"):
            start = entry.get("systemId") or entry.get("systemIdStartString")
            place = entry.get("uri") or entry.get("rewritePrefix")
            if start and place:
                places.append((start.replace("https:", "http:", 1), folder / place))
    if folder is not None:
        places.append(("http://dublincore.org/schemas/xmls/", folder / "ivoa-older"))
    pycsw = _pycsw()
    if pycsw is not None:
        places.extend((start, pycsw / path) for start, path in _PYCSW_PLACES)
    return tuple(places)


def check(schema: etree.XMLSchema, root: etree._Element) -> list[tuple[int, str]]:
    """Return what the schema finds in a document: line, from 1, and message, each once, in order; [] when it is valid."""
    with _CHECKING:
        schema.validate(root)
        return errors(schema)


def errors(schema: etree.XMLSchema) -> list[tuple[int, str]]:
    """Return what the schema found in the document it checked last, as `check` does; for one thread alone."""
    log: Iterable[etree._LogEntry] = schema.error_log  # type: ignore[assignment] # the stubs forget that it can be iterated
    return list(dict.fromkeys((entry.line, entry.message) for entry in log))

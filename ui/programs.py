"""The page for those who use the catalogue from a program."""

from dataclasses import dataclass

from catalogue.query import Direction, Page, SearchQuery, SortKey
from catalogue.service import Catalogue
from catalogue.service.addresses import record_path
from catalogue.service.exporting import MAX_WEB_RECORDS
from mappings.formats import WRITTEN
from mappings.formats.format import Format
from mappings.vocabularies.words import number_words
from ui.search_form import FACETS, SORTS
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A standard address at which other catalogues ask.

    Attributes:
        name: of the standard.
        address: the whole address.
        says: what it is for.
        example: a whole address that answers.
    """

    name: str
    address: str
    says: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramsPage:
    """What the page shows.

    Attributes:
        base_url: the catalogue's address.
        doors: the standard addresses.
        identifier: of a record, for lines to copy.
        formats: all there are.
        limit: so many records are exported at once.
        parameters: of a search, each with what it does.
    """

    base_url: str
    doors: tuple[Door, ...]
    identifier: str
    formats: tuple[Format, ...]
    limit: str
    parameters: tuple[tuple[str, str], ...]

    def example(self, **parameters: str) -> str:
        """Return the whole address of the record."""
        return f"{self.base_url}{record_path(self.identifier, **parameters)}"


def programs_page(catalogue: Catalogue, *, language: str) -> ProgramsPage:
    """Ask the catalogue for an example and return the page."""
    newest = SearchQuery(sort=(SortKey("created", Direction.DESCENDING),), page=Page(limit=1))
    hits = catalogue.search(newest).hits
    return ProgramsPage(
        base_url=catalogue.base_url,
        doors=_doors(catalogue.base_url),
        identifier=hits[0].record.identifier if hits else "IDENTIFIER",
        formats=WRITTEN,
        limit=number_words(MAX_WEB_RECORDS, language),
        parameters=(
            ("q", _("words, in any order; “in quotes” a phrase")),
            (", ".join(FACETS), _("values to keep; given again, they widen each other")),
            ("from, to", _("first and last date: 2007, 2007-04, 2007-04-03")),
            ("bbox", _("a box on the Earth: west,south,east,north in degrees")),
            ("sky", _("a cone on the sky: right ascension,declination,radius in degrees, ICRS")),
            ("parent", _("the identifier of a record: its parts")),
            ("sort", ", ".join(SORTS)),
            ("exact", _("1: words only as written")),
            ("page", _("from 1")),
            ("lang", _("en or fr")),
        ),
    )


def _doors(base_url: str) -> tuple[Door, ...]:
    def door(name: str, path: str, says: str, example: str) -> Door:
        return Door(name=name, address=f"{base_url}{path}", says=says, example=f"{base_url}{path}{example}")

    return (
        door(
            "CSW 2.0.2, 3.0.0",
            "/csw",
            _("OGC Catalogue Service for the Web, by GET, POST and SOAP; csw:Record, ISO 19139, ISO 19115-3, DIF 10 and Atom."),
            "?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=brief",
        ),
        door(
            "OGC API – Records",
            "/ogc",
            _("GeoJSON, with filters in CQL2; it describes itself in OpenAPI."),
            "/collections/records/items?limit=10",
        ),
        door(
            "OAI-PMH 2.0",
            "/oai",
            _("What is new, changed or deleted since a day; oai_dc, iso19139, iso19115-3 and dif10."),
            "?verb=ListRecords&metadataPrefix=iso19139&from=2026-01-01",
        ),
        door(
            "OpenSearch",
            "/opensearch",
            _("A search that browsers and clients learn by themselves, answered as Atom."),
            "/search?q=ocean",
        ),
    )

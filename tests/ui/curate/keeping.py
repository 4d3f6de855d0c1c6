"""What tests of the pages about records share: records to keep, and forms as browsers send them."""

from typing import Any, cast

from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from catalogue.engines.stored import entry_of
from catalogue.service.addresses import with_parameters
from mappings.formats import read, write
from records.codes import ContactScope, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.model import Box, Contact, Extent, Keyword, Link, Record
from tests.ui.account.conftest import Person
from tests.ui.curate.conftest import House

GOOD = Record(
    identifier="good",
    title="Sea ice from the air",
    abstract="Thickness of the sea ice around Svalbard, measured from an aeroplane.",
    language="eng",
    datestamp=Date("2020-05-01"),
    keywords=(Keyword(term="SEA ICE"), Keyword(term="ALTIMETRY"), Keyword(term="ICE SHEETS", thesaurus="GCMD Science Keywords")),
    contacts=(
        Contact(scope=ContactScope.METADATA, role=RoleCode.POINT_OF_CONTACT, organisation="CNES", emails=("data@example.org",)),
        Contact(
            scope=ContactScope.RESOURCE, role=RoleCode.AUTHOR, individual="Marie Curie", organisation="CNES", emails=("curie@example.org",)
        ),
    ),
    extents=(Extent(boxes=(Box(west=10.5, south=76, east=35, north=81),)),),
    intervals=(TimeInterval(begin=Date("2019-04-01"), end=Date("2019-04-30")),),
    links=(Link(url="https://data.example/ice.nc", name="All of it", function=LinkFunctionCode.DOWNLOAD),),
)
"""With nothing wrong."""
BAD = Record(identifier="bad", title="Bad", datestamp=Date("2020-05-01"), language="eng")
"""Without an abstract and anybody to ask."""


def keep(house: House, *records: Record, source: str | None = None, form: str = "iso19139") -> None:
    """Keep records as documents of a format."""
    made = [read(write(record, form)) for record in records]
    house.engine.put([entry_of(record, harvest_source=source) for record in made], now=house.clock())
    house.curation.checking.check_now([record.identifier for record in made])


def kept(house: House, identifier: str) -> Record:
    """Return a record that is kept."""
    record = house.engine.get(identifier)
    assert record is not None
    return record


def path(page: str, identifier: str, **parameters: str) -> str:
    """Return the address of a page about a record."""
    return with_parameters(f"/curate/record{page}", [("id", identifier), *parameters.items()])


def found(text: str, xpath: str) -> list[Any]:
    """Return what an XPath finds on a page: elements, or texts."""
    return cast("list[Any]", html.fromstring(text).xpath(xpath))


def words_in(element: Any) -> str:
    """Return what an element says, with single blanks."""
    return " ".join(element.text_content().split())


class Form:
    """A form of a page, as a browser fills it in and sends it."""

    def __init__(self, person: Person, text: str, action: str) -> None:
        self._person = person
        [self._form] = found(text, f"//form[@action='{action}']")
        self._action = action
        self.values: MultiDict[str, str] = MultiDict(self._form.form_values())

    def fill(self, **values: str | None) -> "Form":
        """Type into fields, named with "_" for "-"; None unticks a box."""
        for name, value in values.items():
            field = name.replace("_", "-")
            assert field in {each.get("name") for each in self._form.iter("input", "textarea", "select")}, field
            if value is None:
                self.values.poplist(field)
            else:
                self.values[field] = value
        return self

    def send(self, do: str = "save", **others: str) -> TestResponse:
        """Send it by a button; line ends go as browsers send them."""
        data = {name: [value.replace("\n", "\r\n") for value in values] for name, values in self.values.lists()}
        return self._person.client.post(self._action, data={**data, "do": do, **others})


def edit_form(person: Person, identifier: str) -> Form:
    """Open the form that a record is edited by."""
    return Form(person, person.get(path("/edit", identifier)).text, "/curate/record/edit")

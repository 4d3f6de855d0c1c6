"""From a record to the order of its data: by its own link, at the configured SIPAD, or by a letter to its distributor."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.service import Catalogue, load
from mappings.formats import read, write
from records.codes import ContactScope, LinkFunctionCode, RoleCode
from records.model import Contact, Link, Record

_OWN = Link(url="https://sipad.example.org/own", name="SIPAD", function=LinkFunctionCode.ORDER)
_DOWNLOAD = Link(url="https://data.example.org/x.zip", name="Data", function=LinkFunctionCode.DOWNLOAD)
_DISTRIBUTOR = Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="CNES", emails=("serad@cnes.fr",))

_RECORDS = (
    Record(identifier="own", title="Own", links=(_DOWNLOAD, _OWN)),
    Record(identifier="download", title="Download", links=(_DOWNLOAD,), contacts=(_DISTRIBUTOR,)),
    Record(identifier="a/b c", title="R&D", contacts=(_DISTRIBUTOR,)),
    Record(identifier="none", title="None"),
)

Opened = Callable[[str | None], Catalogue]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Opened]:
    for number, record in enumerate(_RECORDS):
        (tmp_path / f"{number}.xml").write_bytes(write(record, "iso19139"))
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    assert load(engine, [tmp_path / f"{number}.xml" for number in range(len(_RECORDS))]).complete
    yield lambda sipad: Catalogue(engine, base_url="https://reflecs.example.org", sipad_url=sipad)
    engine.close()


@pytest.mark.parametrize(
    ("sipad", "urls"),
    [
        (None, {"own": _OWN.url, "download": None, "a/b c": "mailto:serad@cnes.fr?subject=a%2Fb%20c%3A%20R%26D", "none": None}),
        (
            "https://sipad.example.org/?set={identifier}",
            {
                "own": _OWN.url,
                "download": None,
                "a/b c": "https://sipad.example.org/?set=a%2Fb%20c",
                "none": "https://sipad.example.org/?set=none",
            },
        ),
    ],
)
def test_where_data_are_ordered(catalogue: Opened, sipad: str | None, urls: dict[str, str | None]) -> None:
    opened = catalogue(sipad)
    found = {identifier: opened.view(identifier).order for identifier in urls}
    assert {identifier: link and link.url for identifier, link in found.items()} == urls
    assert opened.overview().orderable == sum(url is not None for url in urls.values())


def test_what_is_held_here_is_ordered_here(catalogue: Opened) -> None:
    opened = catalogue(None)
    opened.held = lambda: frozenset({"own", "download", "a/b c", "not in the catalogue"})
    links = {identifier: opened.view(identifier).order for identifier in ("own", "download", "a/b c", "none")}
    assert {identifier: link and link.url for identifier, link in links.items()} == {
        "own": _OWN.url,
        "download": "https://reflecs.example.org/sipad/order?dataset=download",
        "a/b c": "https://reflecs.example.org/sipad/order?dataset=a%2Fb%20c",
        "none": None,
    }
    assert opened.overview().orderable == 3


def test_the_made_link_travels_in_every_format_but_the_source(catalogue: Opened) -> None:
    opened = catalogue("https://sipad.example.org/?set={identifier}")
    for name in ("dif10", "json"):
        again = read(opened.export(["none"], name).content)
        assert [link.url for link in again.links_for(LinkFunctionCode.ORDER)] == ["https://sipad.example.org/?set=none"]
    source = opened.record("none").source
    assert source is not None
    assert opened.export(["none"], "iso19139").content == source.content

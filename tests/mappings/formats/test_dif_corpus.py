"""DIF 9 and DIF 10 on all real documents: none is refused or half-read, and what is not read is declared."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from lxml import etree

from mappings import formats
from mappings.formats import Format, detect, dif9, dif10
from mappings.formats.dif9.reader import UNREAD as UNREAD_9
from mappings.formats.dif10.reader import UNREAD as UNREAD_10
from records.codes import KeywordTypeCode
from records.errors import FormatError
from records.model import Record

pytestmark = pytest.mark.corpus

VERSIONS = {"dif10": (dif10.FORMAT, UNREAD_10), "dif9": (dif9.FORMAT, UNREAD_9)}
TRIED = 12
"""How many elements of one path are changed before it counts as unread (a fax number is, a telephone number is not)."""


@pytest.fixture(scope="module")
def documents(corpus: Path) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted((corpus / "dif").glob("*.xml")):
        content = path.read_bytes()
        found[detect(content).name].append(content)
    return found


def read(known: Format, content: bytes) -> Record:
    assert known.read is not None
    return known.read(content)


def test_each_document_is_of_one_of_the_two_versions(documents: dict[str, list[bytes]]) -> None:
    assert {name: len(found) for name, found in documents.items()} == {"dif10": 123, "dif9": 31}


def element(*path: str) -> str:
    return "/*" + "".join(f"/*[local-name() = '{name}']" for name in path)


_LOWER = "translate(normalize-space(.), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
FILLED = f"[normalize-space(.) != '' and not(contains('|not provided|not applicable|', concat('|', {_LOWER}, '|')))]"


@pytest.mark.parametrize("version", VERSIONS)
def test_counts_agree_with_the_elements(documents: dict[str, list[bytes]], version: str) -> None:
    known, _ = VERSIONS[version]
    for content in documents[version]:
        record = read(known, content)
        science = {"dif10": "Science_Keywords", "dif9": "Parameters"}[version]
        platform = {"dif10": ("Platform",), "dif9": ("Source_Name",)}[version]
        box = {"dif10": ("Spatial_Coverage", "Geometry", "Bounding_Rectangle"), "dif9": ("Spatial_Coverage",)}[version]
        sensors = {"dif10": f"{element('Platform', 'Instrument', 'Sensor', 'Short_Name')}{FILLED}", "dif9": "/none"}
        carried = {"dif10": ("Platform", "Instrument"), "dif9": ("Sensor_Name",)}[version]
        instrument = f"{element(*carried, 'Short_Name')}{FILLED} | {sensors[version]}"
        expected = {
            "science keywords": distinct(content, element(science)),
            "places": distinct(content, element("Location")),
            "platforms": distinct(content, element(*platform, "Short_Name") + FILLED),
            "instruments": distinct(content, instrument),
            "boxes": distinct(content, element(*box) + "[*[local-name() = 'Southernmost_Latitude'][normalize-space(.) != '']]"),
            "projects": distinct(content, element("Project", "Short_Name") + FILLED) + distinct(content, element("Project", "Campaign")),
            "links": len(addresses(content)),
            "topics": distinct(content, element("ISO_Topic_Category")),
        }
        found = {
            "science keywords": sum(keyword.type is KeywordTypeCode.THEME for keyword in record.keywords),
            "places": sum(keyword.type is KeywordTypeCode.PLACE for keyword in record.keywords),
            "platforms": len({platform.name for platform in record.platforms}),
            "instruments": len({instrument.name for instrument in record.instruments}),
            "boxes": sum(len(extent.boxes) for extent in record.extents),
            "projects": len({project.name for project in record.projects}),
            "links": len({link.url for link in record.links}),
            "topics": len(record.topic_categories) + sum("TopicCategoryCode" in problem.message for problem in record.problems),
        }
        assert found == expected, record.identifier


def distinct(content: bytes, xpath: str) -> int:
    """Count differing texts by XPath on local names, in no way as the readers find them."""
    nodes = found_at(etree.fromstring(content.lstrip()), xpath)
    return len({" ".join("|".join(map(str, node.itertext())).split()) for node in nodes} - {"", "|", "| |", "| | |"})


def addresses(content: bytes) -> set[str]:
    root = etree.fromstring(content.lstrip())
    citation = "*[local-name() = 'Dataset_Citation' or local-name() = 'Data_Set_Citation']"
    places = (f"{element('Related_URL', 'URL')}{FILLED}", f"{element('Multimedia_Sample', 'URL')}{FILLED}")
    whole = (*places, f"/*/{citation}/*[local-name() = 'Online_Resource']{FILLED}")
    return {(node.text or "").strip() for place in whole for node in found_at(root, place)}


def found_at(root: etree._Element, xpath: str) -> list[etree._Element]:
    return cast("list[etree._Element]", root.xpath(xpath))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_element_that_is_not_read_is_declared(documents: dict[str, list[bytes]], version: str) -> None:
    """Change the text of an element: the record or its problems change, unless `UNREAD` says why not."""
    known, unread = VERSIONS[version]
    silent = set()
    for path, places in leaves(documents[version]).items():
        if any(path == declared or path.startswith(f"{declared}/") for declared in unread):
            continue
        if path.startswith("Extended_Metadata/"):  # other groups than ours are other catalogues' own
            continue
        if not any(changes(known, content, index) for content, index in places[:TRIED]):
            silent.add(path)
    assert silent == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_declared_unread_is(documents: dict[str, list[bytes]], version: str) -> None:
    known, unread = VERSIONS[version]
    for path, places in leaves(documents[version]).items():
        if any(path == declared or path.startswith(f"{declared}/") for declared in unread if declared not in _SOMETIMES):
            assert not any(changes(known, content, index) for content, index in places[:2]), path


_SOMETIMES = {
    "Multimedia_Sample/File",
    "Temporal_Coverage/Periodic_DateTime",
    "Dataset_Citation/Version",
    "Spatial_Coverage/Spatial_Coverage_Type",
}
"""Read where something else is missing, or in part: said in their reasons."""


def leaves(contents: list[bytes]) -> dict[str, list[tuple[bytes, int]]]:
    """The paths of all elements with text and nothing else, and where they are: document, and index of the element in it."""
    found: dict[str, list[tuple[bytes, int]]] = defaultdict(list)
    for content in contents:
        for index, node in enumerate(etree.fromstring(content.lstrip()).iter(etree.Element)):
            if len(node) == 0 and (node.text or "").strip():
                names = [etree.QName(part).localname for part in (*reversed(list(node.iterancestors())), node)]
                found["/".join(names[1:])].append((content, index))
    return found


def changes(known: Format, content: bytes, index: int) -> bool:
    root = etree.fromstring(content.lstrip())
    node = list(root.iter(etree.Element))[index]
    written = etree.tostring(root)
    before = read(known, written)
    node.text = "Telephone" if node.text == "Fax" else "17 changed"
    after = read(known, etree.tostring(root))
    if any(problem.code == "no-identifier" for problem in before.problems):
        before = replace(before, identifier=after.identifier)  # derived from all of the content
    return before != after or before.problems != after.problems


@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_record_comes_through_both_versions_whole(documents: dict[str, list[bytes]], version: str) -> None:
    known, _ = VERSIONS[version]
    for content in documents[version]:
        record = read(known, content)
        for other, _ in VERSIONS.values():
            assert read(other, other.write(record)) == record


@pytest.mark.schemas
@pytest.mark.parametrize("version", VERSIONS)
def test_real_records_of_other_formats_are_written_valid_and_come_back_whole(corpus: Path, schemas: Path, version: str) -> None:
    known, _ = VERSIONS[version]
    entry = {"dif10": "dif10/dif_v10.2.xsd", "dif9": "dif9/dif_v9.9.3.xsd"}[version]
    schema = etree.XMLSchema(etree.parse(schemas / entry))
    for path in sorted((corpus / "iso19139").glob("*.xml"))[::9]:
        try:
            record = formats.read(path.read_bytes())
        except FormatError:
            continue
        written = known.write(record)
        schema.assertValid(etree.fromstring(written))
        assert read(known, written) == record, path.name

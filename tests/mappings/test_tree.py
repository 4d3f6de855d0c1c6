"""Documents as trees to read."""

import json
from pathlib import Path

import pytest

from mappings.formats import WRITTEN, write
from mappings.formats.format import Format
from mappings.tree import Line, Step, lines, words_of
from records.errors import CatalogueError
from records.model import Record

ISO = b"""<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"
  xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:gmx="http://www.isotc211.org/2005/gmx">
  <gmd:fileIdentifier><gco:CharacterString>a &amp; b</gco:CharacterString></gmd:fileIdentifier>
  <!-- nobody's business -->
  <gmd:contact><gmd:CI_ResponsibleParty>
    <gmd:organisationName><gmx:Anchor xlink:href="https://cnes.fr">CNES</gmx:Anchor></gmd:organisationName>
    <gmd:role><gmd:CI_RoleCode codeList="http://x/codelists.xml#CI_RoleCode" codeListValue="owner"/></gmd:role>
    <gmd:positionName/>
  </gmd:CI_ResponsibleParty></gmd:contact>
  <gmd:contact gco:nilReason="missing"/>
</gmd:MD_Metadata>"""


def test_the_folded_tree_reads_as_the_standard_names_things() -> None:
    tree = list(lines(ISO, folded=True))
    assert [(line.step, line.name, line.value) for line in tree] == [
        (Step.OPEN, "Metadata", None),
        (Step.LEAF, "File identifier", "a & b"),
        (Step.OPEN, "Contact", None),
        (Step.LEAF, "Organisation name", "CNES"),
        (Step.LEAF, "Role", "owner"),
        (Step.CLOSE, "", None),
        (Step.CLOSE, "", None),
    ]
    contact, organisation, role = tree[2], tree[3], tree[4]
    assert contact.type == "CI_ResponsibleParty"
    assert organisation.url == "https://cnes.fr"
    assert role.code_list == "CI_RoleCode"


def test_the_whole_tree_has_every_element_its_path_and_its_attributes() -> None:
    tree = list(lines(ISO, folded=False))
    paths = [line.path for line in tree if line.path]
    assert "/gmd:MD_Metadata/gmd:contact[1]/gmd:CI_ResponsibleParty/gmd:role/gmd:CI_RoleCode" in paths
    nil = next(line for line in tree if line.path == "/gmd:MD_Metadata/gmd:contact[2]")
    assert nil.attributes == (("gco:nilReason", "missing"),)
    assert len(paths) == ISO.count(b"<g")


def test_json_is_a_tree_with_pointers() -> None:
    document = {"type": "Feature", "a/b": {"c": [1.5, 2]}, "list": [{"d": None}, "e"], "empty": []}
    tree = list(lines(json.dumps(document).encode(), folded=False))
    assert [(line.path, line.value) for line in tree if line.step is Step.LEAF] == [
        ("/type", "Feature"),
        ("/a~1b/c", "[1.5, 2]"),
        ("/list/0/d", "null"),
        ("/list/1", "e"),
        ("/empty", "[]"),
    ]
    assert "null" not in [line.value for line in lines(json.dumps(document).encode(), folded=True)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gmd:identificationInfo", "Identification info"),
        ("MD_DataIdentification", "Data identification"),
        ("Entry_Title", "Entry title"),
        ("CharacterString", "Character string"),
        ("DOI", "DOI"),
        ("hasISOName", "Has ISO name"),
        ("", ""),
    ],
)
def test_names_in_words(name: str, words: str) -> None:
    assert words_of(name) == words


def test_a_deep_document_is_walked() -> None:
    deep = b"<a>" * 250 + b"x" + b"</a>" * 250
    tree = list(lines(deep, folded=False))
    assert sum(line.step is Step.OPEN for line in tree) == sum(line.step is Step.CLOSE for line in tree) == 249


@pytest.mark.parametrize("known", WRITTEN, ids=lambda known: known.name)
@pytest.mark.parametrize("folded", [True, False])
def test_every_format_of_ours_is_shown_with_its_title(known: Format, folded: bool) -> None:  # noqa: FBT001  -- parametrize hands it over
    content = write(Record(identifier="a", title="Sea ice"), known.name)
    tree = list(lines(content, folded=folded))
    assert any(line.value == "Sea ice" for line in tree)
    assert balanced(tree)


@pytest.mark.corpus
def test_every_document_of_the_corpus_is_shown_or_refused(corpus: Path) -> None:
    shown = 0
    for number, path in enumerate(sorted(corpus.glob("*/*"))):
        try:
            tree = list(lines(path.read_bytes(), folded=number % 2 == 0))
        except (CatalogueError, ValueError):
            continue
        assert balanced(tree), path
        shown += 1
    assert shown > 1000


def balanced(tree: list[Line]) -> bool:
    """Whether all that opens closes, and never before."""
    depth = 0
    for line in tree:
        depth += (line.step is Step.OPEN) - (line.step is Step.CLOSE)
        if depth < 0:
            return False
    return depth == 0

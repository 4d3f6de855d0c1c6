"""Documents are cut out of answers as they stand there; where that is not certain, they are written anew, and mean the same."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harvesters.cutting import documents
from mappings.embedding import embedded
from mappings.xml import children, parse_xml
from records.errors import FormatError

_AROUND = b'<?xml version="1.0"?>\n<r:all xmlns:r="urn:r" xmlns:g="urn:g" xmlns:unused="urn:unused">\n<!-- %s -->%s\n</r:all>'


def cut(answer: bytes) -> list[bytes]:
    return documents(answer, list(children(parse_xml(answer))))


def same(one: bytes, other: etree._Element) -> bool:
    """Return whether a document means what an element means: names with their namespaces, attributes, texts."""
    return _told(parse_xml(one)) == _told(other)


def _told(element: etree._Element) -> list[object]:
    return [
        (str(part.tag), sorted(map(str, part.attrib.items())), part.text or "", None if part is element else part.tail or "")
        for part in element.iter()
    ]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (b"<a>for: leg:</a>", b"<a>for: leg:</a>"),
        (b"<a b='1'>x</a>", b"<a b='1'>x</a>"),
        (b"<a  ><b/></a >", b"<a  ><b/></a >"),
        (b"<g:a>\r\n<g:b c=\"'>'\"/></g:a>", b'<g:a xmlns:g="urn:g">\r\n<g:b c="\'>\'"/></g:a>'),
        (b'<g:a xmlns:g="urn:own">&#233;\xc3\xa9<![CDATA[<]]></g:a>', b'<g:a xmlns:g="urn:own">&#233;\xc3\xa9<![CDATA[<]]></g:a>'),
        (
            b'<a t=\'xmlns:g="no">\' xmlns:h = "urn:h"><g:b h:c=""/></a>',
            b'<a xmlns:g="urn:g" t=\'xmlns:g="no">\' xmlns:h = "urn:h"><g:b h:c=""/></a>',
        ),
        (b'<d xmlns="urn:d"><ab/><a-b/><a.b/></d>', b'<d xmlns="urn:d"><ab/><a-b/><a.b/></d>'),
    ],
)
def test_the_bytes_are_those_of_the_answer(written: bytes, found: bytes) -> None:
    answer = _AROUND % (b"two", written + b"<other/>" + written)
    assert cut(answer) == [found, cut(_AROUND % (b"", b"<other/>"))[0], found]
    assert all(map(same, cut(answer), children(parse_xml(answer))))


def test_a_default_namespace_comes_along() -> None:
    answer = b'<all xmlns="urn:all&amp;"><a><b/></a><c xmlns=""><d/></c></all>'
    assert cut(answer) == [b'<a xmlns="urn:all&amp;"><b/></a>', b'<c xmlns=""><d/></c>']


@pytest.mark.parametrize(
    "answer",
    [
        b"<all><a><a/>1</a><a>2</a></all>",
        b"<all><a/><a>2</a></all>",
        b"<all><!-- <a></a> --><a>1</a></all>",
        b"<all><b><![CDATA[<a></a>]]></b><a>1</a></all>",
        b"<all><a><!-- </a> <a> -->1</a><a>2</a></all>",
        "<?xml version='1.0' encoding='utf-16'?><all><a>é</a></all>".encode("utf-16"),
        "<?xml version='1.0' encoding='iso-8859-1'?><all><a>é</a></all>".encode("latin-1"),
    ],
)
def test_what_is_not_certain_is_written_anew(answer: bytes) -> None:
    elements = list(children(parse_xml(answer)))
    assert len(cut(answer)) == len(elements)
    assert all(map(same, cut(answer), elements))


def test_nothing_is_cut_out_of_nothing() -> None:
    assert documents(b"<all/>", []) == []


def test_a_whole_answer_is_its_own_document() -> None:
    answer = b'<?xml version="1.0"?>\n<a xmlns="urn:a"> 1 </a>\n'
    assert documents(answer, [parse_xml(answer)]) == [b'<a xmlns="urn:a"> 1 </a>']


_NAMES = st.sampled_from(["a", "b", "g:a", "g:b", "r:c"])
_TREES = st.recursive(
    st.sampled_from(["", "1", "<!-- <a> -->", "<![CDATA[</g:a>]]>", "&lt;a>", "<?a b?>", "<!--</b><b>-->"]),
    lambda inner: st.tuples(_NAMES, st.sampled_from(["", ' xmlns:g="urn:h"', " b='>'", ' xmlns="urn:d"']), st.lists(inner, max_size=3)).map(
        lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>"
    ),
    max_leaves=12,
)


@given(trees=st.lists(_TREES, max_size=4))
def test_whatever_is_cut_means_the_same(trees: list[str]) -> None:
    answer = _AROUND % (b"any", "".join(tree for tree in trees if tree.startswith(("<a", "<b", "<g", "<r"))).encode())
    elements = list(children(parse_xml(answer)))
    assert all(map(same, documents(answer, elements), elements))


@pytest.mark.corpus
def test_documents_of_the_corpus_come_out_of_an_answer_as_they_went_in(corpus: Path) -> None:
    exact = read = 0
    for path in sorted((corpus / "iso19139").rglob("*.xml")):
        try:
            document = embedded(path.read_bytes())
            answer = b"<?xml version='1.0' encoding='UTF-8'?>\n<r:all xmlns:r='urn:r' xmlns:gmd='urn:other'>" + document + b"</r:all>"
            elements = list(children(parse_xml(answer)))
        except FormatError:
            continue
        (found,) = documents(answer, elements)
        assert same(found, elements[0])
        read += 1
        exact += found == document
    assert exact > 0.98 * read

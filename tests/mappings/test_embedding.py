"""A document's root element inside another document: its own bytes, or the same in UTF-8."""

from pathlib import Path

import pytest
from lxml import etree

from mappings.embedding import embedded, root_tag
from mappings.xml import parse_xml
from records.errors import FormatError


@pytest.mark.parametrize(
    ("document", "root"),
    [
        (b"<a/>", b"<a/>"),
        (b'<?xml version="1.0"?><a/>', b"<a/>"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\xc3\xa9</a>\n', b"<a>\xc3\xa9</a>"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' standalone='yes'?><a/>", b"<a/>"),
        (b'\r\n\t <?xml version="1.0" encoding = "us-ascii" ?>\r\n<a b=\'1\'  >&#233;</a >\t', b"<a b='1'  >&#233;</a >"),
        (b"<!-- <b> --><?p <c>?>\n<!----><a><!-- in --><?in?></a>", b"<a><!-- in --><?in?></a>"),
        (b"<a/><!-- made <a/> by hand -->\n", b"<a/>"),
        (
            b'<?xml version="1.1" encoding="utf-8"?><x:a xmlns:x="y"><![CDATA[--><!-- ]]></x:a>',
            b'<x:a xmlns:x="y"><![CDATA[--><!-- ]]></x:a>',
        ),
    ],
)
def test_a_document_in_utf8_keeps_its_bytes(document: bytes, root: bytes) -> None:
    assert embedded(document) == root
    parse_xml(document)


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!-- é --><a b="é">œ</a>'.replace("œ", "ü").encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252" standalone="yes"?><a b="é">ü</a>'.encode("cp1252"),
        '<?xml version="1.0" encoding="UTF-16"?><a b="é">ü</a>'.encode("utf-16"),
        '<a b="é">ü</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16LE"?><a b="é">ü</a>'.encode("utf-16-le"),
    ],
)
def test_a_document_in_another_encoding_is_written_in_utf8(document: bytes) -> None:
    assert embedded(document) == '<a b="é">ü</a>'.encode()
    assert root_tag(document) == "a"


@pytest.mark.parametrize(
    ("document", "root"),
    [
        (b"<a/><!-- one --><!-- two -->", b"<a/>"),
        (b"<a><![CDATA[<? ]]></a><?p x?>", b"<a>&lt;? </a>"),
        (b"<a-->-</a-->", b"<a-->-</a-->"),
        (b"<a-->-</a--><!-- b -->", b"<a-->-</a-->"),
    ],
)
def test_what_ends_strangely_is_parsed_and_written(document: bytes, root: bytes) -> None:
    assert embedded(document) == root


@pytest.mark.parametrize("document", [b"", b"{}", b"no XML", b"<!DOCTYPE a><a/>", b"-->", b"<!-- --", b"<a", b"<a/>?>", b"\xff\xfe"])
def test_what_is_no_xml_is_refused(document: bytes) -> None:
    with pytest.raises(FormatError):
        embedded(document)


@pytest.mark.parametrize(
    ("document", "tag"),
    [(b"\n<a/>", "a"), (b'<a xmlns="b">' + b"<c/>" * 2000, "{b}a"), (b"<!--" + b" " * 9000 + b'--><b:a xmlns:b="c"/>', "{c}a")],
)
def test_the_name_of_the_root(document: bytes, tag: str) -> None:
    assert root_tag(document) == tag


@pytest.mark.parametrize("document", [b"", b"{}", b"<!-- -->"])
def test_without_a_root_there_is_no_name(document: bytes) -> None:
    with pytest.raises(FormatError):
        root_tag(document)


@pytest.mark.corpus
def test_real_documents_are_the_same_inside_as_outside(corpus: Path) -> None:
    parser = etree.XMLParser(remove_pis=True)
    written_anew = 0
    for path in sorted(corpus.glob("*/*.xml")):
        content = path.read_bytes()
        try:
            root = parse_xml(content)
        except FormatError:
            continue
        inside = embedded(content)
        assert etree.tostring(etree.fromstring(inside, parser)) == etree.tostring(root, with_tail=False), path.name
        assert root_tag(content) == root.tag
        written_anew += inside not in content
    assert written_anew == 2, "the two in Latin 1 that have other letters than ASCII"

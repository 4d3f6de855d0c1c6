"""Where the elements of a document stand in its bytes, in whatever encoding it is."""

import codecs

import pytest
from lxml import etree

from mappings.editing.edits import EditError
from mappings.editing.source import XmlSource
from records.errors import FormatError

TEXT = (
    "<?xml version='1.0'{encoding}?>\r\n<!-- é <a> -->\r\n<r x='a>b' y=\"<'\">\r\n  <a/>\r\n"
    "  <b  z = '1'>é &amp; <![CDATA[<c>]]></b >\r\n  <a\n>2</a></r>\r\n"
)


@pytest.mark.parametrize(
    ("named", "codec", "before"),
    [
        ("", "utf-8", b""),
        ("", "utf-8", codecs.BOM_UTF8),
        (" encoding='ISO-8859-1'", "iso-8859-1", b""),
        (' encoding="windows-1252"', "windows-1252", b""),
        (' encoding="UTF-16"', "utf-16-le", codecs.BOM_UTF16_LE),
        (' encoding="utf8"', "utf-8", b"\n \n"),
    ],
)
def test_each_element_is_found_in_the_bytes_and_the_document_is_put_together_again(named: str, codec: str, before: bytes) -> None:
    content = before + TEXT.replace("{encoding}", named.replace("utf8", "utf-8")).replace("<'", "&lt;'").encode(codec)
    source = XmlSource(content)
    assert source.content_of(source.body) == content
    shown = [source.body[source.span(one).start : source.span(one).end].decode() for one in source.root.iter(etree.Element)]
    assert shown[0].startswith("<r x='a>b'")
    assert shown[0].endswith("</r>")
    assert shown[1:] == ["<a/>", "<b  z = '1'>é &amp; <![CDATA[<c>]]></b >", "<a\n>2</a>"]
    inside = [source.body[source.span(one).inner : source.span(one).inner_end].decode() for one in source.root]
    assert inside == ["", "é &amp; <![CDATA[<c>]]>", "2"]
    assert [source.span(one).is_one_tag for one in source.root] == [True, False, False]
    assert source.indent(source.root[0]) == b"\r\n  "
    assert source.indent(source.root[2]) == b"\r\n  "


def test_a_character_that_the_encoding_does_not_have_is_written_as_a_reference() -> None:
    source = XmlSource(b"<?xml version='1.0' encoding='iso-8859-1'?><r>\xe9</r>")
    assert (
        source.content_of(source.body.replace("é".encode(), "é日".encode()))
        == b"<?xml version='1.0' encoding='iso-8859-1'?><r>\xe9&#26085;</r>"
    )


def test_an_element_that_a_reader_added_does_not_stand_in_the_bytes() -> None:
    source = XmlSource(b"<r><a/></r>")
    assert source.root[0] in source
    assert etree.SubElement(source.root, "b") not in source


@pytest.mark.parametrize("content", [b'<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>', b"<!DOCTYPE r><r/>", b"<r>", b""])
def test_what_is_not_read_is_not_edited_either(content: bytes) -> None:
    with pytest.raises(FormatError):
        XmlSource(content)


def test_a_document_of_an_encoding_that_is_not_known_is_refused() -> None:
    with pytest.raises((EditError, FormatError)):
        XmlSource(b"<?xml version='1.0' encoding='x-no-such'?><r/>")

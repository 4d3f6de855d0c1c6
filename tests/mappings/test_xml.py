"""XML is parsed without network, entities or surprises, and every place in it can be named."""

import pytest
from lxml import etree

from mappings import xml
from mappings.xml import parse_xml, place, qname, to_bytes
from records.errors import FormatError

_BOMB = (
    b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;&y;&y;">]>'
    b"<a>&z;&z;&z;&z;&z;&z;&z;&z;&z;&z;</a>"
)
_EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
_REMOTE_DTD = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'


@pytest.mark.parametrize("content", [_BOMB, _EXTERNAL, _REMOTE_DTD])
def test_document_types_are_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"DOCTYPE|entity") as caught:
        parse_xml(content)
    assert "root:" not in str(caught.value)


def test_what_is_broken_is_named_with_its_line() -> None:
    with pytest.raises(FormatError, match="not well-formed") as caught:
        parse_xml(b"<a>\n<b>\n</a>")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf<a/>", b"  \n<?xml version='1.0'?><a/>", "<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16")]
)
def test_marks_and_blanks_in_front_are_tolerated(content: bytes) -> None:
    assert parse_xml(content).tag == "a"


def test_latin_1_is_read() -> None:
    assert parse_xml("<?xml version='1.0' encoding='ISO-8859-1'?><a>été</a>".encode("latin-1")).text == "été"


def test_a_document_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_DOCUMENT_BYTES", 10)
    with pytest.raises(FormatError, match="at most 10"):
        parse_xml(b"<a>0123456789</a>")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(FormatError):
        parse_xml(b"<a>" * 100_000 + b"</a>" * 100_000)


def test_a_place_is_an_xpath_that_leads_there() -> None:
    root = etree.Element(qname("gmd:MD_Metadata"))
    etree.SubElement(root, qname("gmd:contact"))
    second = etree.SubElement(root, qname("gmd:contact"))
    assert place(second) == "/gmd:MD_Metadata/gmd:contact[2]"
    assert root.getroottree().xpath(place(second), namespaces=xml.NAMESPACES) == [second]


def test_a_written_document_has_its_declaration_and_no_unused_namespaces() -> None:
    root = etree.Element(qname("gmd:MD_Metadata"), nsmap={"gmd": xml.NAMESPACES["gmd"], "gml": xml.NAMESPACES["gml"]})
    etree.SubElement(root, qname("gmd:contact")).text = "é"
    content = to_bytes(root)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert b"gml" not in content
    assert "é".encode() in content

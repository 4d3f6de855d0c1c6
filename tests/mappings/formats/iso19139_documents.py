"""ISO 19139 documents made for tests, and what is done with them."""

from typing import cast

from lxml import etree

from mappings.formats import iso19139
from mappings.xml import NAMESPACES
from records.model import Record

DECLARED = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("gmd", "gmi", "gco", "gmx", "srv", "gml", "gml31", "xlink"))


def read(content: bytes) -> Record:
    assert iso19139.FORMAT.read is not None
    return iso19139.FORMAT.read(content)


def carried(record: Record) -> Record:
    assert iso19139.FORMAT.carried is not None
    return iso19139.FORMAT.carried(record)


def again(record: Record) -> Record:
    return read(iso19139.FORMAT.write(record))


def text(words: str) -> str:
    return f"<gco:CharacterString>{words}</gco:CharacterString>"


def document(identification: str = "", *, citation: str = "", rest: str = "", root: str = "gmd:MD_Metadata") -> bytes:
    return f"""<{root} {DECLARED}><gmd:fileIdentifier>{text("A")}</gmd:fileIdentifier>
        <gmd:identificationInfo><gmd:MD_DataIdentification>
            <gmd:citation><gmd:CI_Citation><gmd:title>{text("A title")}</gmd:title>{citation}</gmd:CI_Citation></gmd:citation>
            {identification}
        </gmd:MD_DataIdentification></gmd:identificationInfo>{rest}</{root}>""".encode()


def nest(inside: str, *names: str) -> str:
    """Elements, each inside the one before, and `inside` in the innermost."""
    return "".join(f"<{name}>" for name in names) + inside + "".join(f"</{name}>" for name in reversed(names))


def codes(record: Record) -> list[str]:
    return [problem.code for problem in record.problems]


def identified(element: str, name: str = "gmd:MD_Identifier") -> str:
    return f"<{name}><gmd:code>{text(element)}</gmd:code></{name}>"


def select(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements at an XPath with the prefixes of the house."""
    return cast("list[etree._Element]", root.xpath(path, namespaces=NAMESPACES))

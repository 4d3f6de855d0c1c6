"""How elements of ISO 19139 are made."""

from typing import Final

from mappings.formats.shared.iso.building import Builder

BUILD: Final = Builder(
    values="gco",
    anchors="gmx",
    code_lists="http://standards.iso.org/iso/19139/resources/gmxCodelists.xml",
    code=lambda _: "gmd",
    citation="gmd",
    identifier="gmd",
    extent="gmd",
    acquisition="gmi",
    place="gmd:RS_Identifier",
)

nothing = BUILD.nothing
add_value = BUILD.add_value
add_text = BUILD.add_text
add_texts = BUILD.add_texts
need_text = BUILD.need_text
add_anchor = BUILD.add_anchor
add_code = BUILD.add_code
need_code = BUILD.need_code
need_date = BUILD.need_date

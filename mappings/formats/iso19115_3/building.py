"""How elements of ISO 19115-3 are made."""

from typing import Final

from mappings.formats.shared.iso.building import Builder

_CODE_PREFIXES: Final = {
    "CI_DateTypeCode": "cit",
    "CI_OnLineFunctionCode": "cit",
    "CI_RoleCode": "cit",
    "CI_TelephoneTypeCode": "cit",
    "DS_AssociationTypeCode": "mri",
    "LanguageCode": "lan",
    "MD_CharacterSetCode": "lan",
    "MD_ClassificationCode": "mco",
    "MD_KeywordTypeCode": "mri",
    "MD_RestrictionCode": "mco",
    "MD_ScopeCode": "mcc",
}

BUILD: Final = Builder(
    values="gco3",
    anchors="gcx",
    code_lists="http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml",
    code=_CODE_PREFIXES.__getitem__,
    citation="cit",
    identifier="mcc",
    extent="gex",
    acquisition="mac",
    place="mcc:MD_Identifier",
)

nothing = BUILD.nothing
add_value = BUILD.add_value
add_text = BUILD.add_text
add_texts = BUILD.add_texts
need_text = BUILD.need_text
need_date = BUILD.need_date
add_anchor = BUILD.add_anchor
add_code = BUILD.add_code
need_code = BUILD.need_code

"""The code lists of DIF beside the standard's own (GCMD: personnel roles, organisation types, URL content types, languages)."""

from typing import Final

from records.codes import ContactScope, LinkFunctionCode, RelationType, RoleCode, TopicCategoryCode

SCIENCE_KEYWORDS: Final = "NASA/GCMD Science Keywords"
LOCATIONS: Final = "GCMD Locations"
CHRONOSTRATIGRAPHY: Final = "GCMD Chronostratigraphic Units"
PROGRESS: Final = "DIF Dataset Progress"
DATA_TYPES: Final = "DIF Collection Data Type"
"""Titles of the lists that keywords of a DIF are taken from."""

CONCEPT: Final = "https://gcmd.earthdata.nasa.gov/kms/concept/"
"""A GCMD keyword's address is this and its UUID."""

Part = tuple[ContactScope, RoleCode]

PERSONNEL: Final[dict[str, Part]] = {
    "INVESTIGATOR": (ContactScope.RESOURCE, RoleCode.PRINCIPAL_INVESTIGATOR),
    "TECHNICAL CONTACT": (ContactScope.RESOURCE, RoleCode.POINT_OF_CONTACT),
    "METADATA AUTHOR": (ContactScope.METADATA, RoleCode.AUTHOR),
    "DIF AUTHOR": (ContactScope.METADATA, RoleCode.AUTHOR),
    "DATA CENTER CONTACT": (ContactScope.DISTRIBUTION, RoleCode.POINT_OF_CONTACT),
}
"""What a person of a DIF does. "DIF AUTHOR" is DIF 9's word for "METADATA AUTHOR"."""

ORGANISATIONS: Final[dict[str, Part]] = {
    "DISTRIBUTOR": (ContactScope.DISTRIBUTION, RoleCode.DISTRIBUTOR),
    "ARCHIVER": (ContactScope.RESOURCE, RoleCode.CUSTODIAN),
    "ORIGINATOR": (ContactScope.RESOURCE, RoleCode.ORIGINATOR),
    "PROCESSOR": (ContactScope.RESOURCE, RoleCode.PROCESSOR),
}
"""What an organisation of a DIF 10 does."""

TOPICS: Final[dict[TopicCategoryCode, str]] = {
    TopicCategoryCode.CLIMATOLOGY: "CLIMATOLOGY/METEOROLOGY/ATMOSPHERE",
    TopicCategoryCode.GEOSCIENTIFIC_INFORMATION: "GEOSCIENTIFIC INFORMATION",
    TopicCategoryCode.IMAGERY: "IMAGERY/BASE MAPS/EARTH COVER",
    TopicCategoryCode.INTELLIGENCE: "INTELLIGENCE/MILITARY",
    TopicCategoryCode.INLAND_WATERS: "INLAND WATERS",
    TopicCategoryCode.PLANNING: "PLANNING CADASTRE",
    TopicCategoryCode.UTILITIES: "UTILITIES/COMMUNICATIONS",
    TopicCategoryCode.EXTRA_TERRESTRIAL: "EXTRA TERRESTRIAL",
}
"""GCMD's names of the ISO topic categories, where they are not the code in capitals."""

CONTENT_TYPES: Final[dict[str, LinkFunctionCode | None]] = {
    "GET DATA": LinkFunctionCode.DOWNLOAD,
    "DOWNLOAD": LinkFunctionCode.DOWNLOAD,
    "VIEW RELATED INFORMATION": LinkFunctionCode.INFORMATION,
    "VIEW PROJECT HOME PAGE": LinkFunctionCode.INFORMATION,
    "VIEW PROFESSIONAL HOME PAGE": LinkFunctionCode.INFORMATION,
    "PROJECT HOME PAGE": LinkFunctionCode.INFORMATION,
    "PROFESSIONAL HOME PAGE": LinkFunctionCode.INFORMATION,
    "HOME PAGE": LinkFunctionCode.INFORMATION,
    "DATA SET LANDING PAGE": LinkFunctionCode.INFORMATION,
    "VIEW DATA SET LANDING PAGE": LinkFunctionCode.INFORMATION,
    "DATA CENTER URL": LinkFunctionCode.INFORMATION,
    "COLLABORATING DATA CENTER": LinkFunctionCode.INFORMATION,
    "VIEW EXTENDED METADATA": LinkFunctionCode.COMPLETE_METADATA,
    "EXTENDED METADATA": LinkFunctionCode.COMPLETE_METADATA,
    "GET RELATED VISUALIZATION": LinkFunctionCode.BROWSE_GRAPHIC,
    "GET RELATED DATA SET METADATA (DIF)": LinkFunctionCode.COMPLETE_METADATA,
    "VIEW IMAGES": LinkFunctionCode.BROWSE_GRAPHIC,
    "GOTO WEB TOOL": LinkFunctionCode.BROWSING,
    "GET SERVICE": None,
    "USE SERVICE API": None,
    "GET CAPABILITIES": None,
    "GET RELATED SERVICE METADATA (SERF)": None,
    "DOWNLOAD SOFTWARE": None,
    "NONE": None,
}
"""What a link of this URL content type is for; None where CI_OnLineFunctionCode has no word for it."""

GET_DATA_SUBTYPES: Final[dict[str, LinkFunctionCode]] = {
    "ORDER": LinkFunctionCode.ORDER,
    "PORTAL": LinkFunctionCode.SEARCH,
    "EARTHDATA SEARCH": LinkFunctionCode.SEARCH,
    "ECHO": LinkFunctionCode.SEARCH,
    "MIRADOR": LinkFunctionCode.SEARCH,
    "NOAA CLASS": LinkFunctionCode.SEARCH,
    "REVERB": LinkFunctionCode.SEARCH,
    "USGS EARTH EXPLORER": LinkFunctionCode.SEARCH,
    "VERTEX": LinkFunctionCode.SEARCH,
}
"""Subtypes of "GET DATA" that are for something else than the download itself."""

PROTOCOLS: Final[dict[str, str]] = {
    "GET WEB COVERAGE SERVICE (WCS)": "OGC:WCS",
    "GET WEB FEATURE SERVICE (WFS)": "OGC:WFS",
    "GET WEB MAP SERVICE (WMS)": "OGC:WMS",
    "OPENDAP DATA": "OPeNDAP",
    "OPENDAP DATA (DODS)": "OPeNDAP",
    "OPENDAP DIRECTORY (DODS)": "OPeNDAP",
    "THREDDS DATA": "THREDDS",
    "THREDDS DIRECTORY": "THREDDS",
    "WEB COVERAGE SERVICE (WCS)": "OGC:WCS",
    "WEB FEATURE SERVICE (WFS)": "OGC:WFS",
    "WEB MAP SERVICE (WMS)": "OGC:WMS",
}
"""Subtypes that name the protocol of the link."""

FUNCTIONS: Final[dict[LinkFunctionCode, tuple[str, str | None]]] = {
    LinkFunctionCode.DOWNLOAD: ("GET DATA", None),
    LinkFunctionCode.ORDER: ("GET DATA", "Order"),
    LinkFunctionCode.SEARCH: ("GET DATA", "PORTAL"),
    LinkFunctionCode.INFORMATION: ("VIEW RELATED INFORMATION", None),
    LinkFunctionCode.COMPLETE_METADATA: ("VIEW EXTENDED METADATA", None),
    LinkFunctionCode.BROWSE_GRAPHIC: ("GET RELATED VISUALIZATION", None),
    LinkFunctionCode.BROWSING: ("GOTO WEB TOOL", None),
}
"""URL content type and subtype of a link; the functions that are not here have none in GCMD's list."""

IMAGE_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "JPG": "image/jpeg", "GIF": "image/gif", "TIFF": "image/tiff"}
"""Media types of the formats of sample pictures."""

ASSOCIATIONS: Final[dict[str, RelationType]] = {
    "PARENT": RelationType.PARENT,
    "CHILD": RelationType.CHILD,
    "RELATED": RelationType.CROSS_REFERENCE,
    "SCIENCE ASSOCIATED": RelationType.CROSS_REFERENCE,
    "DEPENDENT": RelationType.DEPENDENCY,
    "INPUT": RelationType.SOURCE,
}
ASSOCIATION_OF: Final[dict[RelationType, str]] = {
    RelationType.PARENT: "Parent",
    RelationType.CHILD: "Child",
    RelationType.CROSS_REFERENCE: "Related",
    RelationType.DEPENDENCY: "Dependent",
    RelationType.SOURCE: "Input",
}
ASSOCIATED_DOIS: Final[dict[str, RelationType]] = {
    "CHILD DATASET": RelationType.CHILD,
    "PARENT DATASET": RelationType.PARENT,
    "RELATED DATASET": RelationType.CROSS_REFERENCE,
    "COLLABORATIVE/OTHER AGENCY": RelationType.CROSS_REFERENCE,
    "FIELD CAMPAIGN": RelationType.CROSS_REFERENCE,
    "ISDESCRIBEDBY": RelationType.CROSS_REFERENCE,
    "OTHER": RelationType.CROSS_REFERENCE,
    "ISPREVIOUSVERSIONOF": RelationType.SUPERSEDED_BY,
    "ISNEWVERSIONOF": RelationType.REVISION_OF,
}
"""What an associated DOI of each type is to the data."""

LANGUAGES: Final[dict[str, str]] = {
    "afr": "Afrikaans",
    "ara": "Arabic",
    "bos": "Bosnian",
    "bul": "Bulgarian",
    "ces": "Czech",
    "dan": "Danish",
    "deu": "German",
    "eng": "English",
    "est": "Estonian",
    "fin": "Finnish",
    "fra": "French",
    "heb": "Hebrew",
    "hrv": "Croatian",
    "hun": "Hungarian",
    "ind": "Indonesian",
    "ita": "Italian",
    "jpn": "Japanese",
    "kor": "Korean",
    "lav": "Latvian",
    "lit": "Lithuanian",
    "nld": "Dutch",
    "nor": "Norwegian",
    "pol": "Polish",
    "por": "Portuguese",
    "ron": "Romanian",
    "rus": "Russian",
    "slk": "Slovak",
    "spa": "Spanish",
    "ukr": "Ukrainian",
    "vie": "Vietnamese",
    "zho": "Chinese",
}
"""ISO 639-2/T and DIF's name of each language of its list."""

LANGUAGE_CODES: Final = {name.casefold(): code for code, name in LANGUAGES.items()}

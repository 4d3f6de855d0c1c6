"""The operations, their parameters and values, as the capabilities list them and GetDomain tells them.

The queryables are those of `FIELDS`: what is searchable is said in one place.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from catalogue.protocols.csw.constraints import LANGUAGES
from catalogue.protocols.csw.presenting import OUTPUT_FORMATS, OUTPUT_SCHEMAS
from catalogue.protocols.csw.requests import VERSIONS
from catalogue.protocols.csw.searching import ResultType
from catalogue.protocols.csw.typenames import RECORD, TYPES
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT
from mappings.csw import ElementSet
from mappings.index.fields import FIELDS
from mappings.xml import ISO_19115_3, NAMESPACES

Parameters = Mapping[str, Sequence[str]]
"""The values of each parameter of an operation."""

SCHEMA_LANGUAGES: Final = (
    "http://www.w3.org/XML/Schema",
    "http://www.w3.org/TR/xmlschema-1/",
    "http://www.w3.org/2001/XMLSchema",
    "XMLSCHEMA",
)
SECTIONS: Final = {
    "2.0.2": ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Filter_Capabilities"),
    "3.0.0": ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Filter_Capabilities", "Languages", "All"),
}
CAPABILITIES_FORMATS: Final = ("text/xml", "application/xml")
BY_GET_ALONE: Final = {"GetRepositoryItem"}
BY_POST_ALONE: Final = {"Transaction"}

_ADDITIONAL: Final = {"apiso:Lineage", "apiso:OtherConstraints", "apiso:AssociatedRecord"}
"""Queryables of the ISO application profile that it calls additional (OGC 07-045, 8.2.2.4); apiso:AssociatedRecord is ours."""
_READ: Final = (
    *(NAMESPACES[prefix] for prefix in ("csw", "csw30", "gmd", "gmi", "mdb")),
    f"{ISO_19115_3}mdb/1.0",
    *(NAMESPACES[prefix] for prefix in ("dif", "oai_dc")),
)
"""The namespaces of the documents that a Transaction may hold."""
_CLASSES: Final = "http://www.opengis.net/spec/csw/3.0/conf"


def operations(version: str, *, writable: bool) -> dict[str, Parameters]:
    """Return the operations of a version, in their order."""
    schemas, formats = tuple(OUTPUT_SCHEMAS[version]), OUTPUT_FORMATS[version]
    sets = tuple(ElementSet)
    found: dict[str, Parameters] = {"GetCapabilities": {"sections": SECTIONS[version], "acceptFormats": CAPABILITIES_FORMATS}}
    if version == "2.0.2":
        found["GetCapabilities"] = {"sections": SECTIONS[version]}
        types = {"typeName": TYPES, "outputFormat": formats, "schemaLanguage": SCHEMA_LANGUAGES}
        found["DescribeRecord"] = types
    else:
        found["GetCapabilities"] = {**found["GetCapabilities"], "acceptVersions": tuple(reversed(VERSIONS))}
    found["GetDomain"] = {}
    found["GetRecords"] = {
        "resultType": tuple(ResultType),
        "typeNames": TYPES if version == "2.0.2" else (RECORD, "csw30:Record", *TYPES[1:]),
        "outputSchema": schemas,
        "outputFormat": formats,
        "CONSTRAINTLANGUAGE": LANGUAGES,
        "ElementSetName": sets,
    }
    found["GetRecordById"] = {"outputSchema": schemas, "outputFormat": formats, "ElementSetName": sets}
    found["GetRepositoryItem"] = {}
    if writable:
        found["Transaction"] = {"TransactionSchemas": _READ}
    found["GetDomain"] = {"ParameterName": tuple(parameter_values(found))}
    return found


def parameter_values(found: Mapping[str, Parameters]) -> dict[str, Sequence[str]]:
    """Return the values of each parameter by "Operation.parameter"."""
    return {f"{name}.{parameter}": values for name, parameters in found.items() for parameter, values in parameters.items()}


def record_constraints() -> dict[str, list[str]]:
    """Return what GetRecords can be asked by and is limited to: queryables, sortables, numbers of records."""
    names = [name for field in FIELDS.values() for name in field.csw]
    iso = [name for name in names if name.startswith("apiso:")]
    own = [field.name for field in FIELDS.values() if not field.csw]
    return {
        "SupportedDublinCoreQueryables": [name for name in names if name not in iso],
        "SupportedISOQueryables": [name for name in iso if name not in _ADDITIONAL],
        "AdditionalQueryables": [name for name in iso if name in _ADDITIONAL] + own,
        "CoreSortables": [field.csw[0] if field.csw else field.name for field in FIELDS.values() if field.sortable],
        "MaxRecordLimit": [str(MAX_LIMIT)],
    }


def service_constraints(version: str, *, writable: bool) -> dict[str, list[str]]:
    """Return what holds of the service as a whole; in 3.0.0 which conformance classes it has (OGC 12-176r7, table 17)."""
    found = {
        "MaxRecordDefault": [str(DEFAULT_LIMIT)],
        "PostEncoding": ["XML", "SOAP"],
        "XPathQueryables": ["allowed"],
        "IsoProfiles": [NAMESPACES["gmd"]],
    }
    if version == "2.0.2":
        return found
    classes = {
        "OpenSearch": True,
        "GetCapabilities-XML": True,
        "GetRecordById-XML": True,
        "GetRecords-Basic-XML": True,
        "GetRecords-Distributed-XML": False,
        "GetRecords-Distributed-KVP": False,
        "GetRecords-Async-XML": False,
        "GetRecords-Async-KVP": False,
        "GetDomain-XML": True,
        "GetDomain-KVP": True,
        "Transaction": writable,
        "Harvest-Basic-XML": False,
        "Harvest-Basic-KVP": False,
        "Harvest-Async-XML": False,
        "Harvest-Async-KVP": False,
        "Harvest-Periodic-XML": False,
        "Harvest-Periodic-KVP": False,
        "Filter-CQL": True,
        "Filter-FES-XML": True,
        "Filter-FES-KVP-Advanced": True,
    }
    found |= {f"{_CLASSES}/{name}": ["TRUE" if holds else "FALSE"] for name, holds in classes.items()}
    found[f"{_CLASSES}/SupportedGMLVersions"] = [NAMESPACES["gml31"], NAMESPACES["gml"]]
    return found

"""The conformance classes that are true of this door."""

from typing import Final

_COMMON: Final = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf"
_COMMON_2: Final = "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf"
_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
_FILTERING: Final = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_CHANGING: Final = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
RECORDS: Final = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf"

CLASSES: Final = (
    # OGC API Common, parts 1 (19-072) and 2 (20-024)
    f"{_COMMON}/core",
    f"{_COMMON}/landing-page",
    f"{_COMMON}/json",
    f"{_COMMON}/oas30",
    f"{_COMMON_2}/collections",
    # OGC API Features, part 1 (17-069r4)
    f"{_FEATURES}/core",
    f"{_FEATURES}/geojson",
    f"{_FEATURES}/oas30",
    # OGC API Features, part 3: filtering (19-079r2)
    f"{_FILTERING}/queryables",
    f"{_FILTERING}/queryables-query-parameters",
    f"{_FILTERING}/filter",
    f"{_FILTERING}/features-filter",
    # OGC API Records, part 1 (20-004r1)
    f"{RECORDS}/record-core",
    f"{RECORDS}/record-collection",
    f"{RECORDS}/record-core-query-parameters",
    f"{RECORDS}/records-api",
    f"{RECORDS}/sorting",
    f"{RECORDS}/filtering",
    f"{RECORDS}/json",
    f"{RECORDS}/oas30",
    f"{RECORDS}/searchable-catalog",
    f"{RECORDS}/searchable-catalog/sorting",
    f"{RECORDS}/searchable-catalog/filtering",
    # CQL2 (21-065r2)
    f"{_CQL2}/cql2-text",
    f"{_CQL2}/cql2-json",
    f"{_CQL2}/basic-cql2",
    f"{_CQL2}/advanced-comparison-operators",
    f"{_CQL2}/case-insensitive-comparison",
    f"{_CQL2}/basic-spatial-functions",
    f"{_CQL2}/basic-spatial-functions-plus",
    f"{_CQL2}/spatial-functions",
    f"{_CQL2}/temporal-functions",
    f"{_CQL2}/array-functions",
)

CHANGING: Final = (f"{_CHANGING}/create-replace-delete",)
"""What is true as well where curators write through the door (20-002r1)."""

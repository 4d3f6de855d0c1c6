"""Single values as ISO 19139 and ISO 19115-3 have them: dates of the resource, sizes, counts, processing levels."""

import re
from decimal import Decimal
from typing import Final

from lxml import etree

from mappings.formats.shared.iso.acquisition import told
from mappings.formats.shared.iso.elements import child, code, plain, said, words
from mappings.rules import MOST, Problems, clean_line, date
from mappings.xml import children
from records.codes import DateTypeCode
from records.model import ResourceDate

OBJECTS_UNIT: Final = " objects"
"""What follows a number of objects where the units of distribution say it."""

_date_type = code(DateTypeCode)


def resource_date(element: etree._Element, problems: Problems) -> ResourceDate | None:
    """A CI_Date."""
    when, kind = child(element, "date"), child(element, "dateType")
    found = None if when is None else date(when, problems)
    if found is None:
        return None
    return ResourceDate(date=found, type=None if kind is None else _date_type(kind, problems))


def megabytes(element: etree._Element, problems: Problems) -> int | None:
    """A transfer size (in megabytes of 10^6 bytes) as bytes."""
    written = words(element).strip()
    if not written:
        return None
    try:
        size = Decimal(written.replace(",", ".")) * 1_000_000
        possible = 0 <= size <= MOST
    except ArithmeticError:  # no number, or an exponent beyond those of Decimal
        possible = False
    if not possible:
        problems.add("bad-number", f"not a size: {written[:80]!r}", element)
        return None
    return int(size.to_integral_value())


def objects(element: etree._Element, problems: Problems) -> int | None:
    """Units of distribution that say a number of objects ("294 objects"); None for any other."""
    del problems
    match = re.match(r"^(\d{1,18}) (?:objects?|files?)$", clean_line(words(element)) or "", re.IGNORECASE)
    return int(match[1]) if match else None


def level(element: etree._Element, problems: Problems) -> str | None:
    """A processing level, from the code of an identifier or from the element's own text."""
    del problems
    inside = next(children(element), None)
    found = said(inside, "code") if inside is not None and child(inside, "code") is not None else plain(words(element))
    return told(found)


def one_size(found: tuple[int, ...], where: str, problems: Problems) -> int | None:
    """Return the size of all the data, in bytes, of the transfer sizes found: none where there are several."""
    if len(found) > 1:
        shown = ", ".join(str(size) for size in found[:5])
        problems.add("several-sizes", f"{len(found)} transfer sizes ({shown} … bytes); none is taken for the size of all", where)
        return None
    return found[0] if found else None

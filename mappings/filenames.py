"""File names for records: safe on every system, and no two alike in one archive or PDF."""

import re


def file_name(identifier: str, extension: str, used: set[str] | None = None) -> str:
    """Return the name of a file for a record.

    Args:
        identifier: the record's; what is no letter, digit, dot, hyphen or underscore becomes an underscore.
        extension: with its dot.
        used: names given already, in small letters, since some systems do not tell letters by their case; the name is added. Where it
            is used, a number stands behind it. None: the name stands alone.
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", identifier).strip("._")[:100] or "record"
    name, number = stem + extension, 1
    if used is not None:
        while name.casefold() in used:
            number += 1
            name = f"{stem}-{number}{extension}"
        used.add(name.casefold())
    return name

"""How files are named: the rule of a mission, by which a name tells where its file belongs, and what any name may be made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,199}", re.ASCII)
_COROT: Final = re.compile(
    r"COROT_(?P<run>[A-Za-z0-9]{1,20})_(?P<channel>[AE])N(?P<level>[0-9O])_(?P<rest>[A-Za-z_]{1,40})_(?P<target>\d{10})\.tar\.gz", re.ASCII
)
_CODE: Final = re.compile(r"(?P<channel>[AE])N(?P<level>[0-9O])_(?P<rest>[A-Za-z_]{1,40})", re.ASCII)
RULES: Final[Mapping[str, str]] = {"corot": "COROT_<run>_<code>_<COROTID, 10 digits>.tar.gz"}
"""The rules there are, by what "naming" in the details of a node calls them, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of a file tells.

    Attributes:
        stored: the name as it is stored, with the digit where it came with the letter O.
        run: the code of its run, None where the rule has none.
        code: the code of its data set, with the digit.
        target: the COROTID.
    """

    stored: str
    run: str
    code: str
    target: int


def is_safe(name: str) -> bool:
    """Return whether a name is made of what no file system and no reader takes for anything else: letters, digits, ". _ + = -"."""
    return _SAFE.fullmatch(name) is not None


def read_corot(name: str) -> FileName | None:
    """Return what a name of COROT's rule tells, or None where it is not one.

    `ANO_` and `ENO_`, with the letter O, are read as `AN0_` and `EN0_`: slides and lists have them so.
    """
    match = _COROT.fullmatch(name)
    if match is None:
        return None
    code = with_digit(f"{match['channel']}N{match['level']}_{match['rest']}")
    return FileName(
        stored=f"COROT_{match['run']}_{code}_{match['target']}.tar.gz", run=match["run"], code=code, target=int(match["target"])
    )


def corot_name(run: str, code: str, target: int) -> str:
    """Return the name of a file of COROT."""
    return f"COROT_{run}_{code}_{target:010}.tar.gz"


def with_digit(code: str) -> str:
    """Return a code of COROT with the digit 0 where it has the letter O: "AN0_STARWIND" for "ANO_STARWIND"; others as they are."""
    match = _CODE.fullmatch(code)
    return code if match is None else f"{match['channel']}N{match['level'].replace('O', '0')}_{match['rest']}"

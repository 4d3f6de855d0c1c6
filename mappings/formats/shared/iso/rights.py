"""Constraints, licence and access as ISO 19139 and ISO 19115-3 have them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from mappings.formats.shared.iso.elements import anchor, child, code, code_words, descend, plain, said, spelt, words
from mappings.rules import Problems, clean_line, clean_text
from mappings.xml import children, local_name
from records.codes import AccessLevel, ConstraintKind, RestrictionCode
from records.dates import Date
from records.model import Access, Constraint, Licence

_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LICENCE_URL: Final = re.compile(
    r"https?://(?:www\.)?(?:creativecommons\.org/(?:licenses|publicdomain)/|opendatacommons\.org/licenses/|etalab\.gouv\.fr/"
    r"|open\.canada\.ca/\w+/open-government-licence|nationalarchives\.gov\.uk/doc/open-government-licence|spdx\.org/licenses/)[^\s<>\"'()]*",
    re.IGNORECASE,
)
_LICENCE_NAME: Final = re.compile(
    r"\bCreative Commons (?:Attribution|Zero|CC0|Public Domain)[A-Za-z0-9 .-]{0,60}?\bLicen[cs]e"
    r"|\bCC[- ]BY(?:[- ](?:NC|SA|ND)){0,3}(?:[- ]?[1-4]\.0)?\b|\bCC[- ]?0(?: 1\.0)?\b",
    re.IGNORECASE,
)
"""Names of licences that are plain from any words around them."""
_CODED: Final = {"accessConstraints": ConstraintKind.ACCESS, "useConstraints": ConstraintKind.USE}
_TEXTS: Final = {"useLimitation": ConstraintKind.USE_LIMITATION, "otherConstraints": ConstraintKind.OTHER}
_OPEN: Final = {"unclassified"}
_RESTRICTED: Final = {"restricted", "confidential", "secret", "topsecret", "limiteddistribution", "sensitivebutunclassified"}
_restriction = code(RestrictionCode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What one block of constraints says.

    Attributes:
        is_licence: the block has no other purpose than to name the licence; its constraints say the same in other words.
    """

    constraints: tuple[Constraint, ...] = ()
    licence: Licence | None = None
    is_licence: bool = False
    access: Access | None = None


def rights(element: etree._Element, problems: Problems) -> Rights:
    """An MD_Constraints, MD_LegalConstraints or MD_SecurityConstraints."""
    codes: list[Constraint] = []
    texts: list[Constraint] = []
    empty: list[ConstraintKind] = []
    cited: list[Licence] = []
    address: str | None = None
    for part in children(element):
        name = local_name(part)
        if name in _CODED:
            found = _coded(part, _CODED[name], problems)
            if found is None:
                empty.append(_CODED[name])
            else:
                codes.append(found)
        elif name in _TEXTS:
            text = clean_text(words(part)) or next(iter(code_words(part)), None)
            address = address or anchor(part)
            texts += [Constraint(kind=_TEXTS[name], text=text)] if text else []
        elif name == "reference":
            cited += _cited(part)
    if cited and any(found.code is RestrictionCode.LICENSE for found in codes):
        codes = [found for found in codes if found.code is not RestrictionCode.LICENSE]
        rest = sort_rights(codes, [*texts, *map(_in_words, cited[1:])], empty, None, _access(element, problems))
        return replace(rest, licence=cited[0])
    return sort_rights(codes, [*texts, *map(_in_words, cited)], empty, address, _access(element, problems))


def _cited(element: etree._Element) -> list[Licence]:
    """Return what a mco:reference cites, a licence in most documents, by its title and its address: one, or none."""
    citation = child(element, "CI_Citation")
    title = said(citation, "title")
    online = descend(citation, "onlineResource", "CI_OnlineResource")
    url = spelt(online, "linkage")
    return [Licence(name=title, url=url)] if title or url else []


def _in_words(cited: Licence) -> Constraint:
    return Constraint(kind=ConstraintKind.OTHER, text=", ".join(filter(None, (cited.name, cited.url))))


def sort_rights(
    codes: list[Constraint],
    texts: list[Constraint],
    empty: list[ConstraintKind],
    address: str | None = None,
    access: Access | None = None,
) -> Rights:
    """Return what a block says that holds these codes, texts, elements without a code, and address of an anchor.

    Where a block holds one element of access or use and one other constraint beside it, the two are one constraint; where its code is
    "license" and it holds one text, that is the licence. Otherwise each element is a constraint of its own.
    """
    limits = [text for text in texts if text.kind is ConstraintKind.USE_LIMITATION]
    others = [text for text in texts if text.kind is ConstraintKind.OTHER]
    constraints = [*limits, *codes, *others]
    if len(others) == 1 and len(codes) + len(empty) == 1:
        holder = codes[0] if codes else Constraint(kind=empty[0])
        if holder.text is None:
            constraints = [*limits, Constraint(kind=holder.kind, code=holder.code, text=others[0].text)]
    if len(texts) == 1 and any(found.code is RestrictionCode.LICENSE for found in codes):
        licence = licence_of(texts[0].text or "", address)
        return Rights(constraints=tuple(constraints), licence=licence, is_licence=len(codes) == 1, access=access)
    mentioned = (licence_in(text.text or "", address if len(texts) == 1 else None) for text in texts)
    licence = next((found for found in mentioned if found), None)
    return Rights(constraints=tuple(constraints), licence=licence, access=access)


def merged(blocks: Sequence[Rights]) -> Rights:
    """Return what all blocks say together: the licence of the first block that is there for it, or else the first that is mentioned."""
    chosen = next((block for block in blocks if block.is_licence), None)
    mentioned = next((block.licence for block in blocks if block.licence), None)
    constraints = (found for block in blocks if block is not chosen for found in block.constraints)
    return Rights(
        constraints=tuple(dict.fromkeys(constraints)),
        licence=chosen.licence if chosen else mentioned,
        access=next((block.access for block in blocks if block.access), None),
    )


def _coded(element: etree._Element, kind: ConstraintKind, problems: Problems) -> Constraint | None:
    written = list(code_words(element))
    if not written:
        return None
    found = _restriction(element, Problems())
    if found is not None:
        return Constraint(kind=kind, code=found)
    problems.add("unknown-code", f"{written[0][:80]!r} is no RestrictionCode; kept as words", element)
    return Constraint(kind=kind, text=written[-1])


def licence_of(text: str, address: str | None) -> Licence | None:
    """Return the licence that a text under the code "license" names, with the address its anchor points to."""
    name = clean_line(text)
    if name is None or name == address or (address is None and _URL.fullmatch(name)):
        return Licence(url=address or name) if address or name else None
    return Licence(name=name, url=address)


def licence_in(text: str, address: str | None = None) -> Licence | None:
    """Return the licence that any words about constraints name, with its address where they say it; None where they name none."""
    name = _LICENCE_NAME.search(" ".join(text.split()))
    url = _LICENCE_URL.search(text) or (_LICENCE_URL.search(address) if address else None)
    if name is None and url is None:
        return None
    return Licence(name=name[0] if name else None, url=url[0].rstrip(".,;") if url else None)


_NOTE: Final = re.compile(r"^(?:groups: (?P<groups>.+?))?(?:(?:^|; )until: (?P<until>[0-9T:.Z+-]+))?$")
_GROUP: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,"]+)\s*(?:,|$)')


def access_note(access: Access) -> str | None:
    """Return the userNote for groups and end of a restriction: "groups: a, b; until: 2027-01-12"; None where there is neither."""
    groups = ", ".join(
        name if re.fullmatch(r'[^,;":\s]+(?: [^,;":\s]+)*', name) else json.dumps(name, ensure_ascii=False) for name in access.groups
    )
    parts = ([f"groups: {groups}"] if groups else []) + ([f"until: {access.until}"] if access.until else [])
    return "; ".join(parts) or None


def _access(element: etree._Element, problems: Problems) -> Access | None:
    classification = child(element, "classification")
    if classification is None:
        return None
    candidates = [candidate.casefold() for candidate in code_words(classification)]
    level = next((level for level, known in _LEVELS if any(candidate in known for candidate in candidates)), None)
    note = child(element, "userNote")
    written = plain(words(note)) if note is not None else None
    if level is None:
        if candidates:
            problems.add("unknown-code", f"{candidates[0][:80]!r} is no classification known here", classification)
        return None
    groups, until = _read_note(written) if written else ((), None)
    if written and not groups and until is None:
        problems.add("unread-note", f"a note on the restriction was not understood: {written[:120]!r}", element)
    return Access(level=level, groups=groups, until=until)


_LEVELS: Final = ((AccessLevel.OPEN, _OPEN), (AccessLevel.RESTRICTED, _RESTRICTED))


def _read_note(note: str) -> tuple[tuple[str, ...], Date | None]:
    match = _NOTE.match(note)
    if match is None:
        return (), None
    names = (name.strip() for name in _GROUP.findall(match["groups"] or ""))
    groups = tuple(json.loads(name) if name.startswith('"') else name for name in names)
    try:
        return groups, Date.parse(match["until"]) if match["until"] else None
    except ValueError:
        return (), None

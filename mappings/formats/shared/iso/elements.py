"""The smallest pieces of ISO documents: texts, codes, links between elements. Elements are told by their local names."""

import re
from copy import deepcopy
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

from lxml import etree

from mappings.rules import Problems, Value, all_text, clean_line, clean_text
from mappings.vocabularies.languages import language_code
from mappings.xml import children, local_name, qname
from records.codes import Code, DateTypeCode, KeywordTypeCode, RestrictionCode, ScopeCode

C = TypeVar("C", bound=Code)

_ANY: Final = "{*}"
"""Any namespace: ISO 19139 has most of its elements in one, ISO 19115-3 has them in twenty, and documents mix them."""
_CHARACTER_STRINGS: Final = {qname("gco:CharacterString"), qname("gco3:CharacterString")}
_FREE_TEXTS: Final = {qname("gmd:PT_FreeText"), qname("lan:PT_FreeText")}
_LOCALISED: Final = (qname("gmd:LocalisedCharacterString"), qname("lan:LocalisedCharacterString"))
_HREF: Final = qname("xlink:href")
_SPELLINGS: Final[dict[str, Code]] = {
    "datacenter": KeywordTypeCode.DATA_CENTRE,
    "nongeographicaldataset": ScopeCode.NON_GEOGRAPHIC_DATASET,
    "last update": DateTypeCode.LAST_UPDATE,
    "licence": RestrictionCode.LICENSE,
}
"""Other spellings of codes that agencies use throughout, in small letters."""


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child called `name` (without prefix)."""
    return None if element is None else next(element.iterchildren(_ANY + name), None)


def descend(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return what is reached by going down by first children; None where a step is missing."""
    for name in names:
        element = child(element, name)
    return element


def by_name(element: etree._Element | None) -> dict[str, etree._Element]:
    """Return the children by their names (without prefix), of each name the first: one walk where many are asked for."""
    if element is None:
        return {}
    return {str(part.tag).rpartition("}")[2]: part for part in element.iterchildren("*", reversed=True)}


def words(element: etree._Element) -> str:
    """Return the text of a property as it is written.

    Of a CharacterString, Anchor, FileName and their like, or of the property itself; of a text in several languages
    (PT_FreeText) the main one, or the first where the main one is empty.
    """
    count = len(element)
    if count == 0:
        return element.text or ""
    if count == 1:
        only = element[0]
        if only.tag in _CHARACTER_STRINGS and len(only) == 0:
            return only.text or ""
    localised = ""
    for part in children(element):
        if part.tag in _FREE_TEXTS:
            localised = localised or next((text for one in part.iter(*_LOCALISED) if (text := all_text(one)).strip()), "")
        else:
            text = all_text(part)
            if text.strip():
                return text
    return localised


def plain(written: str) -> str | None:
    """Return a text on one line, without markup and double escapes; None when nothing is left."""
    if "&" in written or "<" in written:
        written = clean_text(written) or ""
    return clean_line(written)


def line(element: etree._Element, problems: Problems) -> str | None:
    """The property's text on one line."""
    del problems
    return plain(words(element))


def literal(element: etree._Element, problems: Problems) -> str | None:
    """The property's text to the letter, but for blanks: for identifiers and addresses, which are no prose."""
    del problems
    return clean_line(words(element))


def text(element: etree._Element, problems: Problems) -> str | None:
    """The property's text as plain paragraphs."""
    del problems
    return clean_text(words(element))


def said(element: etree._Element | None, name: str) -> str | None:
    """Return the text, on one line, of the first child called `name`."""
    found = child(element, name)
    return None if found is None else plain(words(found))


def spelt(element: etree._Element | None, name: str) -> str | None:
    """Return the text, to the letter but for blanks, of the first child called `name`."""
    found = child(element, name)
    return None if found is None else clean_line(words(found))


def said_by_all(element: etree._Element | None, name: str) -> tuple[str, ...]:
    """Return the texts, each on one line and each once, of all children called `name`."""
    texts = (plain(written) for written in spelt_by_all(element, name))
    return tuple(dict.fromkeys(text for text in texts if text))


def spelt_by_all(element: etree._Element | None, name: str) -> tuple[str, ...]:
    """Return the texts, to the letter but for blanks and each once, of all children called `name`."""
    if element is None:
        return ()
    texts = (clean_line(words(found)) for found in element.iterchildren(_ANY + name))
    return tuple(dict.fromkeys(text for text in texts if text))


def anchor(element: etree._Element) -> str | None:
    """Return the address that a property's Anchor points to."""
    for part in children(element):
        href = (part.get(_HREF) or "").strip()
        if href:
            return href
    return None


def code_words(element: etree._Element) -> tuple[str, ...]:
    """Return what may name a code in a property or in its code element: `codeListValue`, the text, the text before a semicolon."""
    holder = element if element.get("codeListValue") is not None else next(children(element), element)
    return _candidates(holder.get("codeListValue") or "", all_text(holder))


@lru_cache(maxsize=1024)
def _candidates(value: str, words: str) -> tuple[str, ...]:
    every = (part for written in (value, words) for part in (written, written.rpartition("#")[2], written.partition(";")[0]))
    return tuple(" ".join(part.split()) for part in every if part.strip())


def code(codes: type[C]) -> Value[C]:
    """Return a conversion of a property or its code element to a code of `codes`; a problem "unknown-code" for another value."""

    @lru_cache(maxsize=256)
    def match(candidates: tuple[str, ...]) -> C | None:
        for candidate in candidates:
            found = codes.match(candidate) or _SPELLINGS.get(candidate.casefold())
            if isinstance(found, codes):
                return found
        return None

    def read(element: etree._Element, problems: Problems) -> C | None:
        candidates = code_words(element)
        found = match(candidates)
        if found is None and candidates:
            problems.add("unknown-code", f"{candidates[0][:80]!r} is no {codes.__name__}", element)
        return found

    return read


def language(element: etree._Element, problems: Problems) -> str | None:
    """The property's language, ISO 639-2/T; a problem "unknown-language" for what names none."""
    candidates = [re.split(r"[;,:\s]", candidate.strip())[0] for candidate in code_words(element)]
    for candidate in candidates:
        found = language_code(candidate)
        if found:
            return found
    if candidates:
        problems.add("unknown-language", f"{candidates[0][:80]!r} is no language", element)
    return None


_MOST_REFERENCES: Final = 1000
_LARGEST_TARGET: Final = 500


def resolve_references(root: etree._Element, found: list[etree._Element], problems: Problems) -> None:
    """Put into each empty property of `found` that points to an element of the same document a copy of that element.

    What points elsewhere, or to nothing, is a problem "unresolved-reference": nothing is fetched. References are so many and targets
    so small, and hold no references themselves, that no document can make itself grow.
    """
    if not found:
        return
    targets = {name: element for element in root.iter(etree.Element) if (name := element.get("id") or element.get("uuid"))}
    references = frozenset(found)
    for number, element in enumerate(found):
        href = (element.get(_HREF) or "").strip()
        if not href or clean_line(all_text(element)) or local_name(element) in {"units", "verticalCRS"}:
            continue
        target = targets.get(href[1:]) if href.startswith("#") and number < _MOST_REFERENCES else None
        if target is not None and _is_harmless(target, element, references):
            element.append(deepcopy(target))
        else:
            problems.add("unresolved-reference", f"the content is elsewhere, at {href[:200]}, and was not read", element)


def _is_harmless(target: etree._Element, element: etree._Element, references: frozenset[etree._Element]) -> bool:
    """Return whether a copy of `target` may be put into `element`: it is small, holds no reference, and does not hold `element`."""
    parts = list(islice(target.iter(etree.Element), _LARGEST_TARGET + 1))
    return len(parts) <= _LARGEST_TARGET and element not in parts and references.isdisjoint(parts)

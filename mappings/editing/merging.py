"""What has changed between two elements, done to a third one that says the same as the first in a document's own way."""

from copy import deepcopy
from typing import Final

from lxml import etree

from mappings.editing.plan import CannotMerge, Plan
from mappings.rules import clean_line
from mappings.xml import children, local_name, qname

_FREE_TEXT: Final = "PT_FreeText"
"""The same text in other languages, beside the one that is read."""
_TYPED: Final = {"Date", "DateTime"}
"""Elements whose name says what form their text has."""
_REPEATED: Final = {
    *("voice", "deliveryPoint", "electronicMailAddress", "geographicElement", "individual", "polygon", "interior"),
    *("Email", "Phone", "Street_Address", "Role", "URL", "Bounding_Rectangle", "Polygon", "Boundary", "Point", "Vertical_Spatial_Info"),
}
"""Elements of which there may be several in one; of all others there is one, and what is new in it goes into it."""
_SHARED: Final = {"contactInfo", "CI_Contact", "phone", "CI_Telephone", "address", "CI_Address", "Contact_Address", "Address"}
"""Elements that hold several things of one contact: of them only what is said to be gone is taken away. Others go as a whole."""
_PHONE: Final = qname("cit:phone")
"""A telephone of ISO 19115-3, of which there may be several; that of ISO 19139 has several numbers."""


def merge(plan: Plan, ours: etree._Element, base: etree._Element, theirs: etree._Element) -> None:
    """Change `ours`, an element of the document, as `base` was changed to become `theirs`; what is not in them stays.

    Raises:
        CannotMerge: what was changed is not found in `ours`.
    """
    _merge_attributes(plan, ours, base, theirs)
    if _is_simple(base) and _is_simple(theirs) and len(_spoken(ours)) < 2:
        _merge_simple(plan, ours, base, theirs)
        return
    names = dict.fromkeys(local_name(part) for element in (theirs, base) for part in children(element))
    for name in names:
        before, after = _named(base, name), _named(theirs, name)
        gone = [part for part in before if not any(_same(part, other) for other in after)]
        come = [part for part in after if not any(_same(part, other) for other in before)]
        for old, new in zip(gone, come, strict=False):
            merge(plan, _counterpart(ours, before, old), old, new)
        for old in gone[len(come) :]:
            _take(plan, _counterpart(ours, before, old), old)
        for new in come[len(gone) :]:
            _give(plan, ours, new, spoken_for=len(before))


def _is_simple(element: etree._Element) -> bool:
    """Whether an element holds a text, or one element that holds a text."""
    inside = list(children(element))
    return len(inside) < 2 and all(next(children(part), None) is None for part in inside)


def _spoken(element: etree._Element) -> list[etree._Element]:
    """Return the elements in an element, without the same text in other languages."""
    return [part for part in children(element) if local_name(part) != _FREE_TEXT]


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [part for part in children(element) if local_name(part) == name]


def _same(one: etree._Element, other: etree._Element) -> bool:
    """Whether two elements that were written by the same code are the same, but for their ids."""
    if one.tag != other.tag or _attributes(one) != _attributes(other) or len(one) != len(other):
        return False
    if len(one) == 0:
        return (one.text or "") == (other.text or "")
    return all(_same(part, counterpart) for part, counterpart in zip(one, other, strict=True))


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.attrib.items() if not str(key).endswith("}id")}


def _merge_attributes(plan: Plan, ours: etree._Element, base: etree._Element, theirs: etree._Element) -> None:
    before, after = _attributes(base), _attributes(theirs)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            plan.set_attribute(ours, key, after.get(key))


def _merge_simple(plan: Plan, ours: etree._Element, base: etree._Element, theirs: etree._Element) -> None:
    """Merge texts, whatever element `ours` holds its text in: a CharacterString, an Anchor, none."""
    old, new = next(children(base), None), next(children(theirs), None)
    if old is None and new is None:
        if (base.text or "") != (theirs.text or ""):
            _set_text(plan, ours, base, theirs)
        return
    inside = _spoken(ours)
    if old is None or new is None or (not inside and len(ours)):
        raise CannotMerge
    if not inside:
        if _attributes(new) or local_name(old) != local_name(new):
            raise CannotMerge
        _set_text(plan, ours, old, new)
    elif local_name(old) != local_name(new) or (local_name(inside[0]) in _TYPED and local_name(inside[0]) != local_name(new)):
        plan.remove(inside[0])
        plan.insert_after(inside[0], deepcopy(new))
    elif not _same(old, new):
        _merge_attributes(plan, inside[0], old, new)
        _set_text(plan, inside[0], old, new)


def _set_text(plan: Plan, ours: etree._Element, base: etree._Element, theirs: etree._Element) -> None:
    """Give `ours` the new text; a code that has none but says itself in an attribute needs none."""
    if theirs.get("codeListValue") is None or (ours.text or "").strip() or base.get("codeListValue") is None:
        plan.set_text(ours, theirs.text or "")


def _counterpart(ours: etree._Element, alike: list[etree._Element], old: etree._Element) -> etree._Element:
    """Return what `old`, one of those that are alike in `base`, is in `ours`: by its place where there are as many, else by its text."""
    found = _named(ours, local_name(old))
    if len(found) == len(alike):
        return found[alike.index(old)]
    found = [part for part in found if _words(part) == _words(old)]
    if len(found) != 1:
        raise CannotMerge
    return found[0]


def _words(element: etree._Element) -> list[str]:
    """Return the texts in an element, without the blanks between its elements."""
    return [text for part in element.iter(etree.Element) if (text := clean_line(part.text or ""))]


def _take(plan: Plan, ours: etree._Element, old: etree._Element) -> None:
    """Take away from the document what `old` says; what stands beside it in the same element stays."""
    inside, known = list(children(ours)), {local_name(part) for part in children(old)}
    if local_name(ours) not in _SHARED or all(local_name(part) in known for part in inside):
        plan.remove(ours)
        return
    for part in children(old):
        _take(plan, _counterpart(ours, _named(old, local_name(part)), part), part)


def _give(plan: Plan, ours: etree._Element, new: etree._Element, spoken_for: int = 0) -> None:
    """Put a new element into `ours`: what is in it into the one that is there already, where there may be only one.

    Args:
        plan: what is to change.
        ours: an element of the document.
        new: what shall be in it.
        spoken_for: how many elements of that name are there for something else.
    """
    name = local_name(new)
    there = [part for part in plan.children(ours, name) if not plan.shapes.is_nothing(part)][spoken_for:]
    if name in _REPEATED or new.tag == _PHONE or spoken_for or not there:
        if not any(_same(new, other) for other in plan.children(ours, name) if plan.is_new(other)):
            plan.insert(ours, deepcopy(new))
        return
    if next(children(new), None) is None or _is_simple(new):
        raise CannotMerge
    for part in children(new):
        _give(plan, there[0], part)

"""The values of one field of a document made into other values: what stays is not touched, what has changed is changed where it stands."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

from lxml import etree

from mappings.editing.likeness import is_same_thing, likeness
from mappings.editing.merging import merge
from mappings.editing.places import Manual, Place
from mappings.editing.plan import CannotMerge, Plan
from mappings.editing.source import XmlSource
from mappings.xml import children, local_name, parse_xml
from records.model import Record

SINGLE: Final = frozenset({"title", "abstract", "datestamp"})
"""The fields that have one value."""


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    """An element that holds values of the field."""

    place: Place
    element: etree._Element
    values: tuple[Any, ...]


_Pairs = dict[Any, tuple[Any, _Item]]
"""What has become of values: the new value, and the item it is written in."""


def change(content: bytes, manual: Manual, field: str, present: object, wanted: object, *, merging: bool, first: bool) -> bytes:
    """Return the document with the values of a field made into others.

    Args:
        content: the document.
        manual: how its format is edited.
        field: the name of the field.
        present: its values, as the document is read.
        wanted: those it shall have.
        merging: whether what has changed is changed within its element; otherwise it is written anew.
        first: whether the field was not edited yet: what only refers to an element elsewhere is expected to change with it.

    Raises:
        CannotMerge: it cannot be done in this way.
    """
    source = XmlSource(content)
    return _Change(source, manual, field, as_values(present)).made(as_values(wanted), merging=merging, following=merging and first)


def as_values(value: object) -> tuple[Any, ...]:
    """Return the values of a field, whether it has one or several."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


class _Change:
    """One change of one field of one document."""

    def __init__(self, source: XmlSource, manual: Manual, field: str, present: tuple[Any, ...]) -> None:
        self._source = source
        self._manual = manual
        self._field = field
        self._root = manual.root(source.root)
        self._plan = Plan(source, manual.shapes)
        found = self._items(self._root, set(present) if manual.keeps else None)
        self._standing = [item for item in found if item.element in source]
        self._placed: list[tuple[Place, etree._Element]] = [(item.place, item.element) for item in self._standing]
        self._written: list[_Item] = []

    def made(self, wanted: tuple[Any, ...], *, merging: bool, following: bool) -> bytes:
        """Return the document with the values that are wanted; see `change`."""
        standing = dict.fromkeys(value for item in self._standing for value in item.values)
        whole = self._field in self._manual.whole
        fresh = [value for value in wanted if whole or value not in standing]
        self._written = self._model(fresh)
        new = _named_as(fresh, self._written, standing)
        kept = set(standing).intersection((*(() if whole else wanted), *(value for item in self._written for value in item.values)))
        pairs = self._paired([value for value in standing if value not in kept], new)
        done: set[_Item] = set()
        for item in self._standing:
            if not kept.issuperset(item.values):
                follows = following and self._refers(item) and pairs.keys() >= set(item.values) - kept
                if not follows and not (merging and self._merged(item, pairs, kept)):
                    self._rewrite(item, pairs, kept)
                done.update(pairs[value][1] for value in item.values if value in pairs)
        for _, written in new:
            if written not in done:
                self._put(written)
                done.add(written)
        self._fill()
        return self._plan.done()

    def _items(self, root: etree._Element, among: set[Any] | None = None) -> list[_Item]:
        items = []
        for place in self._manual.places[self._field]:
            for element in place.find(root):
                values = tuple(value for value in place.values(element) if among is None or value in among)
                if values:
                    items.append(_Item(place, element, values))
        return items

    def _model(self, values: Sequence[Any]) -> list[_Item]:
        """Return the items of a document that is written with these values."""
        if not values:
            return []
        value: Any = values[0] if self._field in SINGLE else tuple(values)
        written = self._manual.write(replace(_EMPTY, **{self._field: value}))
        return self._items(self._manual.root(parse_xml(written)))

    def _paired(self, gone: list[Any], new: list[tuple[Any, _Item]]) -> _Pairs:
        """Return what has become of values that are gone: the new value, and the item in which it is written."""
        pairs: _Pairs = {}
        left = list(new)
        kinds: dict[Any, set[str]] = {}
        for item in self._standing:
            for value in item.values:
                kinds.setdefault(value, set()).add(item.place.kind)
        for value in gone:
            fitting = [pair for pair in left if pair[1].place.kind in kinds[value] and is_same_thing(value, pair[0])]
            if fitting:
                pairs[value] = max(fitting, key=lambda pair: likeness(value, pair[0]))
                left.remove(pairs[value])
        return pairs

    def _refers(self, item: _Item) -> bool:
        """Return whether an element only refers to another one, which a reader put into it."""
        inside = list(children(item.element))
        return bool(inside) and not any(part in self._source for part in inside)

    def _merged(self, item: _Item, pairs: _Pairs, kept: set[Any]) -> bool:
        """Change what has changed within an item; return whether that was possible."""
        plan = self._plan.copy()
        try:
            for value in (value for value in item.values if value not in kept):
                base = next((one for one in self._model([value]) if one.place.kind == item.place.kind), None)
                if base is None or value not in pairs or pairs[value][1].place.kind != item.place.kind:
                    return False
                merge(plan, item.element, base.element, pairs[value][1].element)
        except CannotMerge:
            return False
        self._plan = plan
        return True

    def _rewrite(self, item: _Item, pairs: _Pairs, kept: set[Any]) -> None:
        """Take an item away, and write in its place what has become of its values, and those that stay."""
        parts = item.place.parts(item.element)
        for part in parts if all(part in self._source for part in parts) else [item.element]:
            self._plan.remove(part)
        elsewhere = {value for other in self._standing if other is not item and kept.issuperset(other.values) for value in other.values}
        stay = [value for value in item.values if value in kept and value not in elsewhere]
        for written in (*self._model(stay), *(pairs[value][1] for value in item.values if value in pairs)):
            if written.place.kind == item.place.kind:
                new = deepcopy(written.element)
                new.tag = item.element.tag
                self._plan.insert_after(item.element, new)
                self._placed.append((item.place, new))
            else:
                self._put(written)

    def _put(self, written: _Item) -> None:
        """Put a new item to those of its place, or else where the schema wants it; nowhere where there is no room for it."""
        place, element = written.place, written.element
        name = local_name(element)
        there = None if name in self._manual.only_one else self._beside(place, element)
        if there is not None:
            new = deepcopy(element)
            new.tag = there.tag
            self._plan.insert_after(there, new)
            self._placed.append((place, new))
            return
        chain = [element, *element.iterancestors()][:-1][::-1]
        unit = next((step for step in chain if local_name(step) == place.unit), element)
        parents = [self._root]
        for step in chain[: chain.index(unit)]:
            found = self._manual.step(parents[-1], self._plan.children(parents[-1], local_name(step)), step)
            if found is None:
                break
            parents.append(found)
        while parents and self._is_full(parents[-1], chain[len(parents) - 1]):
            parents.pop()
        if parents:
            top = chain[len(parents) - 1]
            new, within = self._copied(top, written)
            self._manual.fits(parents[-1], new)
            self._plan.insert(parents[-1], new)
            self._placed.append((place, within))

    def _beside(self, place: Place, element: etree._Element) -> etree._Element | None:
        """Return the last element that a new one may stand right behind; of those in one parent, only the last is asked."""
        asked: set[etree._Element | None] = set()
        for known, there in reversed(self._placed):
            if known is place and local_name(there) == local_name(element) and there.getparent() not in asked:
                if place.joins(there, element):
                    return there
                asked.add(there.getparent())
        return None

    def _is_full(self, parent: etree._Element, step: etree._Element) -> bool:
        name = local_name(step)
        there = self._plan.children(parent, name)
        return name in self._manual.only_one and any(not self._manual.shapes.is_nothing(part) for part in there)

    def _copied(self, top: etree._Element, written: _Item) -> tuple[etree._Element, etree._Element]:
        """Return a copy of an element around an item, without the other items in it, and the item's own element in the copy."""
        kept = {written.element, *written.element.iterancestors()}
        others = [other.element for other in self._written if other is not written]
        units = [next((one for one in other.iterancestors(f"{{*}}{written.place.unit}") if one not in kept), other) for other in others]
        copies: dict[etree._Element, etree._Element] = {}
        new = _pruned(top, set(units) | set(others), copies)
        return new, copies[written.element]

    def _fill(self) -> None:
        """Put, for what is taken away and the schema demands, what the format writes where there is nothing."""
        taken = self._plan.hollow_out()
        if not taken:
            return
        empty = self._manual.root(parse_xml(self._manual.write(_EMPTY)))
        demanded = {(_family(part.getparent()), local_name(part)): part for part in empty.iter(etree.Element) if part is not empty}
        for element in taken:
            parent = element.getparent()
            names = _family(parent), local_name(element)
            filler = demanded.get(names, self._manual.fillers.get(names))
            if parent is None or filler is None or self._plan.is_removed(parent) or self._plan.children(parent, local_name(element)):
                continue
            self._plan.insert_after(element, deepcopy(filler))


_EMPTY: Final = Record(identifier="-")


def _family(parent: etree._Element | None) -> str:
    """Return the name of an element; of all identifications and of all metadata the same."""
    name = "" if parent is None else local_name(parent)
    return next((family for family in ("Identification", "_Metadata") if name.endswith(family)), name)


def _pruned(element: etree._Element, left_out: set[etree._Element], copies: dict[etree._Element, etree._Element]) -> etree._Element:
    """Return a copy of an element without those that are left out; `copies` is filled with what each element's copy is."""
    new = copies[element] = etree.Element(element.tag, {str(key): str(value) for key, value in element.attrib.items()})
    new.text = element.text
    for part in children(element):
        if part not in left_out:
            new.append(_pruned(part, left_out, copies))
    return new


def _named_as(fresh: list[Any], written: list[_Item], standing: Mapping[Any, None]) -> list[tuple[Any, _Item]]:
    """Return what is new, each with the item it is written in: by the values that were asked for, where it is plain which is which.

    A format may write another value than the one it was given: an address with its blanks percent-encoded, for instance.
    """
    values = [(value, item) for item in written for value in item.values if value not in standing]
    missing = [value for value in fresh if all(value != found for found, _ in values)]
    others = [place for place, (value, _) in enumerate(values) if value not in fresh]
    if len(missing) == len(others):
        for place, value in zip(others, missing, strict=True):
            values[place] = (value, values[place][1])
    return values

"""What is to change in the bytes of a document: collected first, then done at once, so that every offset stays true."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from lxml import etree

from mappings.editing.source import XmlSource
from mappings.editing.writing import Manner, escaped, escaped_attribute
from mappings.xml import children, local_name

Orders = Mapping[str, tuple[str, ...]]
"""The order of the children of elements, all by their local names."""


def in_order(words: str) -> tuple[str, ...]:
    """Return the names in a text that blanks part, in their order."""
    return tuple(words.split())


_ATTRIBUTE: Final = re.compile(rb"(\s+)([^\s=/>\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")


class CannotMerge(Exception):  # noqa: N818 - no error: it says that an element has to be written anew
    """What is to change cannot be found in the element as the document has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What a format wants of its elements' order, and what elements say nothing.

    Attributes:
        orders: which children follow which.
        hollow: elements that go when nothing is left in them but children of these names.
        is_nothing: whether an element says nothing and may be replaced by one that does.
        actual: the namespace in which a document has the elements of another one; see `Manner`.
    """

    orders: Orders
    hollow: Mapping[str, frozenset[str]]
    is_nothing: Callable[[etree._Element], bool]
    actual: Callable[[XmlSource], Callable[[str], str]]


@dataclass(slots=True)
class Plan:
    """Changes to one document. Elements are those of `source.root`, or new ones that were inserted before."""

    source: XmlSource
    shapes: Shapes
    _spliced: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _removed: dict[etree._Element, None] = field(default_factory=dict)
    _inserted: list[tuple[etree._Element, etree._Element | None, etree._Element]] = field(default_factory=list)
    _new: set[etree._Element] = field(default_factory=set)

    def copy(self) -> "Plan":
        """Return a plan of the same changes, to be tried further. It shares the new elements, to which nothing may be added then."""
        plan = Plan(self.source, self.shapes)
        plan._spliced, plan._removed = dict(self._spliced), dict(self._removed)
        plan._inserted, plan._new = list(self._inserted), set(self._new)
        return plan

    def remove(self, element: etree._Element) -> None:
        """Take an element away, with the blanks before it."""
        if element not in self.source:
            raise CannotMerge
        self._removed[element] = None

    def is_removed(self, element: etree._Element) -> bool:
        """Whether the element, or one around it, is to be taken away."""
        return element in self._removed or any(ancestor in self._removed for ancestor in element.iterancestors())

    def is_new(self, element: etree._Element) -> bool:
        """Whether the element is to be inserted, by itself or in another."""
        return element in self._new or any(ancestor in self._new for ancestor in element.iterancestors())

    def insert(self, parent: etree._Element, new: etree._Element, after: etree._Element | None = None) -> None:
        """Put a new element into another: behind `after`, or else where the order of the children wants it.

        One that is there already, and says nothing, is replaced.
        """
        if self.is_new(parent):
            _put(parent, new, after, self.shapes.orders)
            return
        if parent not in self.source or (after is not None and after not in self.source):
            raise CannotMerge
        if after is None:
            name = local_name(new)
            empty = next((part for part in self.children(parent, name) if self.shapes.is_nothing(part)), None)
            if empty is not None:
                self.remove(empty)
                after = empty
            else:
                inside = [part for part in children(parent) if part in self.source]
                place = _place(self.shapes.orders, parent, [local_name(part) for part in inside], name)
                after = inside[place - 1] if place else None
        self._inserted.append((parent, after, new))
        self._new.add(new)

    def insert_after(self, sibling: etree._Element, new: etree._Element) -> None:
        """Put a new element right behind another, which may be new as well."""
        place = next((place for place, (_, _, one) in enumerate(self._inserted) if one is sibling), None)
        parent = sibling.getparent()
        if place is not None:
            holder, after, _ = self._inserted[place]
            self._inserted.insert(place + 1, (holder, after, new))
            self._new.add(new)
        elif parent is not None:
            self.insert(parent, new, after=sibling)
        else:
            raise CannotMerge

    def children(self, parent: etree._Element, name: str) -> list[etree._Element]:
        """Return the children called `name` that are there and stay, then those that are to be inserted."""
        there = [part for part in children(parent) if local_name(part) == name and part not in self._removed]
        return there + [new for holder, _, new in self._inserted if holder is parent and local_name(new) == name]

    def set_text(self, element: etree._Element, text: str) -> None:
        """Give an element without elements in it another text."""
        if element not in self.source or next(children(element), None) is not None:
            raise CannotMerge
        span, written = self.source.span(element), escaped(text, self.source.line_end)
        if span.is_one_tag:
            self._splice(span.end - 2, span.end, b">" + written + b"</" + self.source.name(element) + b">")
        else:
            self._splice(span.inner, span.inner_end, written)

    def set_attribute(self, element: etree._Element, key: str, value: str | None) -> None:
        """Give an attribute (in Clark notation) another value; None takes it away."""
        if element not in self.source:
            raise CannotMerge
        span, name = self.source.span(element), self._attribute_name(element, key)
        tag = self.source.body[span.start : span.inner]
        found = next((match for match in _ATTRIBUTE.finditer(tag) if match[2] == name), None)
        if found is None and value is not None:
            offset = span.inner - (2 if span.is_one_tag else 1)
            self._splice(offset, offset, b' %s="%s"' % (name, escaped_attribute(value)))
        elif found is not None and value is None:
            self._splice(span.start + found.start(), span.start + found.end(), b"")
        elif found is not None and value is not None:
            quote = found[4][:1].decode()
            written = escaped_attribute(value, quote)
            self._splice(span.start + found.start(4) + 1, span.start + found.end(4) - 1, written)

    def _attribute_name(self, element: etree._Element, key: str) -> bytes:
        qualified = etree.QName(key)
        if qualified.namespace is None:
            return qualified.localname.encode()
        wanted = self.shapes.actual(self.source)(qualified.namespace)
        prefixes = self.source.namespaces(element).items()
        prefix = next((prefix for prefix, uri in prefixes if uri == wanted and prefix), None)
        if prefix is None:
            raise CannotMerge
        return f"{prefix}:{qualified.localname}".encode()

    def _splice(self, start: int, end: int, new: bytes) -> None:
        if self._spliced.setdefault((start, end), new) != new:
            raise CannotMerge

    def done(self) -> bytes:
        """Return the document as it is with all changes.

        Raises:
            CannotMerge: two changes are of the same bytes.
        """
        changes = [(start, end, 0, new) for (start, end), new in self._spliced.items()]
        for element in self._removed:
            span = self.source.span(element)
            changes.append((span.start - self.source.blanks_before(span.start), span.end, 0, b""))
        changes += [(offset, end, 1 + number, new) for number, (offset, end, new) in enumerate(self._insertions())]
        return self.source.content_of(_applied(self.source.body, changes))

    def hollow_out(self) -> list[etree._Element]:
        """Take away as well what only held what is taken away; return all that is taken away."""
        waiting = list(self._removed)
        while waiting:
            parent = waiting.pop().getparent()
            if parent is None or parent in self._removed or local_name(parent) not in self.shapes.hollow:
                continue
            bare = self.shapes.hollow[local_name(parent)]
            left = [part for part in children(parent) if part not in self._removed and local_name(part) not in bare]
            if not left and not any(holder is parent for holder, _, _ in self._inserted) and parent in self.source:
                self._removed[parent] = None
                waiting.append(parent)
        return list(self._removed)

    def _insertions(self) -> Iterator[tuple[int, int, bytes]]:
        every = (pair for element in self.source.root.iter(etree.Element) for pair in element.attrib.items())
        ids = {str(value) for key, value in every if str(key).endswith("}id")}
        for parent in dict.fromkeys(parent for parent, _, _ in self._inserted):
            order = self.shapes.orders.get(local_name(parent), ())
            here = [(after, new) for holder, after, new in self._inserted if holder is parent]
            if all(local_name(new) in order for _, new in here):
                here.sort(key=lambda pair: order.index(local_name(pair[1])))
            first = next((part for part in children(parent) if part in self.source), None)
            manner = self._manner(parent, first, ids)
            if first is None:
                yield self._into_empty(parent, [new for _, new in here], manner)
                continue
            for after, new in here:
                offset = self.source.span(first).start if after is None else self.source.span(after).end
                if after is None:
                    offset -= self.source.blanks_before(offset)
                yield offset, offset, (manner.indent or b"") + manner.written(new)

    def _into_empty(self, parent: etree._Element, news: list[etree._Element], manner: Manner) -> tuple[int, int, bytes]:
        span = self.source.span(parent)
        written = b"".join((manner.indent or b"") + manner.written(new) for new in news) + (self.source.indent(parent) or b"")
        if span.is_one_tag:
            return span.end - 2, span.end, b">" + written + b"</" + self.source.name(parent) + b">"
        inside = self.source.body[span.inner : span.inner_end]
        if inside.strip():
            return span.inner_end - len(inside) + len(inside.rstrip()), span.inner_end, written
        return span.inner, span.inner_end, written

    def _manner(self, parent: etree._Element, first: etree._Element | None, ids: set[str]) -> Manner:
        step = self._step(parent if first is None else first)
        outer = self.source.indent(parent)
        around = None if outer is None else outer + step
        return Manner(
            prefixes=self.source.namespaces(parent),
            around=self.source.prefix(parent),
            actual=self.shapes.actual(self.source),
            indent=around if first is None else self.source.indent(first),
            step=step,
            line_end=self.source.line_end,
            ids=ids,
        )

    def _step(self, element: etree._Element) -> bytes:
        """Return what one level is indented further around an element: as the nearest two levels that begin lines show it."""
        lines = [(depth, self.source.indent(one)) for depth, one in enumerate((element, *element.iterancestors()))]
        known = [(depth, indent) for depth, indent in lines if indent is not None]
        for (inner, further), (outer, indent) in pairwise(known):
            extra = further.removeprefix(indent)
            if extra and extra != further and len(extra) % (outer - inner) == 0:
                return extra[: len(extra) // (outer - inner)]
        return b"  "


def _put(parent: etree._Element, new: etree._Element, after: etree._Element | None, orders: Orders) -> None:
    """Put a new element into another new one."""
    inside = list(children(parent))
    place = inside.index(after) + 1 if after is not None else _place(orders, parent, [local_name(part) for part in inside], local_name(new))
    if place:
        inside[place - 1].addnext(new)
    elif inside:
        inside[0].addprevious(new)
    else:
        parent.append(new)


def _place(orders: Orders, parent: etree._Element, names: list[str], name: str) -> int:
    """Return behind how many of the children, by their names, one called `name` comes to stand."""
    order = orders.get(local_name(parent), ())
    if name not in order:
        return max((place for place, one in enumerate(names, 1) if one == name), default=len(names))
    before = set(order[: order.index(name) + 1])
    known = [place for place, one in enumerate(names, 1) if one in before]
    if known:
        return known[-1]
    later = [place for place, one in enumerate(names) if one in order]
    return later[0] if later else len(names)


def _applied(body: bytes, changes: list[tuple[int, int, int, bytes]]) -> bytes:
    """Return the body with each change done: what is within a part that is taken away goes with it."""
    written, offset = [], 0
    for start, end, _, new in sorted(changes, key=_order):
        if end <= offset and start < offset:
            if new:
                raise CannotMerge
            continue
        if start < offset:
            raise CannotMerge
        written += [body[offset:start], new]
        offset = end
    return b"".join((*written, body[offset:]))


def _order(change: tuple[int, int, int, bytes]) -> tuple[int, bool, int, int]:
    """Of changes that begin at one place, what is put there comes first, in its order; then the longest part that is replaced."""
    start, end, number, _ = change
    return start, end > start, -end, number

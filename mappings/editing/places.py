"""Where a format has the values of a field, and how a format is edited: the tables that the editing of lists works on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mappings.editing.plan import Shapes
from records.model import Record

Element = etree._Element


def itself(element: Element) -> list[Element]:
    """Return the element, as what is taken away with its values."""
    return [element]


def always(there: Element, new: Element) -> bool:
    """Say that a new element may stand right behind one that is there."""
    del there, new
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where documents have values of a field.

    Attributes:
        kind: what its elements hold: one may be written in the place of another of the same kind.
        find: the elements there, below the metadata's root, in document order.
        values: what one of them says; () where it says nothing.
        parts: what of an element is taken away with its values.
        unit: the name of the element, it or one around it, at which a further one begins; None for the element itself.
        joins: whether a new element may stand right behind one that is there, without a unit of its own.
    """

    kind: str
    find: Callable[[Element], Iterable[Element]]
    values: Callable[[Element], tuple[Any, ...]]
    parts: Callable[[Element], list[Element]] = itself
    unit: str | None = None
    joins: Callable[[Element, Element], bool] = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """How documents of a format are edited.

    Attributes:
        title: of the format, as it is told to people.
        write: makes a document of a record: what is new is taken from it.
        root: from a document's root to the element of the metadata; it may rename elements and add to them, as readers do.
        places: where each field of `Edits` is. Each value that is new is sought in them, in a document that was written with it.
        shapes: the order of elements and what says nothing.
        only_one: elements of which there may be no more than one in their parent.
        step: the child of an element of the document that is what a child of a written one is; None where there is none.
        fits: makes a new element fit for its parent in the document.
        settle: what is left to do when the elements are edited: from the document, the field and its value to the document.
        keeps: whether only values that the record has are taken for values of the field, since what elements say belongs to other
            fields as well.
        whole: fields whose values are all written in one element.
        fillers: what stands where the schema demands an element of a parent and there is nothing, by the names of both; beside what
            the format writes for a record that says nothing.
    """

    title: str
    write: Callable[[Record], bytes]
    root: Callable[[Element], Element]
    places: Mapping[str, tuple[Place, ...]]
    shapes: Shapes
    only_one: frozenset[str]
    step: Callable[[Element, Iterable[Element], Element], Element | None]
    fits: Callable[[Element, Element], None]
    settle: Callable[[bytes, str, object], bytes]
    keeps: bool
    whole: frozenset[str] = frozenset()
    fillers: Mapping[tuple[str, str], Element] = field(default_factory=dict)

"""Whether a value of a record and another one are the same thing, told anew: the same person with another address."""

from dataclasses import fields
from typing import Any

from records.model import Contact, Extent, Keyword, Link


def is_same_thing(old: Any, new: Any) -> bool:  # noqa: ANN401 - values of any field
    """Return whether `new` may be `old` with something of it changed; of another thing nothing may be taken over."""
    match old, new:
        case Contact(), Contact():
            if old.individual and new.individual:
                return old.individual == new.individual or bool(set(old.emails) & set(new.emails))
            return old.organisation == new.organisation or bool(set(old.emails) & set(new.emails))
        case Link(), Link():
            return old.url == new.url or (old.name is not None and old.name == new.name)
        case Keyword(), Keyword():
            return (old.type, old.thesaurus) == (new.type, new.thesaurus)
        case Extent(), Extent():
            return old.frame == new.frame
        case _:
            return type(old) is type(new)


def likeness(old: Any, new: Any) -> int:  # noqa: ANN401 - values of any field
    """Return how much of two values of the same kind is the same: the more, the larger."""
    if isinstance(old, str) or not hasattr(old, "__dataclass_fields__"):
        return int(old == new)
    return sum(getattr(old, field.name) == getattr(new, field.name) for field in fields(old))

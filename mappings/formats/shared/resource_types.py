"""What a record describes, as documents write it: a scope code, a word or an address of the DCMI type vocabulary, or words of their own."""

import re

from records.codes import ScopeCode


def types_of(written: str | None) -> tuple[ScopeCode | None, str | None]:
    """Return what a type says: the code, and the words unless they are just it."""
    if written is None:
        return None, None
    word = re.split(r"[/#:]", written)[-1]
    found = ScopeCode.DOCUMENT if word.casefold() == "text" else ScopeCode.match(word)
    return found, None if found is not None and found.value == written else written

"""Makes `questions.tsv`: 200 questions, each the way a person asks for one record that they know.

    python -m tests.known_items.make_questions ../shared/corpus

A question takes some words of a title, in another order, in lower case. A part has a typo, is written without accents, has a word in
singular for plural (or the other way round), or names the year or the platform besides. A question is asked only where it can
mean one record alone: no other record has all its words in the title (with the year or platform, none that is also of that
year or platform).
Records that share their title or identifier with another are left out. The list is kept; it is made anew only when the corpus changes.
"""

import random
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mappings.index.text import fold, words
from records.model import Record
from tests.known_items.corpus import corpus_records

QUESTIONS: Final = Path(__file__).with_name("questions.tsv")
WANTED: Final = {"words": 60, "number": 30, "year": 30, "platform": 25, "accents": 5, "typo": 50}
_SEED: Final = 19115
_GLUE: Final = frozenset(
    words("a an and are as at by de des du en et for from in is its la le les of on or over per the to un une with und der")
)


@dataclass(frozen=True, slots=True)
class Item:
    """A record that can be asked for: its title's words as written, folded, and without their plural ending; its years and platforms."""

    identifier: str
    written: tuple[str, ...]
    roots: frozenset[str]
    years: frozenset[str]
    platforms: tuple[str, ...]


def _root(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word.removesuffix("s") if len(word) > 3 else word


def _item(record: Record) -> Item:
    written = tuple(dict.fromkeys(word for word in words((record.title or "").lower()) if word))
    years = {str(date.year) for i in record.intervals for date in (i.begin, i.end) if date} | {str(d.date.year) for d in record.dates}
    platforms = tuple(platform.name for platform in record.platforms if len(words(fold(platform.name))) <= 2)
    return Item(record.identifier, written, frozenset(_root(fold(word)) for word in written), frozenset(years), platforms)


def _some_words(item: Item, draw: random.Random) -> list[str] | None:
    """Return three to six words of the title that say something, in another order; None where it has too few."""
    telling = [word for word in item.written if len(word) > 2 and fold(word) not in _GLUE]
    if len(telling) < 3:
        return None
    return draw.sample(telling, min(len(telling), draw.randint(3, 6)))


def _alone(asked: list[str], item: Item, items: list[Item], besides: Callable[[Item], bool] = lambda _: True) -> bool:
    roots = {_root(fold(word)) for word in asked}
    return not any(roots <= other.roots and besides(other) for other in items if other is not item)


def _with_typo(word: str, draw: random.Random) -> str:
    """Return a word with one slip: a letter left out, doubled, hit beside, or swapped with its neighbour. The first letter mostly stays."""
    at = draw.randrange(1, len(word)) if draw.random() < 0.9 else 0
    match draw.choice(("out", "twice", "beside", "swapped")):
        case "out":
            return word[:at] + word[at + 1 :]
        case "twice":
            return word[:at] + word[at] + word[at:]
        case "beside":
            return word[:at] + draw.choice(string.ascii_lowercase.replace(word[at], "")) + word[at + 1 :]
        case _:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _other_number(word: str) -> str | None:
    """Return the singular of an English or French plural, or the plural of a singular; None for what has none."""
    if len(word) < 4 or not word.isalpha() or not word.isascii() or word.endswith(("ss", "us", "is", "ics")):
        return None
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s"):
        return word[:-1]
    return word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"


def _question(kind: str, item: Item, items: list[Item], draw: random.Random) -> str | None:  # noqa: C901, PLR0911 (a case a kind)
    asked = _some_words(item, draw)
    if asked is None:
        return None
    match kind:
        case "year" if item.years:
            year = draw.choice(sorted(item.years))
            kept = asked[:3]
            return " ".join([*kept, year]) if _alone(kept, item, items, lambda o: year in o.years or year in o.roots) else None
        case "platform" if item.platforms:
            platform = draw.choice(item.platforms)
            named = {_root(word) for word in words(fold(platform))}
            besides = {fold(platform)}
            kept = [word for word in asked if _root(fold(word)) not in named][:3]
            alone = _alone(kept, item, items, lambda o: bool(besides & {fold(p) for p in o.platforms}) or named <= o.roots)
            return " ".join([*kept, fold(platform)]) if len(kept) == 3 and alone else None
        case "year" | "platform":
            return None
    if not _alone(asked, item, items):
        return None
    match kind:
        case "accents":
            folded = [fold(word) for word in asked]
            return " ".join(folded) if folded != asked else None
        case "typo":
            long = [at for at, word in enumerate(asked) if len(word) > 4 and word.isalpha() and word.isascii()]
            if not long:
                return None
            at = draw.choice(long)
            asked[at] = _with_typo(asked[at], draw)
        case "number":
            changed = [(at, other) for at, word in enumerate(asked) if (other := _other_number(word)) is not None]
            if not changed:
                return None
            at, other = draw.choice(changed)
            asked[at] = other
    return " ".join(asked)


def questions(records: list[Record], seed: int = _SEED, wanted: dict[str, int] = WANTED) -> Iterator[tuple[str, str, str]]:
    """Yield (question, identifier of the wanted record, kind)."""
    draw = random.Random(seed)  # noqa: S311 (a list to be made again, not a secret)
    titles = Counter(fold(record.title or "") for record in records)
    identifiers = Counter(record.identifier for record in records)
    items = list({record.identifier: _item(record) for record in records}.values())
    single = {r.identifier for r in records if r.title and titles[fold(r.title)] == 1 and identifiers[r.identifier] == 1}
    waiting = [item for item in items if item.identifier in single]
    draw.shuffle(waiting)
    for kind, number in sorted(wanted.items(), key=lambda pair: pair[1]):
        made = 0
        for item in list(waiting):
            if made == number:
                break
            question = _question(kind, item, items, draw)
            if question is not None:
                waiting.remove(item)
                made += 1
                yield question, item.identifier, kind


def main() -> None:
    """Write the list."""
    rows = list(questions(corpus_records(Path(sys.argv[1]))))
    QUESTIONS.write_text("".join(f"{question}\t{identifier}\t{kind}\n" for question, identifier, kind in rows), encoding="utf-8")
    print(Counter(kind for _, _, kind in rows))  # noqa: T201 (a script's answer)


if __name__ == "__main__":
    main()

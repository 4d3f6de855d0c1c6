"""Writes into a catalogue until it is stopped: adds records before, between and behind those there are, changes and deletes its own.

python -m bench.doors_writer ENGINE
"""

import random
import sys
from datetime import UTC, datetime
from typing import Final

from catalogue.engines import open_engine
from catalogue.engines.stored import entry_of
from mappings.formats import read, write
from records.model import Record

MARK: Final = "-bench-writer-"
"""What its records are known by."""


def main(url: str) -> None:
    """Write."""
    engine = open_engine(url)
    draw = random.Random(7)
    for number in range(1_000_000):
        names = [f"{draw.choice('!aMz~')}{MARK}{draw.randrange(200)}" for _ in range(20)]
        entries = [entry_of(read(write(Record(identifier=name, title=f"written {number} by the bench"), "iso19139"))) for name in names]
        engine.put(entries, now=datetime.now(UTC))
        engine.delete(draw.sample(names, 5), now=datetime.now(UTC))


if __name__ == "__main__":
    main(sys.argv[1])

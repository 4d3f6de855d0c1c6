"""Measures the data tree and the inventory of files: nodes, recounts and pages of objects.

    python -m bench.inventory --files 5000000 --data-sets 10000

The sizes of the data sets fall as in life (the nth has 1/n of the largest): of 5,000,000 files the largest has half a million. `--database`
names another database than a new SQLite file, e.g. an empty PostgreSQL; `--keep` a folder whose file stays and is not filled again.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from database import Base, Database
from ordering.criteria import Criteria, ValueRange, parse_targets
from ordering.inventory import Inventory, Sort
from ordering.models import DataFile, FileValue, NodeKind
from ordering.planting import add_up
from ordering.specs import NodeSpec
from ordering.tree import Tree

BEGIN: Final = datetime(2006, 12, 27, tzinfo=UTC)
ROUNDS: Final = 20
PER_RUN: Final = 20
RUNS: Final = 25
AIMS: Final = {"tree": 50.0, "recount": 200.0, "page": 100.0}
"""Milliseconds."""


def main() -> None:
    """Measure and print."""
    options = _options()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="reflecs-inventory-"))
    try:
        database = Database(options.database or f"sqlite:///{folder / 'inventory.sqlite'}")
        database.upgrade()
        tree, inventory = Tree(database), Inventory(database)
        if not tree.roots():
            started = time.perf_counter()
            fill(database, tree, options.files, options.data_sets)
            say(f"filled with {options.files:,} files of {options.data_sets:,} data sets in {time.perf_counter() - started:.0f} s")
        measure(tree, inventory)
        database.close()
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000_000)
    parser.add_argument("--data-sets", type=int, default=10_000)
    parser.add_argument("--database", help="the address of an empty database")
    parser.add_argument("--keep", type=Path, help="a folder that the database stays in")
    return parser.parse_args()


def say(words: str) -> None:
    """Print at once."""
    print(words, flush=True)


def specs(count: int) -> Iterator[NodeSpec]:
    """Yield missions with levels, runs and `count` data sets."""
    numbers = iter(range(count))
    for mission in range(count):
        runs = []
        for run in range(RUNS):
            sets = tuple(_data_set(number) for number in islice(numbers, PER_RUN))
            if sets:
                runs.append(NodeSpec(identifier=f"M{mission}_R{run}", kind=NodeKind.RUN, title=f"Run {run} of {mission}", children=sets))
        if not runs:
            return
        level = NodeSpec(identifier=f"M{mission}_N0", kind=NodeKind.LEVEL, title=f"Level of {mission}", children=tuple(runs))
        yield NodeSpec(identifier=f"M{mission}", kind=NodeKind.MISSION, title=f"Mission {mission}", children=(level,))


def _data_set(number: int) -> NodeSpec:
    details = {"format": "FITS in tar.gz archive", "topic": "Exoplanet"}
    criteria = ("time", "target", *(("ccd",) if has_values(number) else ()))
    title = f"Data set {number} with a title of the usual length"
    return NodeSpec(identifier=f"DS_{number}", kind=NodeKind.DATA_SET, title=title, details=details, criteria=criteria)


def has_values(number: int) -> bool:
    """Return whether the files of a data set have a criterion of their own beside time and target."""
    return number % 5 == 0


def fill(database: Database, tree: Tree, files: int, data_sets: int) -> None:
    """Register made-up files; the indexes are made when all are there."""
    tree.ensure(list(specs(data_sets)))
    nodes = {node.identifier: node.id for node in tree.whole(limit=data_sets * 2) if node.kind is NodeKind.DATA_SET}
    say(f"tree of {len(nodes):,} data sets made")
    tables = [Base.metadata.tables[name] for name in ("files", "file_values")]
    indexes = [index for table in tables for index in table.indexes]
    with database.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    share, draw, made = files / sum(1 / place for place in range(1, data_sets + 1)), random.Random(6), 0
    for first in [*range(min(50, data_sets)), *range(50, data_sets, 200)]:
        with database.writing() as session:  # the large ones each by itself, of the small ones many together
            for number in range(first, first + 1 if first < 50 else min(first + 200, data_sets)):
                size = max(1, round(share / (number + 1))) if number < data_sets - 1 else max(1, files - made)
                _fill(session, nodes[f"DS_{number}"], number, range(made, made + min(size, files - made)), draw)
                made += size
    with database.engine.begin() as connection:
        for index in indexes:
            index.create(connection)
        connection.execute(text("ANALYZE"))


def _fill(session: Session, node_id: int, number: int, ids: range, draw: random.Random) -> None:
    order = list(range(len(ids)))
    draw.shuffle(order)  # files do not come in the order of their names or times
    for first in range(0, len(ids), 20_000):
        rows, values = [], []
        for place in order[first : first + 20_000]:
            file_id, begins = ids[place] + 1, BEGIN + timedelta(minutes=draw.randrange(3_000_000))
            rows.append(_row(file_id, node_id, number, place, begins, draw.randrange(1_000, 90_000_000)))
            values.append({"file_id": file_id, "node_id": node_id, "name": "ccd", "number": float(draw.randrange(1000)), "text": None})
        session.execute(insert(DataFile), rows)
        if has_values(number):
            session.execute(insert(FileValue), values)
        total = sum(row["bytes"] for row in rows)
        add_up(session, node_id, [(row["begins"], row["ends"]) for row in rows], files=len(rows), size=total)


def _row(file_id: int, node_id: int, number: int, target: int, begins: datetime, size: int) -> dict[str, Any]:
    name = f"COROT_DS{number}_EN0_STARWIND_{target:010}.tar.gz"
    return {
        "id": file_id,
        "node_id": node_id,
        "name": name,
        "path": f"1/DS_{number}/{name}",
        "bytes": size,
        "sha256": f"{file_id:064x}",
        "begins": begins,
        "ends": begins + timedelta(days=1),
        "target": target,
    }


def measure(tree: Tree, inventory: Inventory) -> None:
    """Ask, and print what each answer took."""
    draw = random.Random(7)
    level = tree.children(tree.roots()[0].id)[0]
    say(f"{'asked':68} {'median':>9} {'slowest':>9} {'work':>9}   aim")
    timed("tree: the roots", "tree", tree.roots)
    timed("tree: the 25 runs of a level", "tree", lambda: tree.children(level.id))
    run = tree.children(level.id)[0]
    timed("tree: the 20 data sets of a run", "tree", lambda: tree.children(run.id))
    timed("tree: the path to a data set", "tree", lambda: tree.path(tree.children(run.id)[-1].id))
    timed("tree: 5,000 nodes, developed", None, tree.whole)
    for number in (0, 5, 100):
        node = tree.node(f"DS_{number}")
        if node is not None:
            measure_data_set(inventory, node.id, node.files, draw)


def measure_data_set(inventory: Inventory, node_id: int, files: int, draw: random.Random) -> None:
    """Ask for the files of one data set."""
    say(f"-- a data set of {files:,} files")
    for words, make in questions(files, draw).items():
        timed(f"recount{words}", "recount", partial(_count, inventory, node_id, make))
        timed(f"page of 100 by name{words}, the first", "page", partial(_page, inventory, node_id, make, "name", 1))
        timed(f"page of 100 by size{words}, the tenth", "page", partial(_page, inventory, node_id, make, "size", 10))
    timed("what is offered", "recount", partial(inventory.offered, node_id))
    last = max(files // 100, 1)
    sorts: tuple[Sort, ...] = ("name", "size", "target")
    for sort in sorts:
        timed(f"page of 100 by {sort}, the last", "page", partial(_page, inventory, node_id, Criteria, sort, last))
        timed(f"page of 100 by {sort}, in the middle", "page", partial(_page, inventory, node_id, Criteria, sort, max(last // 2, 1)))


def questions(files: int, draw: random.Random) -> dict[str, Callable[[], Criteria]]:
    """Return what is asked for, in words, and what makes criteria of it; each time others."""

    def days(most: int) -> Criteria:
        begins = BEGIN + timedelta(days=draw.randrange(2000))
        return Criteria(begins=begins, ends=begins + timedelta(days=most))

    def listed() -> Criteria:
        numbers = " ".join(str(draw.randrange(files)) for _ in range(50))
        return Criteria(targets=parse_targets(f"{numbers} 10-{files // 2}"))

    def value() -> Criteria:
        least = float(draw.randrange(900))
        return Criteria(values=(ValueRange(name="ccd", least=least, most=least + 99),))

    return {
        "": Criteria,
        ", a month": lambda: days(30),
        ", since a day": lambda: Criteria(begins=days(1).begins),
        ", 50 targets and a half of them": listed,
        ", a half of the targets, since a day": lambda: Criteria(begins=days(1).begins, targets=((10, files // 2),)),
        ", a tenth by a value of its own": value,
    }


def _count(inventory: Inventory, node_id: int, make: Callable[[], Criteria]) -> object:
    return inventory.count(node_id, make())


def _page(inventory: Inventory, node_id: int, make: Callable[[], Criteria], sort: Sort, page: int) -> object:
    return inventory.page(node_id, make(), sort=sort, page=page, size=100)


def timed(words: str, aim: str | None, ask: Callable[[], object]) -> None:
    """Ask several times, and print the median, the slowest, and the median of the processor's time, which other work does not change."""
    took, worked = [], []
    for _ in range(ROUNDS):
        started, begun = time.perf_counter(), time.process_time()
        ask()
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - begun) * 1000)
    most = AIMS[aim] if aim else None
    told = "" if most is None else f"   {most:.0f} ms{'' if statistics.median(took) <= most else '  MISSED'}"
    say(f"{words:68} {statistics.median(took):6.1f} ms {max(took):6.1f} ms {statistics.median(worked):6.1f} ms{told}")


if __name__ == "__main__":
    main()

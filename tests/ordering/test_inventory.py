"""The inventory: counts, pages and questions against a plain reading of the same files."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from ordering import paging
from ordering.criteria import Criteria, OfferedKind, ValueChoice, ValueRange
from ordering.inventory import Count, Inventory, Sort
from ordering.models import DataFile, FileValue
from ordering.planting import add_up
from tests.ordering.inbox import IMAGES, MAPS, STARS, Archive, chart, star

BEGIN = datetime(2007, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A file as the test knows it."""

    id: int
    name: str
    bytes: int
    begins: datetime | None
    ends: datetime | None
    target: int
    cover: float
    orbit: str


@dataclass
class Filled:
    """An inventory and what is in its data set of maps."""

    inventory: Inventory
    archive: Archive
    node_id: int
    files: list[Told]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    archive = Archive(tmp_path_factory.mktemp("inventory"))
    node, other = archive.tree.node(MAPS), archive.tree.node(IMAGES)
    assert node is not None
    assert other is not None
    draw = random.Random(3)  # noqa: S311 -- the same each time
    files = [_told(number, draw) for number in range(1, 301)]
    with archive.database.writing() as session:
        session.execute(insert(DataFile), [_row(file, node.id) for file in files])
        session.execute(insert(DataFile), [_row(file, other.id) | {"id": file.id + 1000} for file in files])
        values = [{"file_id": file.id, "node_id": node.id, "name": "cover", "number": file.cover, "text": None} for file in files]
        values += [{"file_id": file.id, "node_id": node.id, "name": "orbit", "number": None, "text": file.orbit} for file in files]
        session.execute(insert(FileValue), values)
        for data_set in (node, other):
            times = [(file.begins, file.ends or file.begins) for file in files if file.begins]
            add_up(session, data_set.id, times, files=300, size=sum(file.bytes for file in files))
    yield Filled(archive.inventory, archive, node.id, files)
    archive.close()


def _told(number: int, draw: random.Random) -> Told:
    begins = BEGIN + timedelta(hours=draw.randrange(2000)) if draw.random() < 0.9 else None
    ends = begins + timedelta(hours=draw.randrange(100)) if begins and draw.random() < 0.8 else None
    cover, orbit = draw.randrange(100) / 10, draw.choice(["ascending", "descending", "it's; DROP TABLE files"])
    size, target = draw.randrange(1, 50), draw.randrange(1, 100)
    name = f"f{draw.randrange(10**9):09}-{number}"
    return Told(number, name, size, begins, ends, target, cover, orbit)


def _row(file: Told, node_id: int) -> dict[str, object]:
    row = {"id": file.id, "node_id": node_id, "name": file.name, "path": file.name, "bytes": file.bytes, "sha256": "0" * 64}
    return row | {"begins": file.begins, "ends": file.ends, "target": file.target}


def meets(file: Told, criteria: Criteria) -> bool:
    if criteria.begins and not (file.begins and (file.ends or file.begins) >= criteria.begins):
        return False
    if criteria.ends and not (file.begins and file.begins <= criteria.ends):
        return False
    if criteria.targets and not any(first <= file.target <= last for first, last in criteria.targets):
        return False
    for value in criteria.values:
        if isinstance(value, ValueChoice):
            if file.orbit not in value.texts:
                return False
        elif (value.least is not None and file.cover < value.least) or (value.most is not None and file.cover > value.most):
            return False
    return True


def asked() -> list[Criteria]:
    draw = random.Random(4)  # noqa: S311 -- as above
    moments = [None, *(BEGIN + timedelta(hours=draw.randrange(2000)) for _ in range(3))]
    targets: list[tuple[tuple[int, int], ...]] = [(), ((5, 5), (9, 9)), ((10, 40),), ((3, 3), (50, 60), (99, 99))]
    values: list[tuple[ValueRange | ValueChoice, ...]] = [
        (),
        (ValueRange(name="cover", least=2.0),),
        (ValueRange(name="cover", most=7.0), ValueChoice(name="orbit", texts=("it's; DROP TABLE files", "ascending"))),
        (ValueChoice(name="orbit", texts=("nowhere",)),),
    ]
    return [
        Criteria(begins=draw.choice(moments), ends=draw.choice(moments), targets=draw.choice(targets), values=draw.choice(values))
        for _ in range(40)
    ]


@pytest.mark.parametrize("few", [20_000, 5], ids=["sorted", "walked"])
@pytest.mark.parametrize("criteria", asked(), ids=range(40))
def test_count_page_and_question_are_of_the_same_files(
    filled: Filled, criteria: Criteria, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_FEW", few)
    wanted = {file.id for file in filled.files if meets(file, criteria)}
    size = sum(file.bytes for file in filled.files if file.id in wanted)
    assert filled.inventory.count(filled.node_id, criteria) == Count(files=len(wanted), bytes=size)
    with filled.archive.database.reading() as session:
        assert set(session.scalars(filled.inventory.matching(session, filled.node_id, criteria))) == wanted
    pages = [filled.inventory.page(filled.node_id, criteria, page=page, size=100) for page in (1, 2, 3, 4)]
    assert [file.id for page in pages for file in page] == sorted(wanted, key=lambda number: filled.files[number - 1].name)


def test_unticked_files_are_not_counted_and_others_do_not_matter(filled: Filled) -> None:
    criteria = Criteria(targets=((1, 50),))
    matching = [file for file in filled.files if meets(file, criteria)]
    others = [file.id for file in filled.files if not meets(file, criteria)]
    unticked = [file.id for file in matching[:7]]
    left = Count(files=len(matching) - 7, bytes=sum(file.bytes for file in matching[7:]))
    assert filled.inventory.count(filled.node_id, criteria, unticked=[*unticked, *others, 1001, 10**9]) == left
    assert filled.inventory.count(filled.node_id, criteria, unticked=range(20_000)) == Count()


@pytest.mark.parametrize("sort", ["name", "size", "target"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_are_in_order_and_leave_nothing_out(filled: Filled, sort: Sort, descending: bool) -> None:  # noqa: FBT001 -- a parameter
    keys = {"name": lambda file: file.name, "size": lambda file: file.bytes, "target": lambda file: file.target}
    found = [
        file
        for page in range(1, 5)
        for file in filled.inventory.page(filled.node_id, Criteria(), sort=sort, descending=descending, page=page, size=100)
    ]
    assert len({file.id for file in found}) == len(found) == 300
    values = [keys[sort](file) for file in found]
    assert values == sorted(values, reverse=descending)


def test_pages_that_are_not_there_are_empty_or_the_first(filled: Filled) -> None:
    assert filled.inventory.page(filled.node_id, Criteria(), page=10**6) == []
    first = filled.inventory.page(filled.node_id, Criteria(), page=1)
    assert filled.inventory.page(filled.node_id, Criteria(), page=-3) == first
    assert filled.inventory.count(99, Criteria()) == Count()
    assert filled.inventory.offered(99) == []


def test_what_is_offered_is_what_the_files_have(filled: Filled) -> None:
    time, orbit, cover = filled.inventory.offered(filled.node_id)
    assert (time.kind, orbit.kind, cover.kind) == (OfferedKind.TIME, OfferedKind.TEXT, OfferedKind.NUMBER)
    assert (orbit.label, orbit.values) == ("Orbit", ("ascending", "descending", "it's; DROP TABLE files"))
    assert (cover.least, cover.most) == (min(file.cover for file in filled.files), max(file.cover for file in filled.files))


def test_targets_are_offered_by_their_name_and_bounds(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    node = archive.tree.node(STARS)
    assert node is not None
    assert archive.inventory.offered(node.id)[1].least is None
    archive.put([star(7528), star(7837)])
    archive.receive()
    _, target = archive.inventory.offered(node.id)
    assert (target.name, target.label, target.least, target.most) == ("target", "COROTID", 7528, 7837)
    archive.close()


def test_values_come_in_with_a_delivery(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put([chart("a.dat"), chart("b.dat", orbit="descending", cover="0.9")])
    archive.receive()
    node = archive.tree.node(MAPS)
    assert node is not None
    time, orbit, cover = archive.inventory.offered(node.id)
    assert (time.least, time.most) == (datetime(2010, 1, 1, 6, tzinfo=UTC), datetime(2010, 1, 1, 8, tzinfo=UTC))
    assert (orbit.values, cover.least, cover.most) == (("ascending", "descending"), 0.5, 0.9)
    criteria = Criteria(values=(ValueRange(name="cover", least=0.6),))
    assert [file.name for file in archive.inventory.page(node.id, criteria)] == ["b.dat"]
    with archive.database.reading() as session:
        assert session.scalars(select(FileValue.node_id).distinct()).all() == [node.id]
    archive.close()

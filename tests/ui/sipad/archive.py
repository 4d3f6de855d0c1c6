"""A small archive for the pages: the seed's tree with some of its data sets, each file a real one on the disk."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from database import Database
from ordering.models import DataFile, FileValue, Node, NodeKind
from ordering.specs import NodeSpec
from ordering.tree import Tree

STARWIND = "DA_TC_COROT_R04_AN0_STARWIND"
FULLIMAGE = "DA_TC_COROT_R04_AN0_FULLIMAGE"
EMPTY = "DA_TC_COROT_R04_AN0_EMPTY"
SALINITY = "SMOS_CATDS_L3_OS_10DAYS"
TARGETS = (7528, 7548, 7613, 7616, 7636, 7710, 7758, 7780, 7793, 7837)
"""The seed's ten objects of SRc01's AN0_STARWIND."""


def _run(identifier: str, code: str, title: str, children: tuple[NodeSpec, ...] = (), begins: str = "", ends: str = "") -> NodeSpec:
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None for day in (begins, ends))
    return NodeSpec(identifier=identifier, kind=NodeKind.RUN, title=title, code=code, begins=first, ends=last, children=children)


def _data_set(identifier: str, title: str, criteria: tuple[str, ...]) -> NodeSpec:
    begins, ends = datetime(2007, 4, 3, tzinfo=UTC), datetime(2007, 5, 9, 23, 59, tzinfo=UTC)
    return NodeSpec(identifier=identifier, kind=NodeKind.DATA_SET, title=title, criteria=criteria, begins=begins, ends=ends)


TREE = (
    NodeSpec(
        identifier="COROT",
        kind=NodeKind.MISSION,
        title="COROT",
        details={"labels": {"target": "COROTID"}},
        children=(
            NodeSpec(
                identifier="COROT_N0",
                kind=NodeKind.LEVEL,
                title="Corot N0 data",
                children=(
                    _run(
                        "COROT_SRc01",
                        "SRc01",
                        "SRc01 - 03/04/2007-09/05/2007 - Short run - Galactic center FoV",
                        (
                            _data_set(FULLIMAGE, "SRc01 - Asteroseismology Full Image - AN0_FULLIMAGE", ("time",)),
                            _data_set(
                                STARWIND, "SRc01 - Asteroseismology channel - AN0_STARWIND", ("time", "target", "channel", "magnitude")
                            ),
                            _data_set(EMPTY, "SRc01 - a data set without files", ()),
                        ),
                        "2007-04-03",
                        "2007-05-09",
                    ),
                    _run("COROT_LRc01", "LRc01", "LRc01 - 09/05/2007-15/10/2007 - Long run - Galactic center FoV"),
                ),
            ),
        ),
    ),
    NodeSpec(
        identifier="SMOS_CATDS_L3",
        kind=NodeKind.MISSION,
        title="SMOS level 3 data of CATDS",
        children=(_data_set(SALINITY, "Ocean salinity: 10-day products", ("time",)),),
    ),
)


def fill(database: Database, archive: Path) -> None:
    """Make the tree and its files."""
    tree = Tree(database)
    tree.ensure(TREE)
    with database.writing() as session:
        _fill(session, archive, tree)


def _fill(session: Session, archive: Path, tree: Tree) -> None:
    for target in TARGETS:
        begins, ends = datetime(2007, 4, 3, tzinfo=UTC), datetime(2007, 5, 9, tzinfo=UTC)
        name = f"COROT_SRc01_AN0_STARWIND_{target:010}.tar.gz"
        values = {"channel": "A1" if target < 7700 else "A2", "magnitude": target / 1000}
        _add(session, archive, tree, STARWIND, name, size=target // 4, begins=begins, ends=ends, target=target, values=values)
    for number in range(4):
        day = datetime(2007, 4, 3 + number, tzinfo=UTC)
        _add(session, archive, tree, FULLIMAGE, f"COROT_SRc01_AN0_FULLIMAGE_{number:010}.tar.gz", size=900, begins=day, ends=day)
    for number in range(45):
        day = datetime(2013, 7 + number // 28, 1 + number % 28, tzinfo=UTC)
        _add(session, archive, tree, SALINITY, f"SM_OPER_OS_10D_{number:03}.tgz", size=300 + number, begins=day, ends=day)


def _add(
    session: Session,
    archive: Path,
    tree: Tree,
    identifier: str,
    name: str,
    *,
    size: int,
    begins: datetime,
    ends: datetime,
    target: int | None = None,
    values: dict[str, str | float] | None = None,
) -> None:
    node = tree.node(identifier)
    assert node is not None
    content = (name.encode() * (size // len(name) + 1))[:size]
    path = archive / "files" / identifier / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    file = DataFile(
        node_id=node.id,
        name=name,
        path=f"{identifier}/{name}",
        bytes=size,
        sha256=hashlib.sha256(content).hexdigest(),
        begins=begins,
        ends=ends,
        target=target,
    )
    session.add(file)
    session.flush()
    for called, value in (values or {}).items():
        number, text = (value, None) if isinstance(value, float) else (None, value)
        session.add(FileValue(file_id=file.id, node_id=node.id, name=called, number=number, text=text))
    above = [each.id for each in tree.path(node.id)]
    session.execute(update(Node).where(Node.id.in_(above)).values(files=Node.files + 1, bytes=Node.bytes + size))

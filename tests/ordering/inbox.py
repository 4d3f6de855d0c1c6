"""An archive with a small data tree, and deliveries for it, on real files."""

import csv
import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from database import Database
from ordering.inventory import Inventory
from ordering.models import DataFile, Node, NodeKind
from ordering.receiving import Limits, Received, receive
from ordering.samples import sample_tree
from ordering.specs import NodeSpec
from ordering.tree import Tree

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
STARS = "DA_TC_COROT_R04_AN0_STARWIND"
IMAGES = "DA_TC_COROT_R04_AN0_FULLIMAGE"
MAPS = "SMOS_L3"
Row = Mapping[str, Any]


@cache
def _new_database(trees: tuple[str, ...]) -> bytes:
    """Return a database with these trees; making it takes a while."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.sqlite"
        database = Database(f"sqlite:///{path}")
        database.upgrade()
        Tree(database).ensure([root for name in trees for root in sample_tree(name)] or specs())
        database.close()
        return path.read_bytes()


def specs() -> tuple[NodeSpec, ...]:
    """Return a mission whose files are named by a rule, and one whose files are not."""
    run_dates: dict[str, Any] = {"begins": datetime(2007, 4, 3, tzinfo=UTC), "ends": datetime(2007, 5, 9, 23, 59, tzinfo=UTC)}
    sets = tuple(
        NodeSpec(identifier=f"DA_TC_COROT_R04_{code}", kind=NodeKind.DATA_SET, title=code, code=code, criteria=("time", "target"))
        for code in ("AN0_STARWIND", "AN0_FULLIMAGE")
    )
    run = NodeSpec(identifier="COROT_SRc01", kind=NodeKind.RUN, title="SRc01", code="SRc01", **run_dates, children=sets)
    level = NodeSpec(identifier="COROT_N0", kind=NodeKind.LEVEL, title="Corot N0 data", children=(run,))
    details = {"naming": "corot", "labels": {"target": "COROTID"}}
    corot = NodeSpec(identifier="COROT", kind=NodeKind.MISSION, title="COROT Mission", details=details, children=(level,))
    maps = NodeSpec(
        identifier=MAPS,
        kind=NodeKind.DATA_SET,
        title="Maps",
        criteria=("time", "orbit", "cover"),
        details={"texts": ["orbit"], "labels": {"orbit": "Orbit"}},
    )
    return corot, NodeSpec(identifier="SMOS", kind=NodeKind.MISSION, title="SMOS", children=(maps,))


@dataclass
class Archive:
    """The parts, put together."""

    folder: Path
    trees: tuple[str, ...] = ()
    """Names of shipped trees; () for those of `specs`."""

    def __post_init__(self) -> None:
        (self.folder / "reflecs.sqlite").write_bytes(_new_database(self.trees))
        self.database = Database(f"sqlite:///{self.folder / 'reflecs.sqlite'}")
        self.path = self.folder / "archive"
        self.tree = Tree(self.database)
        self.inventory = Inventory(self.database)
        self.inbox = self.folder / "inbox"
        self.inbox.mkdir()

    def close(self) -> None:
        self.database.close()

    def receive(self, source: Path | None = None, **limits: Any) -> Received:
        return receive(self.database, self.path, source or self.inbox, lambda: NOW, limits=Limits(**limits))

    def put(self, rows: Sequence[Row], files: Mapping[str, bytes] | None = None) -> None:
        """Write files and a manifest into the inbox; a row's "content" is the file's, and not in the manifest."""
        for row in rows:
            if "content" in row:
                path = self.inbox / row["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(row["content"])
        for name, content in (files or {}).items():
            (self.inbox / name).write_bytes(content)
        columns = list(dict.fromkeys(name for row in rows for name in row if name != "content"))
        with (self.inbox / "manifest.csv").open("w", newline="") as manifest:
            lines = csv.DictWriter(manifest, columns, extrasaction="ignore")
            lines.writeheader()
            lines.writerows(rows)

    def registered(self) -> int:
        """Return how many files the inventory has, having seen that the tree tells the same."""
        with self.database.reading() as session:
            count = session.scalar(select(func.count()).select_from(DataFile)) or 0
            told = session.scalar(select(func.sum(Node.files)).where(Node.kind == NodeKind.DATA_SET))
        assert told == count
        return count

    def lying(self) -> list[str]:
        """Return what lies in the archive beside the lock, without the parts of names that are random."""
        paths = (path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file() and path.name != "receiving.lock")
        return sorted("/".join([path.parts[0], *path.parts[2:]]) for path in paths)


def star(number: int, content: bytes | None = None, **told: Any) -> Row:
    """Return a file of the star windows, which fits."""
    packed = tar_gz({"a.fits": f"star {number}".encode()}) if content is None else content
    row = {"file": f"COROT_SRc01_AN0_STARWIND_{number:010}.tar.gz", "bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest()}
    return row | {"data_set": STARS, "begins": "2007-04-03", "ends": "2007-05-09", "target": number, "content": packed} | told


def chart(name: str = "map-1.dat", content: bytes = b"a map", **told: Any) -> Row:
    """Return a file of the maps, which fits."""
    row = {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "data_set": MAPS, "content": content}
    return row | {"begins": "2010-01-01T06:00:00Z", "ends": "2010-01-01T08:00:00Z", "orbit": "ascending", "cover": "0.5"} | told


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    """Return a packed archive."""
    return gzip.compress(tar(members), mtime=0)


def tar(members: Mapping[str, bytes], *special: tarfile.TarInfo) -> bytes:
    """Return an archive of files, and of whatever else is given."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in special:
            archive.addfile(member)
    return packed.getvalue()

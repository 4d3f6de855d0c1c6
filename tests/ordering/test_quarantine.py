"""Deliveries in quarantine: shown, thrown away, checked again; and whether the archive is as it was registered."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ordering.models import DeliveryState, NodeKind
from ordering.quarantine import Quarantine, QuarantineError
from ordering.specs import NodeSpec
from ordering.staging import ReceivingError, only_one
from ordering.verifying import status, verify
from tests.ordering.inbox import NOW, Archive, chart


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path)
    yield archive
    archive.close()


@pytest.fixture
def quarantine(archive: Archive) -> Quarantine:
    """A quarantine with one delivery, for a data set that is not in the tree."""
    archive.put([chart("a.dat", data_set="LATER", orbit="", cover=""), chart("b.dat")])
    archive.receive()
    return Quarantine(archive.database, archive.path, lambda: NOW)


def test_what_is_in_quarantine_is_told_with_its_reasons(archive: Archive, quarantine: Quarantine) -> None:
    archive.put([chart("b.dat")])
    (archive.inbox / "a.dat").unlink()
    archive.receive()
    (delivery,), total = quarantine.deliveries(DeliveryState.QUARANTINED)
    assert (total, delivery.name, delivery.files, delivery.received) == (1, "inbox", 2, NOW)
    assert [(problem.file, problem.reason) for problem in delivery.problems] == [
        ("a.dat", "There is no data set 'LATER' in the data tree.")
    ]
    deliveries, total = quarantine.deliveries(size=1)
    assert (total, [each.state for each in deliveries]) == (2, [DeliveryState.ACCEPTED])
    assert quarantine.deliveries(page=2, size=1)[0] == [delivery]
    assert quarantine.delivery(delivery.id) == delivery
    assert quarantine.delivery(99) is None


def test_a_discarded_delivery_is_gone_and_still_told(archive: Archive, quarantine: Quarantine) -> None:
    (delivery,), _ = quarantine.deliveries()
    quarantine.discard(delivery.id)
    assert archive.lying() == []
    found = quarantine.delivery(delivery.id)
    assert found is not None
    assert (found.state, found.problems) == (DeliveryState.DISCARDED, delivery.problems)
    for act in (quarantine.discard, quarantine.check_again):
        with pytest.raises(QuarantineError):
            act(delivery.id)
        with pytest.raises(QuarantineError):
            act(99)


def test_an_accepted_delivery_cannot_be_discarded(archive: Archive) -> None:
    archive.put([chart()])
    received = archive.receive()
    with pytest.raises(QuarantineError):
        Quarantine(archive.database, archive.path).discard(received.delivery_id)
    assert archive.registered() == 1
    assert list(verify(archive.database, archive.path)) == [None]


def test_a_delivery_is_checked_again_when_the_tree_has_grown(archive: Archive, quarantine: Quarantine) -> None:
    (delivery,), _ = quarantine.deliveries()
    again = quarantine.check_again(delivery.id)
    assert (again.state, again.delivery_id) == (DeliveryState.QUARANTINED, delivery.id)
    assert quarantine.deliveries() == ([delivery], 1)
    archive.tree.ensure([NodeSpec(identifier="LATER", kind=NodeKind.DATA_SET, title="Later", parent="SMOS")])
    later = Quarantine(archive.database, archive.path, lambda: NOW + timedelta(days=9))
    accepted = later.check_again(delivery.id)
    assert (accepted.state, accepted.files, accepted.delivery_id) == (DeliveryState.ACCEPTED, 2, delivery.id)
    (found,), _ = quarantine.deliveries()
    assert (found.name, found.state, found.received, found.problems) == ("inbox", DeliveryState.ACCEPTED, NOW, ())
    assert archive.lying() == ["files/LATER/a.dat", "files/SMOS_L3/b.dat", "files/manifest.csv"]
    assert list(verify(archive.database, archive.path)) == [None, None]


def stays_as_it_is(archive: Archive, lying: list[str], manifest: Path | None = None, **limits: Any) -> list[str]:
    """See that a delivery in the inbox is refused, lies in quarantine so, and that checking it again says the same; return the reasons."""
    first = archive.receive(manifest, **limits)
    assert archive.lying() == [f"quarantine/{name}" for name in lying]
    quarantine = Quarantine(archive.database, archive.path, lambda: NOW)
    before = quarantine.delivery(first.delivery_id)
    for _ in range(2):
        again = quarantine.check_again(first.delivery_id)
        assert (again.state, again.problems) == (DeliveryState.QUARANTINED, first.problems)
    assert quarantine.delivery(first.delivery_id) == before
    assert archive.lying() == [f"quarantine/{name}" for name in lying]
    assert archive.registered() == 0
    return [f"{problem.file}: {problem.reason}" for problem in first.problems]


def test_quarantine_holds_what_the_manifest_does_not_name(archive: Archive) -> None:
    archive.put([chart()], {"stray.txt": b"?", ".hidden": b"?", "a b\n\u00e9": b"?"})
    (archive.inbox / "deep" / "er").mkdir(parents=True)
    (archive.inbox / "deep" / "er" / "manifest.csv").write_bytes(b"?")
    strays = [".hidden", "a b\n\u00e9", "deep/er/manifest.csv", "stray.txt"]
    reasons = stays_as_it_is(archive, sorted([*strays, "manifest.csv", "map-1.dat"]))
    assert len(reasons) == 4
    assert all("It lies in the delivery and is not in the manifest." in reason for reason in reasons)


def test_quarantine_holds_the_files_of_faulty_lines_and_of_other_sizes(archive: Archive) -> None:
    archive.put([chart(), chart("faulty.dat", begins="soon", bytes="-1"), chart("longer.dat", bytes=3), chart("a b.dat")])
    reasons = stays_as_it_is(archive, ["a b.dat", "faulty.dat", "longer.dat", "manifest.csv", "map-1.dat"])
    assert [reason[:40] for reason in reasons] == [
        "faulty.dat: The size is no number of byt",
        "faulty.dat: The beginning is no date suc",
        "a b.dat: A file is named by letters, dig",
        "longer.dat: It has 5 bytes; the manifest",
    ]


def test_quarantine_holds_what_an_unreadable_manifest_came_with(archive: Archive) -> None:
    archive.put([chart()])
    (archive.inbox / "manifest.csv").write_bytes(b"?")
    assert len(stays_as_it_is(archive, ["manifest.csv", "map-1.dat"])) == 1


def test_of_files_beside_a_manifest_quarantine_holds_those_that_it_names(archive: Archive) -> None:
    archive.put([chart(), chart("faulty.dat", begins="soon")], {"something else": b"of no concern"})
    told = [{**chart("../outside"), "begins": "soon"}]
    (archive.folder / "outside").write_bytes(b"secret")
    archive.put([chart(), chart("faulty.dat", begins="soon"), *({k: v for k, v in row.items() if k != "content"} for row in told)])
    manifest = (archive.inbox / "manifest.csv").rename(archive.inbox / "of-today.csv")
    assert len(stays_as_it_is(archive, ["faulty.dat", "manifest.csv", "map-1.dat"], manifest)) == 3


@pytest.mark.parametrize("named", [True, False], ids=["named", "stray"])
@pytest.mark.parametrize("kind", ["link", "link to a folder", "pipe", "too deep"])
def test_what_cannot_be_kept_keeps_a_delivery_out_for_good(archive: Archive, kind: str, named: bool) -> None:  # noqa: FBT001 -- a parameter
    odd = archive.inbox / "odd.dat"
    match kind:
        case "link":
            odd.symlink_to(archive.folder / "reflecs.sqlite")
        case "link to a folder":
            odd.symlink_to(archive.folder)
        case "pipe":
            os.mkfifo(odd)
        case _:
            deep = archive.inbox.joinpath(*"abcdefgh")
            deep.mkdir(parents=True)
            (deep / "odd.dat").write_bytes(b"?")
    name = "odd.dat" if kind != "too deep" else "a/b/c/d/e/f/g/h"
    rows = [chart(), {key: value for key, value in chart(name).items() if key != "content"}]
    archive.put(rows if named else rows[:1])
    (reason,) = stays_as_it_is(archive, ["manifest.csv", "map-1.dat"])
    assert reason.startswith(f"{name}: ")
    assert "It was not kept. So the delivery cannot be accepted" in reason
    assert ("is not in the manifest" in reason) is not named


def test_what_is_over_the_limits_keeps_a_delivery_out_for_good(archive: Archive) -> None:
    archive.put([chart()], {"stray-1": b"?", "stray-2": b"?"})
    reasons = stays_as_it_is(archive, ["manifest.csv", "map-1.dat", "stray-1"], files=2)
    assert [reason[:37] for reason in reasons] == [": The delivery has more than 2 files;", "stray-1: It lies in the delivery and "]


def test_a_stray_file_that_there_is_no_room_for_keeps_a_delivery_out_for_good(archive: Archive) -> None:
    archive.put([chart()])
    with (archive.inbox / "huge").open("wb") as huge:
        huge.truncate(1 << 43)  # a hole of 8 TB
    assert shutil.disk_usage(archive.folder).free < 1 << 43
    (reason,) = stays_as_it_is(archive, ["manifest.csv", "map-1.dat"])
    assert "that the archive has room for" in reason


def test_nobody_comes_between_while_a_delivery_is_checked_again(archive: Archive, quarantine: Quarantine) -> None:
    (delivery,), _ = quarantine.deliveries()
    between = []

    def clock() -> datetime:
        with pytest.raises(ReceivingError, match="Another delivery"):
            quarantine.discard(delivery.id)
        between.append(True)
        return NOW

    assert Quarantine(archive.database, archive.path, clock).check_again(delivery.id).state is DeliveryState.QUARANTINED
    assert between
    with only_one(archive.path), pytest.raises(ReceivingError, match="Another delivery"):
        quarantine.check_again(delivery.id)


def test_what_a_discarding_that_died_left_is_swept_and_nothing_else(archive: Archive, quarantine: Quarantine) -> None:
    folder = archive.path / "quarantine"
    (left := folder / "20261127-0123456789").mkdir()
    (left / "a.dat").write_bytes(b"?")
    (notes := folder / "notes").mkdir()
    before = [path for path in archive.lying() if "a.dat" in path]
    assert len(before) == 2
    (archive.inbox / "a.dat").unlink()
    archive.put([chart("b.dat")])
    archive.receive()
    assert (left.exists(), notes.exists()) == (False, True)
    assert "quarantine/a.dat" in archive.lying()
    assert quarantine.deliveries(DeliveryState.QUARANTINED)[1] == 1


DYING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from database import Database
from ordering import staging
from ordering.quarantine import Quarantine

durable, where = staging._make_durable, sys.argv[2]

def die_when(path):
    durable(path)
    if where == "in place" and path.name == "files":
        os._exit(9)

staging._make_durable = die_when
if where == "registered":
    staging.Stage.gone = lambda stage: os._exit(9)
folder = Path(sys.argv[1])
Quarantine(Database(f"sqlite:///{folder / 'reflecs.sqlite'}"), folder / "archive").check_again(1)
"""


@pytest.mark.parametrize("where", ["in place", "registered"])
def test_checking_again_that_dies_loses_nothing(archive: Archive, quarantine: Quarantine, where: str) -> None:
    archive.tree.ensure([NodeSpec(identifier="LATER", kind=NodeKind.DATA_SET, title="Later", parent="SMOS")])
    died = subprocess.run([sys.executable, "-c", DYING, str(archive.folder), where], check=False, cwd=Path(__file__).parents[2])
    assert died.returncode == 9
    if where == "in place":
        assert archive.registered() == 0
        assert quarantine.check_again(1).state is DeliveryState.ACCEPTED
    archive.put([chart("c.dat")])
    for name in "ab":
        (archive.inbox / f"{name}.dat").unlink()
    archive.receive()
    assert archive.lying() == ["files/LATER/a.dat", "files/SMOS_L3/b.dat", "files/SMOS_L3/c.dat", *["files/manifest.csv"] * 2]
    assert list(verify(archive.database, archive.path)) == [None] * 3


def test_what_happened_to_the_archive_is_found(archive: Archive) -> None:
    archive.put([chart(f"{name}.dat") for name in "abcd"])
    archive.receive()
    (folder,) = (archive.path / "files").glob("*/SMOS_L3")
    for name in "abc":
        (folder / f"{name}.dat").chmod(0o600)
    (folder / "a.dat").write_bytes(b"A map")
    (folder / "b.dat").write_bytes(b"a map, longer")
    (folder / "c.dat").unlink()
    (archive.path / "files" / "stranger").mkdir()
    found = [problem for problem in verify(archive.database, archive.path) if problem]
    assert [problem.file.rpartition("/")[2] for problem in found] == ["a.dat", "b.dat", "c.dat", "stranger"]
    assert [problem.reason.split(" ", 2)[:2] for problem in found] == [["Its", "SHA-256"], ["It", "has"], ["It", "cannot"], ["It", "is"]]


def test_status_counts(archive: Archive, quarantine: Quarantine) -> None:
    assert quarantine.deliveries()[1] == 1
    archive.put([chart("b.dat")])
    (archive.inbox / "a.dat").unlink()
    archive.receive()
    found = status(archive.database)
    assert (found.data_sets, found.files, found.bytes) == (3, 1, 5)
    assert found.deliveries == {DeliveryState.ACCEPTED: 1, DeliveryState.QUARANTINED: 1}

"""Deliveries: accepted or quarantined as a whole, whatever is in them, and whenever the process dies."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ordering.criteria import Criteria
from ordering.models import DataFile, Delivery, DeliveryState, NodeKind
from ordering.packed import PackedLimits
from ordering.specs import NodeSpec
from ordering.staging import ReceivingError, only_one
from ordering.verifying import verify
from tests.ordering.inbox import MAPS, NOW, STARS, Archive, Row, chart, star, tar_gz


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path)
    yield archive
    archive.close()


def refused(archive: Archive, reason: str, **limits: Any) -> None:
    """See that what lies in the inbox is refused for a reason, and that nothing of it is in the archive."""
    before = archive.registered(), [path for path in archive.lying() if path.startswith("files/")]
    received = archive.receive(**limits)
    assert received.state is DeliveryState.QUARANTINED
    assert reason in " ".join(problem.reason for problem in received.problems)
    assert (archive.registered(), [path for path in archive.lying() if path.startswith("files/")]) == before
    assert not any(path.startswith("incoming") for path in archive.lying())


def test_a_delivery_is_registered_and_kept_byte_for_byte(archive: Archive) -> None:
    rows = [star(7528), star(7548), chart()]
    archive.put(rows)
    received = archive.receive()
    assert (received.state, received.files, received.already, received.problems) == (DeliveryState.ACCEPTED, 3, 0, ())
    assert received.bytes == sum(row["bytes"] for row in rows)
    kept = [f"files/{MAPS}/map-1.dat", *(f"files/{STARS}/{row['file']}" for row in rows[:2]), "files/manifest.csv"]
    assert archive.lying() == sorted(kept)
    assert archive.registered() == 3
    with archive.database.reading() as session:
        for file in session.scalars(select(DataFile)):
            content = (archive.path / "files" / file.path).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
        delivery = session.get_one(Delivery, received.delivery_id)
        assert (delivery.name, delivery.received, delivery.state) == ("inbox", NOW, DeliveryState.ACCEPTED)
    assert list(verify(archive.database, archive.path)) == [None, None, None]
    assert (archive.inbox / "manifest.csv").exists()


def test_the_target_and_the_data_set_may_be_told_by_the_name_alone(archive: Archive) -> None:
    told = dict(star(7528, data_set=None, target=None))
    told["file"] = f"by day/{told['file']}".replace(" ", "-")
    archive.put([told])
    archive.receive()
    node = archive.tree.node(STARS)
    assert node is not None
    (file,) = archive.inventory.page(node.id, Criteria())
    assert (file.target, file.name, file.path.split("/")[1]) == (7528, "COROT_SRc01_AN0_STARWIND_0000007528.tar.gz", STARS)


def test_the_letter_o_is_stored_as_the_digit(archive: Archive) -> None:
    row = star(7528)
    archive.put([dict(row, file=row["file"].replace("AN0", "ANO"), data_set="")])
    assert archive.receive().state is DeliveryState.ACCEPTED
    assert archive.lying() == [f"files/{STARS}/{row['file']}", "files/manifest.csv"]
    archive.put([row])
    refused(archive, "is not in the manifest")  # the one with the letter still lies there
    archive.put([row, dict(row, file=row["file"].replace("AN0", "ANO"))])
    refused(archive, "has the same name")


def test_a_manifest_names_files_beside_it(archive: Archive) -> None:
    archive.put([star(7528)], {"something else": b"of no concern"})
    manifest = (archive.inbox / "manifest.csv").rename(archive.inbox / "of-today.csv")
    assert archive.receive(manifest).files == 1


def test_a_semicolon_and_a_byte_order_mark_are_read(archive: Archive) -> None:
    archive.put([star(7528)])
    manifest = archive.inbox / "manifest.csv"
    manifest.write_bytes(b"\xef\xbb\xbf" + manifest.read_bytes().replace(b",", b";"))
    assert archive.receive().files == 1


def test_what_is_there_already_is_told_and_not_registered_again(archive: Archive) -> None:
    archive.put([star(7528), star(7548)])
    archive.receive()
    archive.put([star(7528), star(7548), star(7613)])
    received = archive.receive()
    assert (received.files, received.already, archive.registered()) == (1, 2, 3)
    received = archive.receive()
    assert (received.files, received.already, archive.registered()) == (0, 3, 3)


def test_what_is_archived_is_not_replaced(archive: Archive) -> None:
    archive.put([star(7528)])
    archive.receive()
    archive.put([star(7528, tar_gz({"other": b"bytes"})), star(7548)])
    refused(archive, "already, with other bytes")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (star(1, bytes=5), "the manifest says 5"),
        (star(1, sha256="0" * 64), "Its SHA-256 is"),
        (star(1, sha256="xyz"), "not 64 hexadecimal digits"),
        (star(1, bytes="-5"), "no number of bytes"),
        (star(1, data_set="nobody"), "There is no data set"),
        (star(1, data_set="COROT_SRc01"), "There is no data set"),
        (star(1, data_set=MAPS), "selected by"),
        (star(1, data_set="DA_TC_COROT_R04_AN0_FULLIMAGE"), "Its name is of AN0_STARWIND"),
        (star(1, target=2), "The manifest says target 2"),
        (star(1, begins="2007-04-02"), "not within that of its run, 2007-04-03 to 2007-05-09"),
        (star(1, ends="2007-05-10"), "not within that of its run"),
        (star(1, begins="2007-05-02", ends="2007-05-01"), "The end lies before the beginning"),
        (star(1, begins="", ends=""), "No beginning is told"),
        (star(1, begins="", ends="2007-05-01"), "An end is told, and no beginning"),
        (star(1, begins="soon"), "no date such as"),
        (star(1, orbit="ascending"), "not selected by"),
        (chart(orbit=""), "No value of orbit"),
        (chart(cover="much"), "is no number"),
        (chart(cover="nan"), "is no number"),
        (chart(orbit="a\x07"), "not one line"),
        (chart(data_set=""), "tells a data set"),
        (chart(data_set=STARS), "are named COROT_<run>_<code>"),
        (star(1, tar_gz({"../../up": b"x"})), "unpacked elsewhere"),
        (star(1, b"no archive at all"), "damaged, or not what its name says"),
        (star(1, tar_gz({"zeros": bytes(20_000_000)})), "unpacks to more than"),
    ],
)
def test_one_file_that_does_not_match_keeps_the_whole_delivery_out(archive: Archive, row: Row, reason: str) -> None:
    archive.put([star(7528), chart("good.dat"), row])
    refused(archive, reason)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../outside", "./a", "a//b", "a\\..\\b", ".hidden", "", "a\0b", "~/a"])
def test_no_name_leads_out_of_the_delivery(archive: Archive, name: str) -> None:
    outside = archive.folder / "outside"
    outside.write_bytes(b"a map")
    archive.put([chart(), {key: value for key, value in chart(file=name).items() if key != "content"}])
    refused(archive, "not a text" if "\0" in name else "lies within its delivery")
    assert outside.read_bytes() == b"a map"


def test_no_link_is_followed(archive: Archive) -> None:
    outside = archive.folder / "outside"
    outside.mkdir()
    (outside / "map.dat").write_bytes(b"a map")
    archive.put([chart()])
    (archive.inbox / "link.dat").symlink_to(outside / "map.dat")
    (archive.inbox / "folder").symlink_to(outside)
    told = {key: value for key, value in chart().items() if key != "content"}
    archive.put([chart(), dict(told, file="link.dat")])
    refused(archive, "links are not followed")
    archive.put([chart(), dict(told, file="folder/map.dat")])
    refused(archive, "links are not followed")
    archive.put([chart()])
    refused(archive, "is not in the manifest")


def test_a_pipe_does_not_hold_the_archive_up(archive: Archive) -> None:
    os.mkfifo(archive.inbox / "pipe.dat")
    archive.put([{key: value for key, value in chart(file="pipe.dat").items() if key != "content"}])
    refused(archive, "no regular file")


def test_a_missing_and_an_unnamed_file_are_told(archive: Archive) -> None:
    archive.put([chart(), {key: value for key, value in chart("missing.dat").items() if key != "content"}])
    refused(archive, "It is not in the delivery")
    archive.put([chart()], {"extra.dat": b"?"})
    refused(archive, "is not in the manifest")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"\xff\xfe",
        b"file,bytes\n",
        b"file,bytes,sha256\n",
        b"file,bytes,sha256,bytes\na,1,2,3\n",
        b"file,bytes,sha256,Drop Table\na,1,2,3\n",
        b'file,bytes,sha256\n"a\n',
        b"file,bytes,sha256\na,1\n",
        b"file,bytes,sha256\na,1,2,3\n",
        b"file,bytes,sha256\n" + b"x" * 200_000 + b",1,2\n",
        b"\0\0\0",
        b"file,bytes,sha256\n" + b"a,1,2\n" * 11,
    ],
)
def test_a_manifest_that_cannot_be_read_is_quarantined(archive: Archive, manifest: bytes) -> None:
    archive.put([chart()])
    (archive.inbox / "manifest.csv").write_bytes(manifest)
    refused(archive, "", files=10)


def test_what_is_too_large_or_not_there_is_not_received_at_all(archive: Archive) -> None:
    with pytest.raises(ReceivingError, match=r"There is no manifest\.csv"):
        archive.receive()
    archive.put([chart()])
    with pytest.raises(ReceivingError, match="more than 10 bytes"):
        archive.receive(manifest=10)
    with pytest.raises(ReceivingError, match="has room for 0"):
        archive.receive(spare=1 << 62)
    with pytest.raises(ReceivingError, match="cannot be read"):
        archive.receive(archive.folder / "nowhere" / "at all")
    assert archive.lying() == []
    assert archive.registered() == 0


def test_the_limits_of_packed_files_are_those_of_the_delivery(archive: Archive) -> None:
    archive.put([star(7528, tar_gz({"a": bytes(1000)}))])
    refused(archive, "unpacks to more than", packed=PackedLimits(free=500, ratio=2))


def test_one_delivery_at_a_time(archive: Archive) -> None:
    archive.put([chart()])
    with only_one(archive.path), pytest.raises(ReceivingError, match="Another delivery"):
        archive.receive()
    assert archive.receive().files == 1


def test_an_identifier_that_is_no_name_of_a_folder_gets_another(archive: Archive) -> None:
    archive.tree.ensure([NodeSpec(identifier="../../doi:10.1/x", kind=NodeKind.DATA_SET, title="x", parent="SMOS")])
    node = archive.tree.node("../../doi:10.1/x")
    assert node is not None
    archive.put([chart(data_set=node.identifier, orbit="", cover="")])
    assert archive.receive().files == 1
    assert archive.lying() == ["files/manifest.csv", f"files/node-{node.id}/map-1.dat"]


DYING = """
import os, sys
from pathlib import Path
from datetime import UTC, datetime
from database import Database
from ordering import receiving, staging

durable, where = staging._make_durable, sys.argv[2]

def die_when(path):
    durable(path)
    if where == "copied" and path.name.endswith(".dat") or where == "in place" and path.name in ("files", "quarantine"):
        os._exit(9)

staging._make_durable = die_when
if where == "registered":
    staging.Stage.gone = lambda stage: os._exit(9)
folder = Path(sys.argv[1])
receiving.receive(Database(f"sqlite:///{folder / 'reflecs.sqlite'}"), folder / "archive", folder / "inbox")
"""


@pytest.mark.parametrize("good", [True, False], ids=["accepted", "quarantined"])
@pytest.mark.parametrize("where", ["copied", "in place", "registered"])
def test_a_process_that_dies_leaves_all_or_nothing(archive: Archive, where: str, good: bool) -> None:  # noqa: FBT001 -- a parameter
    rows = [chart("a.dat"), chart("b.dat", cover="0.1" if good else "much")]
    archive.put(rows)
    died = subprocess.run([sys.executable, "-c", DYING, str(archive.folder), where], check=False, cwd=Path(__file__).parents[2])
    assert died.returncode == 9
    registered = where == "registered"
    assert archive.registered() == (2 if good and registered else 0)
    with archive.database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == registered
    if not good:
        archive.put([chart("a.dat"), chart("b.dat")])
    again = archive.receive()
    assert (again.state, again.already) == (DeliveryState.ACCEPTED, 2 if good and registered else 0)
    assert archive.registered() == 2
    assert [problem for problem in verify(archive.database, archive.path) if problem] == []
    assert not any(path.startswith("incoming") for path in archive.lying())

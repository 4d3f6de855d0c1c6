"""Deliveries in quarantine: shown, thrown away, checked again; and whether the archive is as it was registered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ordering.models import DeliveryState, NodeKind
from ordering.quarantine import Quarantine, QuarantineError
from ordering.specs import NodeSpec
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
    assert again.state is DeliveryState.QUARANTINED
    archive.tree.ensure([NodeSpec(identifier="LATER", kind=NodeKind.DATA_SET, title="Later", parent="SMOS")])
    accepted = quarantine.check_again(again.delivery_id)
    assert (accepted.state, accepted.files) == (DeliveryState.ACCEPTED, 2)
    deliveries, _ = quarantine.deliveries()
    assert [(each.name, each.state) for each in deliveries] == [("inbox", state) for state in ("accepted", "discarded", "discarded")]
    assert not any(path.startswith("quarantine") for path in archive.lying())


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

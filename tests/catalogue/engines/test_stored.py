"""Documents and records as they are kept."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from catalogue.engines.stored import decode_kept, encode, pack, state_of, unpack
from records.errors import EngineError
from records.model import Provenance, Record, Source
from tests.contracts.making import drawing


def test_many_threads_pack_and_unpack_side_by_side() -> None:
    draw = drawing(21)
    documents = [b"", *(draw.randbytes(20) * draw.randrange(4000) for _ in range(200))]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda document: unpack(pack(document)), documents)) == documents


def test_what_is_damaged_is_told() -> None:
    with pytest.raises(EngineError, match="damaged"):
        unpack(pack(b"<x/>" * 100)[:-5])
    with pytest.raises(EngineError, match="damaged"):
        unpack(b"no document")


def test_the_state_of_a_record_is_what_it_says() -> None:
    record = Record(identifier="one", title="The first title")
    kept = decode_kept(encode(record), Provenance(origin="somewhere", format="dif10"), Source(content=b"<x/>", format="dif10"))
    assert state_of(kept) == encode(record) == state_of(record)
    changed = replace(kept, title="Another title")
    assert state_of(changed) == encode(changed) != state_of(kept)


def test_states_are_held_no_longer_than_their_records() -> None:
    stored = [encode(Record(identifier=str(number))) for number in range(100)]
    held = [sys.getrefcount(one) for one in stored]
    for _ in range(3):  # in memory that was others' before
        records = [decode_kept(one, Provenance(), None) for one in stored]
        assert all(state_of(record) is one for record, one in zip(records, stored, strict=True))
        records.clear()
    assert [sys.getrefcount(one) for one in stored] == held

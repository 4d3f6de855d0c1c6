"""Documents as they are kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogue.engines.stored import pack, unpack
from records.errors import EngineError
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

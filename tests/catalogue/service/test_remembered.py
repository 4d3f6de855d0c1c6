"""What is remembered of written records: no more bytes than are allowed, whatever their number and size."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from catalogue.engines import open_engine
from catalogue.service import Catalogue
from catalogue.service.remembered import Remembered
from mappings.formats import read
from records.model import Record, Source


def test_what_was_asked_for_last_is_kept_longest() -> None:
    remembered = Remembered(2600)
    for key in (b"a", b"b", b"c", b"d"):
        remembered.keep(key, (key * 300, b""))
    assert remembered.get(b"a") == (b"a" * 300, b"")
    remembered.keep(b"e", (b"e" * 300, b""))
    assert [key for key in (b"a", b"b", b"c", b"d", b"e") if remembered.get(key)] == [b"a", b"c", b"d", b"e"]


def test_what_would_push_out_many_is_not_kept() -> None:
    remembered = Remembered(2000)
    remembered.keep(b"small", (b"x" * 100, b""))
    remembered.keep(b"large", (b"x" * 201, b""))
    assert remembered.get(b"large") is None
    assert remembered.get(b"small") == (b"x" * 100, b"")
    assert remembered.size == 400


@given(kept=st.lists(st.tuples(st.binary(max_size=1), st.integers(0, 190)), max_size=40))
def test_it_never_holds_more_than_is_allowed(kept: list[tuple[bytes, int]]) -> None:
    remembered = Remembered(2000)
    for key, length in kept:
        remembered.keep(key, (key * length, b"links"))
        assert remembered.size <= 2000
        assert remembered.get(key) is not None


def test_a_rendition_is_remembered_for_what_it_was_written_of(tmp_path: Path) -> None:
    engine = open_engine(f"embedded:{tmp_path}")
    catalogue = Catalogue(engine, base_url="http://localhost")
    first, changed = Record(identifier="one", title="The first title"), Record(identifier="one", title="Another title")
    written = catalogue.rendition(first, "iso19139")
    assert catalogue.rendition(first, "iso19139") is written
    assert read(catalogue.rendition(changed, "iso19139")).title == "Another title"
    assert read(catalogue.rendition(first, "dif10")).title == "The first title"
    catalogue.sipad_url = "http://sipad/{identifier}"
    assert [link.url for link in read(catalogue.rendition(first, "iso19139")).links] == ["http://sipad/one"]
    stored = replace(first, source=Source(content=b"<as it came/>", format="iso19139"))
    assert catalogue.rendition(stored, "iso19139") == b"<as it came/>"
    engine.close()

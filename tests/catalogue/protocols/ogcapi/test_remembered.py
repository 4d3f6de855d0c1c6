"""What is remembered of written records: no more bytes than are allowed, whatever their number and size."""

from hypothesis import given
from hypothesis import strategies as st

from catalogue.protocols.ogcapi.remembered import Remembered


def test_what_was_asked_for_last_is_kept_longest() -> None:
    remembered = Remembered(2000)
    for key in (b"a", b"b", b"c"):
        remembered.keep(key, (key * 300, b""))
    assert remembered.get(b"a") == (b"a" * 300, b"")
    remembered.keep(b"d", (b"d" * 300, b""))
    assert [key for key in (b"a", b"b", b"c", b"d") if remembered.get(key)] == [b"a", b"c", b"d"]


def test_what_is_too_large_by_itself_is_not_kept() -> None:
    remembered = Remembered(2000)
    remembered.keep(b"large", (b"x" * 5000, b""))
    assert remembered.get(b"large") is None
    assert remembered.size == 0


@given(kept=st.lists(st.tuples(st.binary(max_size=1), st.integers(0, 900)), max_size=40))
def test_it_never_holds_more_than_is_allowed(kept: list[tuple[bytes, int]]) -> None:
    remembered = Remembered(2000)
    for key, length in kept:
        remembered.keep(key, (key * length, b"links"))
        assert remembered.size <= 2000
        assert remembered.get(key) is not None

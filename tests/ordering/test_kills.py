"""A worker that is killed again and again loses nothing, doubles nothing, damages nothing. More of it: `python -m tests.ordering.kills`."""

from pathlib import Path

from ordering.models import OrderState
from tests.ordering.kills import run


def test_a_worker_that_is_killed_at_any_moment_loses_doubles_and_damages_nothing(tmp_path: Path) -> None:
    outcome = run(tmp_path, kills=12, orders=6, seed=1)
    assert outcome.wrong == []
    assert outcome.orders[OrderState.FAILED] == 2  # the two that had to
    assert outcome.orders[OrderState.DONE] == outcome.orders.total() - 2 >= 6
    assert outcome.kills >= 12
    assert outcome.busy >= 4

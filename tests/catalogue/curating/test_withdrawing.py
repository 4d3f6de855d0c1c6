"""Withdrawing: the record goes, its history stays, and the audit trail has why."""

import pytest

from accounts.errors import NotAllowedError, StateError
from catalogue.curating.views import MOST
from tests.catalogue.curating.workshop import HERE, NOBODY, Workshop, document


def test_records_are_withdrawn_and_their_history_stays(workshop: Workshop) -> None:
    workshop.load(document("a"), document("b"), document("c"))
    workshop.checking.check_now(["a", "b", "c"])
    assert workshop.curating.withdraw(["a", "b", "a", "unknown"], reason=" Old data ", by=workshop.marie, address=HERE) == 2
    assert list(workshop.engine.identifiers()) == ["c"]
    assert workshop.curating.document("a", 1) == document("a")
    assert workshop.told("withdrew a record") == [("marie", "b", "Old data", HERE), ("marie", "a", "Old data", HERE)]
    assert workshop.checking.of(["a", "b", "c"]).keys() == {"c"}
    assert workshop.curating.withdraw(["a"], by=workshop.marie, address=HERE) == 0
    assert len(workshop.told("withdrew a record")) == 2


def test_what_is_refused_withdraws_nothing(workshop: Workshop) -> None:
    workshop.load(document("a"))
    with pytest.raises(NotAllowedError):
        workshop.curating.withdraw(["a"], by=NOBODY, address=HERE)
    with pytest.raises(StateError, match="at least one"):
        workshop.curating.withdraw([], by=workshop.marie, address=HERE)
    with pytest.raises(StateError, match="At most 1,000"):
        workshop.curating.withdraw(["a", *map(str, range(MOST))], by=workshop.marie, address=HERE)
    with pytest.raises(StateError, match="reason"):
        workshop.curating.withdraw(["a"], reason="a" * 1001, by=workshop.marie, address=HERE)
    assert list(workshop.engine.identifiers()) == ["a"]

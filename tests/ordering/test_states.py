"""The table of an order's steps."""

import pytest

from ordering.models import Order, OrderState
from ordering.states import CANCELLABLE, RUNNING, STEPS, StateError, step


def test_the_table_knows_every_state_and_leads_everywhere_from_a_draft() -> None:
    assert set(STEPS) == set(OrderState)
    reached = {OrderState.DRAFT}
    while more := {to for state in reached for to in STEPS[state]} - reached:
        reached |= more
    assert reached == set(OrderState)


@pytest.mark.parametrize("begin", OrderState)
@pytest.mark.parametrize("end", OrderState)
def test_an_order_goes_where_the_table_says_and_nowhere_else(begin: OrderState, end: OrderState) -> None:
    order = Order(number="R0", state=begin)
    if end in STEPS[begin]:
        step(order, end)
        assert order.state is end
    else:
        with pytest.raises(StateError):
            step(order, end)
        assert order.state is begin


def test_what_has_ended_well_is_not_prepared_again() -> None:
    """Whatever the table is changed to: files that were delivered are not delivered a second time."""
    for state in (OrderState.DONE, OrderState.EXPIRED, OrderState.CANCELLED):
        reached: set[OrderState] = {state}
        while more := {to for each in reached for to in STEPS[each]} - reached:
            reached |= more
        assert not reached & {OrderState.WAITING, *RUNNING}


def test_running_orders_can_be_cancelled() -> None:
    assert RUNNING < CANCELLABLE

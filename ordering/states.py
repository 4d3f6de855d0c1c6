"""Where an order may go from where it stands: the one table, and the one function that moves it."""

from collections.abc import Mapping
from typing import Final

from ordering.models import Order, OrderState
from records.errors import CatalogueError

STEPS: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    OrderState.DRAFT: frozenset({OrderState.ACTIVATING, OrderState.WAITING}),
    # Back to a draft where the letter with the code could not be sent; cancelled where the code was not used in time.
    OrderState.ACTIVATING: frozenset({OrderState.DRAFT, OrderState.WAITING, OrderState.CANCELLED}),
    OrderState.WAITING: frozenset({OrderState.PREPARING, OrderState.FAILED, OrderState.CANCELLED}),
    # Done at once where the files stay in the workspace.
    OrderState.PREPARING: frozenset({OrderState.DELIVERING, OrderState.DONE, OrderState.FAILED, OrderState.CANCELLED}),
    OrderState.DELIVERING: frozenset({OrderState.DONE, OrderState.FAILED, OrderState.CANCELLED}),
    OrderState.DONE: frozenset({OrderState.EXPIRED}),
    OrderState.FAILED: frozenset({OrderState.WAITING}),  # tried again
    OrderState.CANCELLED: frozenset(),
    OrderState.EXPIRED: frozenset(),
}
"""Which state may follow which."""

RUNNING: Final = frozenset({OrderState.PREPARING, OrderState.DELIVERING})
"""A worker has it, or had it when it died."""

CANCELLABLE: Final = frozenset(state for state, next_states in STEPS.items() if OrderState.CANCELLED in next_states)
"""Its owner may still call it off."""


class StateError(CatalogueError):
    """An order cannot go from where it stands to where it is sent."""


def step(order: Order, to: OrderState) -> None:
    """Move an order.

    Raises:
        StateError: the table has no such step.
    """
    if to not in STEPS[OrderState(order.state)]:
        raise StateError(f"Order {order.number} is {order.state} and cannot become {to}.")
    order.state = to

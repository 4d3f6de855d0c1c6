"""Orders that wait for the code sent by e-mail: at most three of one address, and nothing is kept for those that are dropped."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ordering.models import Order, OrderedFile, OrderState
from ordering.quota import owned_by
from ordering.sentences import Sentence
from ordering.states import step

CODE_HOURS: Final = 24
"""How long an order without an account waits for its code."""
ACTIVATED_WITHIN: Final = timedelta(hours=CODE_HOURS)
MOST_ACTIVATING: Final = 3
"""Orders of one e-mail address that wait for their code at a time: they count against no quota."""
NOT_ACTIVATED: Final = Sentence("The activation code was not used in time.", "Le code d’activation n’a pas été utilisé à temps.")
_OVERTAKEN: Final = Sentence(
    "The activation code was not used before %(most)s later orders were placed with the same address.",
    "Le code d’activation n’a pas été utilisé avant que %(most)s commandes suivantes ne soient passées avec la même adresse.",
)


def drop(session: Session, order: Order, reason: str, now: datetime) -> None:
    """Cancel an order that was not activated; the list of its files goes at once, which may be long."""
    step(order, OrderState.CANCELLED)
    order.reason, order.ended = reason, now
    session.execute(delete(OrderedFile).where(OrderedFile.order_id == order.id))


def drop_oldest(session: Session, order: Order, now: datetime) -> None:
    """Drop the oldest orders that wait for a code of the same address as this one, where they are too many with it."""
    query = select(Order).where(owned_by(None, order.email), Order.state == OrderState.ACTIVATING, Order.id != order.id)
    others = session.scalars(query.order_by(Order.id).with_for_update()).all()
    by_age = sorted(others, key=lambda other: (other.submitted or other.created, other.id))
    for other in by_age[: 1 - MOST_ACTIVATING]:
        drop(session, other, _OVERTAKEN.told(other.language, most=MOST_ACTIVATING), now)

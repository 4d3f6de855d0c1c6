"""The one table of how accounts go from state to state."""

from enum import StrEnum
from typing import Final

from accounts.codelists import AccountState
from accounts.errors import StateError
from accounts.models import User

_S = AccountState


class Step(StrEnum):
    """What is done to an account."""

    CONFIRM = "confirm"  # by the owner of the e-mail address
    VALIDATE = "validate"  # by an administrator; again for somebody who lost the temporary password, or was refused
    REFUSE = "refuse"
    CHOOSE = "choose"  # a password of one's own, in place of a temporary or forgotten one
    RENEW = "renew"  # by an administrator: a temporary password in place of any other
    CLOSE = "close"
    REOPEN = "reopen"  # with a new temporary password


STEPS: Final = {
    Step.CONFIRM: (frozenset({_S.UNCONFIRMED}), _S.REQUESTED),
    Step.VALIDATE: (frozenset({_S.REQUESTED, _S.REFUSED, _S.TEMPORARY}), _S.TEMPORARY),
    Step.REFUSE: (frozenset({_S.REQUESTED}), _S.REFUSED),
    Step.CHOOSE: (frozenset({_S.TEMPORARY, _S.ACTIVE}), _S.ACTIVE),
    Step.RENEW: (frozenset({_S.TEMPORARY, _S.ACTIVE}), _S.TEMPORARY),
    Step.CLOSE: (frozenset({_S.TEMPORARY, _S.ACTIVE}), _S.CLOSED),
    Step.REOPEN: (frozenset({_S.CLOSED}), _S.TEMPORARY),
}
"""From which states a step can be taken, and where it leads."""

_SENTENCES: Final = {
    Step.CONFIRM: "This account is confirmed already.",
    Step.VALIDATE: "Only an account that is asked for can be validated.",
    Step.REFUSE: "Only an account that waits for its validation can be refused.",
    Step.CHOOSE: "Only an open account has a password.",
    Step.RENEW: "Only an open account has a password.",
    Step.CLOSE: "Only an open account can be closed.",
    Step.REOPEN: "Only a closed account can be opened again.",
}


def take(step: Step, user: User) -> None:
    """Take a step; sessions of before are over.

    Raises:
        StateError: the account is not where it begins.
    """
    begins, leads = STEPS[step]
    if user.state not in begins:
        raise StateError(_SENTENCES[step])
    user.state = leads
    user.session_number += 1

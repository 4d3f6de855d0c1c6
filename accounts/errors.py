"""The errors of accounts, one tree.

AccountError
├── RegistrationErrors   a form that cannot be taken             (says for each field why)
├── SignInError          no sign-in, whatever the reason         (one sentence for all)
├── PasswordError        a password that cannot be taken         (says why)
├── ResetError           a link for a new password that is over
├── CodeError            no code can be sent to this address now
├── UnknownError         there is no such account, group or token
├── StateError           not from the state the account is in
└── NotAllowedError      not by this visitor
"""

from collections.abc import Mapping

from records.errors import CatalogueError


class AccountError(CatalogueError):
    """Something asked of accounts that is refused."""


class RegistrationErrors(AccountError):  # noqa: N818 -- there are several in one
    """A form with fields that cannot be taken.

    Attributes:
        fields: a sentence for each of them, by the names of `Registration` or `Profile`.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(" ".join(self.fields.values()))


class SignInError(AccountError):
    """No sign-in. Its sentence is the same for every reason; the audit trail has the reason."""

    def __init__(self) -> None:
        super().__init__(
            "The name and the password do not go together, or the account is not open. "
            "After ten failures, wait 15 minutes or ask for a new password."
        )


class PasswordError(AccountError):
    """A password that cannot be taken."""


class ResetError(AccountError):
    """A link for a new password that is not good, or not any more."""

    def __init__(self) -> None:
        super().__init__("This link is not good any more. Please ask for a new one.")


class CodeError(AccountError):
    """No code can be sent to this address now."""


class UnknownError(AccountError):
    """There is no such account, group or token."""


class StateError(AccountError):
    """An account is not where this step begins."""


class NotAllowedError(AccountError):
    """The visitor may not do this."""

    def __init__(self) -> None:
        super().__init__("You may not do this.")

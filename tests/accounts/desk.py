"""What tests of accounts stand on: a real database file, letters kept in a list, a clock that stands until it is moved."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.forms import Registration
from accounts.mail import MailError, Message
from accounts.visitors import Visitor
from database import Database

ADMINISTRATOR = Visitor(username="command line", role=Role.ADMINISTRATOR)
PASSWORD = "wolken über dem roten meer"
OTHER = "vier kleine gelbe enten"
HERE = "192.0.2.7"


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 27, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Letters:
    """A mail server that keeps what it gets; or, while `broken`, none."""

    sent: list[Message] = field(default_factory=list)
    broken: bool = False

    def send(self, message: Message) -> None:
        if self.broken:
            raise MailError("The letter cannot be sent now; please try again later.")
        self.sent.append(message)

    def last(self, to: str) -> Message:
        return next(message for message in reversed(self.sent) if message.to == to)

    def link(self, to: str) -> str:
        return _found(r"\?token=(\S+)", self.last(to).text)

    def password(self, to: str) -> str:
        return _found(r"(?:Temporary password|Mot de passe temporaire) *: +(\S+)", self.last(to).text)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found.group(1)


@dataclass
class Desk:
    """Accounts, and all they stand on."""

    accounts: Accounts
    database: Database
    letters: Letters
    clock: Clock

    def active(self, username: str = "mfaraday", email: str = "faraday@example.org", role: Role = Role.USER) -> int:
        """Make an active account; return its number."""
        self.accounts.create_user(username, email, role=role, password=PASSWORD, by=ADMINISTRATOR, address=None)
        return self.accounts.user_named(username).user_id

    def requested(self, username: str = "mfaraday", email: str = "faraday@example.org") -> int:
        """Ask for an account and confirm its address; return its number."""
        self.accounts.register(registration(username=username, email=email), address=HERE)
        assert self.accounts.confirm(self.letters.link(email))
        return self.accounts.user_named(username).user_id

    def lines(self, action: str) -> int:
        """Count the lines of the audit trail about an action."""
        return self.accounts.audit(text=action)[1]


def registration(**other: str) -> Registration:
    filled = {
        "username": "mfaraday",
        "email": "faraday@example.org",
        "surname": "Faraday",
        "first_name": "Michael",
        "address": "21 Albemarle Street\nLondon",
        "telephone": "+44 20 0000 0000",
        "organisation": "Royal Institution",
        "reasons": "Light curves\nof stars",
    }
    return Registration(**(filled | other))

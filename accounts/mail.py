"""Sends letters: by SMTP, or into a folder (one .eml file a letter) where there is no mail server."""

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from records.errors import CatalogueError

ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
"""One e-mail address, plain: no quotes, no comments, no list, ASCII. To be matched as a whole."""
LONGEST_ADDRESS: Final = 254
_KEY: Final = re.compile(r"[A-Za-z0-9.-]{1,80}")
_LONGEST_SUBJECT: Final = 200
_LONGEST_TEXT: Final = 100_000
_TIMEOUT: Final = 20.0  # seconds, of each step of the talk with the server
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class MailError(CatalogueError):
    """A letter that cannot be written or sent, or a setting that names no mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A letter to one person, plain text.

    Attributes:
        to: the e-mail address.
        subject: one line.
        text: what it says; lines end with line feeds.
        key: names the letter, so that one sent again after a crash is no second letter: it has the same file in the outbox, and by SMTP
            the same Message-ID, which mail systems know it by; letters, digits, "." and "-". None where each sending is a new letter.

    Raises:
        MailError: the address is none, or the subject is not one line, or something is too long.
    """

    to: str
    subject: str
    text: str
    key: str | None = None

    def __post_init__(self) -> None:
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} cannot name a letter")
        if len(self.to) > LONGEST_ADDRESS or not ADDRESS.fullmatch(self.to):
            raise MailError("This is no e-mail address that letters can be sent to.")
        if not self.subject.isprintable() or len(self.subject) > _LONGEST_SUBJECT or len(self.text) > _LONGEST_TEXT:
            raise MailError("This letter cannot be sent: its subject is not one line, or it is too long.")


class Mail(Protocol):
    """A way to send letters."""

    def send(self, message: Message) -> None:
        """Send a letter.

        Raises:
            MailError: it was not sent.
        """


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_mail(setting: str, *, sender: str, clock: Callable[[], datetime] = _utc_now, tls: ssl.SSLContext | None = None) -> Mail:
    """Return the mail that `setting` names.

    Args:
        setting: "outbox:" and a folder, or smtp://[user:password@]host[:port], or the same with smtps or smtp+starttls.
        sender: the e-mail address letters come from.
        clock: tells the time.
        tls: whom to trust; None for the authorities of the system.

    Raises:
        MailError: it names none. The sentence does not repeat the setting, which may hold a password.
    """
    if not ADDRESS.fullmatch(sender):
        raise MailError("The sender of letters (REFLECS_CONTACT) is no e-mail address.")
    kind, _, rest = setting.partition(":")
    if kind == "outbox" and rest:
        return Outbox(folder=Path(rest), sender=sender, clock=clock)
    try:
        parts = urlsplit(setting)
        port = parts.port
    except ValueError as error:
        raise MailError("REFLECS_MAIL is no address of a mail server.") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise MailError('REFLECS_MAIL must be "outbox:" and a folder, or smtp://, smtps:// or smtp+starttls:// and a host.')
    if parts.username and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise MailError("REFLECS_MAIL would send a password in the clear; use smtps:// or smtp+starttls://.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise MailError("REFLECS_MAIL holds a user or a password with signs beyond ASCII, which mail servers do not take.")
    return Smtp(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=user or None,
        password=password,
        sender=sender,
        clock=clock,
        tls=tls or ssl.create_default_context(),
    )


def _built(message: Message, sender: str, now: datetime, cte: str) -> EmailMessage:
    built = EmailMessage(policy=SMTP)
    built["From"] = sender
    built["To"] = message.to
    built["Subject"] = message.subject
    built["Date"] = format_datetime(now)
    domain = sender.rpartition("@")[2]
    built["Message-ID"] = f"<{message.key}@{domain}>" if message.key else make_msgid(domain=domain)  # no domain is asked of the network
    built["Auto-Submitted"] = "auto-generated"  # so that no holiday notice answers (RFC 3834)
    built.set_content(message.text, cte=cte)
    return built


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """A folder of letters, for machines without a mail server: whoever runs the service reads or forwards them.

    Letters hold passwords and codes: folder and files are readable to their owner alone.
    """

    folder: Path
    sender: str
    clock: Callable[[], datetime] = _utc_now

    def send(self, message: Message) -> None:
        """Write the letter as a file, whole or not at all; names sort by time.

        Raises:
            MailError: it cannot be written.
        """
        now = self.clock()
        content = _built(message, self.sender, now, "8bit").as_bytes()
        if message.key and next(self.folder.glob(f"*-{message.key}.eml"), None):
            return
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{message.key or uuid4().hex}"
        unfinished = self.folder / f".{name}-{uuid4().hex}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 -- Path.open takes no mode of a new file
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise MailError("The letter cannot be written to the outbox.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server.

    Attributes:
        scheme: "smtp" (in the clear), "smtps" (TLS from the first byte) or "smtp+starttls" (TLS, or no letter).
    """

    scheme: str
    host: str
    port: int
    sender: str
    tls: ssl.SSLContext = field(repr=False)
    user: str | None = None
    password: str = field(default="", repr=False)
    clock: Callable[[], datetime] = _utc_now

    def send(self, message: Message) -> None:
        """Hand the letter to the server.

        Raises:
            MailError: it did not take it, or did not answer within 20 seconds.
        """
        built = _built(message, self.sender, self.clock(), "quoted-printable")
        try:
            with self._connected() as server:
                if self.scheme == "smtp+starttls":
                    server.starttls(context=self.tls)
                if self.user is not None:
                    server.login(self.user, self.password)
                server.send_message(built, from_addr=self.sender, to_addrs=[message.to])
        except smtplib.SMTPRecipientsRefused as error:
            raise MailError("The mail server does not send letters to this address.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailError("The letter cannot be sent now; please try again later.") from error

    def _connected(self) -> smtplib.SMTP:
        own_name = self.sender.rpartition("@")[2]  # given, so that this machine's name is not looked up
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, local_hostname=own_name, timeout=_TIMEOUT, context=self.tls)
        return smtplib.SMTP(self.host, self.port, local_hostname=own_name, timeout=_TIMEOUT)

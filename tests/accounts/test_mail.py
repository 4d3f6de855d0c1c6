"""Letters go out by a real mail server on loopback, or into a folder; no field of one makes a second."""

import os
import socket
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.mail import MailError, Message, open_mail

SENDER = "catalogue@example.org"
LETTER = Message(to="faraday@example.org", subject="Réponse à votre demande", text="Bonjour,\n.\nl’été =3D arrive.\n")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Postbox:
    """What a server got; it refuses one address."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 -- aiosmtpd's
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- as above
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(one.content, policy=default) for one in self.envelopes]


class Server(Controller):
    """A server that may want TLS and a password."""

    def __init__(self, postbox: Postbox, *, starttls: ssl.SSLContext | None = None, smtps: ssl.SSLContext | None = None) -> None:
        self.starttls = starttls
        super().__init__(postbox, hostname="127.0.0.1", port=_free_port(), ssl_context=smtps)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="mail.example.org",
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            authenticator=_authenticate if self.starttls else None,
            auth_required=self.starttls is not None,
        )


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"user", b"p@s")
    return AuthResult(success=good, handled=good)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and key of 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def plain(postbox: Postbox) -> Iterator[Server]:
    yield from _running(Server(postbox))


def _running(server: Server) -> Iterator[Server]:
    server.start()
    yield server
    server.stop()


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_letter_arrives_to_the_byte(plain: Server, postbox: Postbox) -> None:
    open_mail(f"smtp://127.0.0.1:{plain.port}", sender=SENDER, clock=lambda: NOW).send(LETTER)
    (envelope,), (letter,) = postbox.envelopes, postbox.letters()
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [LETTER.to])
    assert (letter["From"], letter["To"], letter["Subject"]) == (SENDER, LETTER.to, LETTER.subject)
    assert letter["Date"] == "Fri, 27 Nov 2026 12:00:00 +0000"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


def test_starttls_with_name_and_password(certificate: Path, postbox: Postbox) -> None:
    for server in _running(Server(postbox, starttls=_tls(certificate))):
        trusting = ssl.create_default_context(cafile=str(certificate))
        setting = f"smtp+starttls://user:p%40s@127.0.0.1:{server.port}"
        open_mail(setting, sender=SENDER, tls=trusting).send(LETTER)
        assert postbox.encrypted == [True]
        with pytest.raises(MailError):
            open_mail(setting.replace("p%40s", "other"), sender=SENDER, tls=trusting).send(LETTER)
        with pytest.raises(MailError):  # nobody vouches for it
            open_mail(setting, sender=SENDER).send(LETTER)
        assert len(postbox.envelopes) == 1


def test_a_server_without_starttls_gets_nothing(plain: Server, postbox: Postbox) -> None:
    with pytest.raises(MailError):
        open_mail(f"smtp+starttls://127.0.0.1:{plain.port}", sender=SENDER).send(LETTER)
    assert postbox.envelopes == []


def test_smtps(certificate: Path, postbox: Postbox) -> None:
    for server in _running(Server(postbox, smtps=_tls(certificate))):
        trusting = ssl.create_default_context(cafile=str(certificate))
        open_mail(f"smtps://127.0.0.1:{server.port}", sender=SENDER, tls=trusting).send(LETTER)
        with pytest.raises(MailError):
            open_mail(f"smtps://127.0.0.1:{server.port}", sender=SENDER).send(LETTER)
    assert [letter["Subject"] for letter in postbox.letters()] == [LETTER.subject]


def test_a_refused_address_and_a_server_that_is_not_there_are_told(plain: Server) -> None:
    with pytest.raises(MailError, match="does not send letters to this address"):
        open_mail(f"smtp://127.0.0.1:{plain.port}", sender=SENDER).send(Message(to="refused@example.org", subject="x", text="y\n"))
    with pytest.raises(MailError, match="try again later"):
        open_mail(f"smtp://127.0.0.1:{_free_port()}", sender=SENDER).send(LETTER)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@example.org\nBcc: all@example.org", "x"),
        ("a@example.org\r\n\r\ntext", "x"),
        ("a@example.org, b@example.org", "x"),
        ("Somebody <a@example.org>", "x"),
        ("a@example.org ", "x"),
        ("", "x"),
        ('"a b"@example.org', "x"),
        ("a@[127.0.0.1]", "x"),
        ("a@localhost", "x"),
        ("é@example.org", "x"),
        ("a@example.org", "x\nBcc: all@example.org"),
        ("a@example.org", "x\r\n\r\ntext"),
        ("a@example.org", "x\u2028y"),
        ("a@example.org", "x\x00"),
        ("a@example.org", "x" * 201),
    ],
)
def test_no_field_of_a_letter_makes_another_header_or_reader(to: str, subject: str) -> None:
    with pytest.raises(MailError):
        Message(to=to, subject=subject, text="")


def test_lines_of_the_text_are_text(plain: Server, postbox: Postbox) -> None:
    text = "\nBcc: all@example.org\n.\r\nMAIL FROM:<x@example.org>\r\n" + "x" * 5_000 + "\n"
    open_mail(f"smtp://127.0.0.1:{plain.port}", sender=SENDER).send(Message(to="a@example.org", subject="x", text=text))
    (envelope,), (letter,) = postbox.envelopes, postbox.letters()
    assert envelope.rcpt_tos == ["a@example.org"]
    assert letter["Bcc"] is None
    assert letter.get_content().splitlines() == text.splitlines()


def test_the_outbox_holds_whole_letters_that_sort_by_time_and_only_their_owner_reads(tmp_path: Path) -> None:
    times = iter([NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=1)])
    folder = tmp_path / "some" / "outbox"
    mail = open_mail(f"outbox:{folder}", sender=SENDER, clock=lambda: next(times))
    for number in range(3):
        mail.send(Message(to=LETTER.to, subject=f"Number {number}", text="https://example.org/account/reset?token=1-a=b\n"))
    files = sorted(folder.iterdir())
    assert [path.suffix for path in files] == [".eml"] * 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert message_from_bytes(files[0].read_bytes(), policy=default)["Subject"] == "Number 0"
    assert all(b"?token=1-a=b\r\n" in path.read_bytes() for path in files)  # readable as it is


def test_a_letter_with_a_key_is_one_letter_however_often_it_is_sent(tmp_path: Path, plain: Server, postbox: Postbox) -> None:
    letter = Message(to=LETTER.to, subject="Your order", text="It is ready.\n", key="order-1.ready")
    for _ in range(2):
        open_mail(f"outbox:{tmp_path}", sender=SENDER).send(letter)
        open_mail(f"smtp://127.0.0.1:{plain.port}", sender=SENDER).send(letter)
    assert len(list(tmp_path.iterdir())) == 1
    assert {one["Message-ID"] for one in postbox.letters()} == {"<order-1.ready@example.org>"}


def test_an_outbox_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(MailError, match="outbox"):
        open_mail(f"outbox:{blocked}", sender=SENDER).send(LETTER)
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 -- names only


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "outbox:",
        "sendmail:x",
        "smtp://",
        "smtp:host",
        "http://user:topsecret@example.org",
        "smtps://user:topsecret@example.org:port",
        "smtps://user:topsecret@example.org:99999",
        "smtps://user:topsecret@example.org/folder",
        "smtps://user:topsecretß@example.org",
        "smtp://user:topsecret@example.org",  # in the clear over the network
    ],
)
def test_settings_that_name_no_mail_are_refused_and_not_repeated(setting: str) -> None:
    with pytest.raises(MailError) as refused:
        open_mail(setting, sender=SENDER)
    assert "topsecret" not in str(refused.value)


def test_no_password_is_shown_with_a_mail() -> None:
    assert "topsecret" not in repr(open_mail("smtps://user:topsecret@example.org", sender=SENDER))

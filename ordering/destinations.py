"""Where orders are sent: a folder on the reader's own server, checked, kept encrypted, and never on the inside network."""

import base64
import json
import os
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ordering.models import DeliveryMode
from ordering.sentences import OrderError, Sentence, ToldError

PORTS: Final = {DeliveryMode.FTP: 21, DeliveryMode.SFTP: 22}
"""Where servers listen when nothing else is told."""
_LEAST_PORT: Final = 1024
_LONGEST: Final = 500
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9.])?")
_FINGERPRINT: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_NONCE: Final = 12

_NO_HOST: Final = Sentence("Name the server, such as ftp.example.org.", "Indiquez le serveur, par exemple ftp.example.org.")
_NO_PORT: Final = Sentence(
    "The port must be 21, 22, 989, 990 or above 1023.",
    "Le port doit être 21, 22, 989, 990 ou supérieur à 1023.",
)
_NOT_ONE_LINE: Final = Sentence(
    "This must be one line of 500 characters at most.", "Ceci doit tenir en une ligne de 500 caractères au plus."
)
_NO_USER: Final = Sentence("Tell the user name on the server.", "Indiquez le nom d’utilisateur sur le serveur.")
_NO_FINGERPRINT: Final = Sentence(
    "The fingerprint of the server's key looks like SHA256: and 43 letters and digits, as ssh-keygen -lf writes it.",
    "L’empreinte de la clé du serveur s’écrit SHA256: suivi de 43 lettres et chiffres, comme l’écrit ssh-keygen -lf.",
)
_UNKNOWN_HOST: Final = Sentence("The server %(host)s cannot be found.", "Le serveur %(host)s est introuvable.")
_INSIDE: Final = Sentence(
    "The server %(host)s is not on the public network; nothing is sent there.",
    "Le serveur %(host)s n’est pas sur le réseau public ; rien n’y est envoyé.",
)
_UNREADABLE: Final = Sentence(
    "The server's address and password, kept encrypted, cannot be read any more. Please order again.",
    "L’adresse et le mot de passe du serveur, conservés chiffrés, ne sont plus lisibles. Veuillez commander à nouveau.",
)


class DestinationError(ToldError):
    """A server that nothing is sent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A folder on a reader's server.

    Attributes:
        host: its name or address.
        port: where it listens.
        folder: where the files go; "" for the folder one is in after signing in.
        user: who signs in.
        password: of the user.
        fingerprint: of SFTP, the SHA-256 fingerprint its host key must have ("SHA256:…"); None to take whatever key it shows.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = ""
    fingerprint: str | None = None

    def shown(self, mode: DeliveryMode) -> str:
        """Return it as an address, without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS.get(mode) else f":{self.port}"
        return f"{mode.value}://{self.user}@{host}{port}/{self.folder.lstrip('/')}"


def checked(destination: Destination) -> Destination:
    """Return the destination, put in order.

    Raises:
        OrderError: a field of it cannot be; names "host", "port", "folder", "user", "password" or "fingerprint".
    """
    if not _HOST.fullmatch(destination.host.strip()):
        raise OrderError("host", _NO_HOST)
    if destination.port not in {21, 22, 989, 990} and not _LEAST_PORT <= destination.port <= 65535:
        raise OrderError("port", _NO_PORT)  # other low ports are those of mail, web and control
    for name in ("folder", "user", "password"):
        text = getattr(destination, name)
        if len(text) > _LONGEST or not text.isprintable():  # a line break would be another command to the server
            raise OrderError(name, _NOT_ONE_LINE)
    if not destination.user:
        raise OrderError("user", _NO_USER)
    fingerprint = (destination.fingerprint or "").strip() or None
    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        raise OrderError("fingerprint", _NO_FINGERPRINT)
    values = asdict(destination) | {"host": destination.host.strip(), "fingerprint": fingerprint}
    return Destination(**values)


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, as this machine's resolver tells them.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What of the network may be connected to.

    Attributes:
        allow_private: whether addresses of the inside network, and this machine, may be.
        resolve: looks up the addresses of a host; raises OSError.
    """

    allow_private: bool = False
    resolve: Callable[[str, int], Sequence[str]] = resolve

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host. Whoever connects takes one of these, and does not look the name up again.

        Raises:
            DestinationError: it cannot be found, or one of its addresses may not be connected to.
        """
        try:
            found = tuple(self.resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise DestinationError(_UNKNOWN_HOST, host=host) from error
        if not found:
            raise DestinationError(_UNKNOWN_HOST, host=host)
        if not self.allow_private and not all(_is_public(address) for address in found):
            raise DestinationError(_INSIDE, host=host)
        return found


def _is_public(text: str) -> bool:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    within = _within(address)
    return address.is_global and not address.is_multicast and not address.is_reserved and (within is None or _is_public(str(within)))


def _within(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to (6to4, NAT64), if it does; Teredo is public to nobody."""
    if isinstance(address, IPv4Address):
        return None
    if address.packed[:12] == bytes.fromhex("0064ff9b0000000000000000"):
        return IPv4Address(address.packed[12:])
    return address.sixtofour


class Sealing:
    """Keeps destinations encrypted in the database (AES-GCM), each good for its own order only.

    Args:
        secret: of the installation.
    """

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"reflecs: destinations of orders").derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, destination: Destination, number: str) -> str:
        """Return a destination as it is kept with the order of this number."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, json.dumps(asdict(destination)).encode(), number.encode())).decode()

    def open(self, sealed: str, number: str) -> Destination:
        """Return the destination that is kept with an order.

        Raises:
            DestinationError: it cannot be read: the secret is another one, or it is not that order's.
        """
        kept = base64.b64decode(sealed)
        try:
            values = json.loads(self._cipher.decrypt(kept[:_NONCE], kept[_NONCE:], number.encode()))
        except InvalidTag as error:
            raise DestinationError(_UNREADABLE) from error
        return Destination(**values)

"""What sources let us in by, kept encrypted; and a source as harvesters take it."""

import base64
import json
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.errors import StateError
from catalogue.harvesting.models import HarvestSource
from harvesters.source import Credentials, Source

_NONCE: Final = 12


class Sealing:
    """Keeps credentials encrypted in the database (AES-GCM), each good for the source of its own name only.

    Args:
        secret: of the installation.
    """

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"reflecs: credentials of harvest sources").derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, credentials: Credentials, name: str) -> str:
        """Return credentials as they are kept with the source of this name."""
        nonce = os.urandom(_NONCE)
        told = {"user": credentials.user, "password": credentials.password, "token": credentials.token}
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, json.dumps(told).encode(), name.encode())).decode()

    def open(self, sealed: str, name: str) -> Credentials:
        """Return the credentials that are kept with a source.

        Raises:
            StateError: they cannot be read: the secret of the installation is another one.
        """
        kept = base64.b64decode(sealed)
        try:
            values = json.loads(self._cipher.decrypt(kept[:_NONCE], kept[_NONCE:], name.encode()))
        except InvalidTag as error:
            raise StateError("The credentials of this source cannot be read any more. Please enter them again.") from error
        return Credentials(user=values["user"], password=values["password"], token=values["token"])


def as_asked(source: HarvestSource, sealing: Sealing) -> Source:
    """Return a source as harvesters take it.

    Raises:
        StateError: its credentials cannot be read.
    """
    return Source(
        name=source.name,
        protocol=source.protocol,
        url=source.url,
        page_size=source.page_size,
        rate=source.rate,
        concurrency=source.concurrency,
        filters=dict(source.filters),
        credentials=None if source.credentials is None else sealing.open(source.credentials, source.name),
        domain=source.domain,
        timeout=source.timeout,
        max_bytes=source.max_bytes,
    )

"""Resumption tokens (OAI-PMH 2.0, 3.5): where a list goes on, signed. Nothing is remembered, so that a token outlives a restart."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from catalogue.protocols.oai.asking import TOKEN, ErrorCode, ProtocolError, Verb

LIFETIME: Final = timedelta(hours=24)
_PURPOSE: Final = b"Reflecs OAI-PMH resumption token 1\0"
"""Signed with the rest, so that nothing else this catalogue signs can be taken for a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Where a list goes on.

    Attributes:
        verb: the request it belongs to; it is worth nothing for another.
        arguments: those with which the list began.
        after: the record identifier behind which the next part begins.
        cursor: how many were handed out before.
        size: how many the whole list had when it began.
        expires: until when it is taken, aware, UTC, whole seconds.
    """

    verb: Verb
    arguments: Mapping[str, str]
    after: str
    cursor: int
    size: int
    expires: datetime


def seal(token: Token, secret: bytes) -> str:
    """Return a token as it is handed out: letters, digits, "-", "_" and one full stop."""
    parts = [token.verb, token.arguments, token.after, token.cursor, token.size, int(token.expires.timestamp())]
    content = _text(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{content}.{_signature(content, secret)}"


def unseal(written: str, secret: bytes, *, verb: Verb, now: datetime) -> Token:
    """Return the token that was handed out as `written`.

    Raises:
        ProtocolError: badResumptionToken: it is not ours, was changed, belongs to another verb or has expired.
    """
    content, _, signature = written.partition(".")
    if not hmac.compare_digest(_signature(content, secret).encode(), signature.encode("utf-8", "replace")):
        raise _bad("This resumptionToken was not handed out by this catalogue, or it was changed.")
    own, arguments, after, cursor, size, expires = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    if own != verb:
        raise _bad(f"This resumptionToken goes on with {own}, not with {verb}.")
    token = Token(verb=verb, arguments=arguments, after=after, cursor=cursor, size=size, expires=datetime.fromtimestamp(expires, UTC))
    if now >= token.expires:
        raise _bad("This resumptionToken has expired. Begin the list again.")
    return token


def _signature(content: str, secret: bytes) -> str:
    return _text(hmac.digest(secret, _PURPOSE + content.encode("utf-8", "replace"), hashlib.sha256))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bad(message: str) -> ProtocolError:
    return ProtocolError(ErrorCode.BAD_RESUMPTION_TOKEN, message, parameter=TOKEN)

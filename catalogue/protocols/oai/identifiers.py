"""Record identifiers as the URIs that OAI-PMH demands (2.4), and back.

The form is that of the oai-identifier guidelines: `oai:`, the host the catalogue is known by, `:`, and the record's identifier, percent-
encoded as it is in the address of the record's page. Taking away what `Names.prefix` says and decoding the rest gives the identifier back
that every other door hands out. GetRecord and ListMetadataFormats take that identifier as it is, too.
"""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from catalogue.service.addresses import quote_identifier

_DOMAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9\-]*(?:\.[A-Za-z][A-Za-z0-9\-]*)+")
"""A repositoryIdentifier of the oai-identifier schema; "localhost" and numeric addresses are none."""
_ECHOED: Final = re.compile(
    r"""[A-Za-z0-9\-._~!$&'()*+,;=@]+(?:/[A-Za-z0-9\-._~!$&'()*+,;=@/]*)?
    | [A-Za-z][A-Za-z0-9+.\-]*:(?!//)(?:[A-Za-z0-9\-._~!$&'()*+,;=@:/?]|%[0-9A-Fa-f]{2})+
    | https?://[A-Za-z0-9.\-]+(?:/(?:[A-Za-z0-9\-._~!$&'()*+,;=@:/?]|%[0-9A-Fa-f]{2})*)?""",
    re.VERBOSE,
)


class Names:
    """The OAI identifiers of a catalogue.

    Attributes:
        prefix: what each begins with: "oai:catalogue.example:".
        repository: the host, where it can be a repositoryIdentifier of the oai-identifier schema; None where it cannot.
    """

    def __init__(self, base_url: str) -> None:
        host = (urlsplit(base_url).hostname or "localhost").replace(":", "-")  # an IPv6 address has colons
        self.prefix = f"oai:{host}:"
        self.repository = host if _DOMAIN.fullmatch(host) else None

    def of(self, identifier: str) -> str:
        """Return the OAI identifier of a record."""
        return f"{self.prefix}{quote_identifier(identifier)}"

    def meant(self, written: str) -> tuple[str, ...]:
        """Return the record identifiers that `written` may mean, the likeliest first: an OAI identifier of ours, or one as it is."""
        if written.startswith(self.prefix):
            return unquote(written.removeprefix(self.prefix)), written
        return (written,)


def is_uri(written: str) -> bool:
    """Return whether an identifier that was asked for can be repeated where the schema wants an anyURI; in doubt it is not."""
    return _ECHOED.fullmatch(written) is not None

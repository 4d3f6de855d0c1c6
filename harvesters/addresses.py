"""Which addresses of the network a source may have: the one that was looked at is the one that is connected to."""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpcore

from harvesters.errors import Fault, HarvestError

_IPv4 = ipaddress.IPv4Address
_IPv6 = ipaddress.IPv6Address
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a translator (RFC 6052) turns into the IPv4 address in their last four bytes."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; one that carries another address inside is as public as that one."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _meant(known))


def _meant(address: _IPv4 | _IPv6) -> Iterable[_IPv4 | _IPv6]:
    if isinstance(address, _IPv4):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)
    if address in _TRANSLATED:
        return (_IPv4(int(address) & 0xFFFFFFFF),)
    return (address,)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedNetwork(httpcore.NetworkBackend):
    """The network as harvesters see it: every connection is made to an address that was looked at just before.

    A name is resolved once, here, and the connection goes to the number: no second look at the name can give another answer. TLS still
    checks the certificate against the name.

    Attributes:
        allow_private: whether addresses that are not public may be connected to.
        network: what makes the connections.
    """

    allow_private: bool
    network: httpcore.NetworkBackend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection.

        Raises:
            HarvestError: the name leads to an address that is not public.
            httpcore.ConnectError: the name is unknown, or nobody answers there.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [address for address in addresses if not self.allow_private and not is_public(address)]
        if refused:
            raise HarvestError(
                f"{host} is at {refused[0]}, which is not on the public internet", fault=Fault.REFUSED, where=f"{host}:{port}"
            )
        failure = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses:
            try:
                return self.network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = httpcore.ConnectError(str(error))
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: no source is asked that way."""
        del timeout, socket_options
        raise HarvestError("no source is asked by a socket of this machine", fault=Fault.REFUSED, where=path)

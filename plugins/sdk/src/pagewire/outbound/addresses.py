"""Which addresses are private, and which of them are allowed. Pure but for the look-up of a name."""

import ipaddress
import socket
from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import urlsplit

from msgspec import Struct

VARIABLE: Final = "PAGEWIRE_PRIVATE_ADDRESSES"
"""Networks with commas between them, such as ``127.0.0.0/8,10.3.0.0/16``; ``all`` for every address."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_ALL: Final = tuple(ipaddress.ip_network(text) for text in ("0.0.0.0/0", "::/0"))
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(OSError):
    """A private address that nobody allowed; the message says how to."""


class Policy(Struct, frozen=True):
    """Private addresses that may be spoken to, besides all public ones."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read networks or single addresses with commas between them, or ``all``.

        Raises:
            ValueError: one is none; names it.
        """
        words = [word.strip() for word in text.split(",") if word.strip()]
        return cls(_ALL if words == ["all"] else tuple(map(_network, words)))

    def allows(self, address: str) -> bool:
        """Whether an address may be spoken to."""
        found = _real(ipaddress.ip_address(address.partition("%")[0]))
        public = found.is_global and not found.is_multicast
        return public or any(found in network for network in self.allowed if network.version == found.version)

    def check(self, host: str, addresses: list[str]) -> None:
        """Refuse a host if any of its addresses is private and not allowed.

        Raises:
            Forbidden: it is.
        """
        wrong = next((one for one in addresses if not self.allows(one)), None)
        if wrong is not None:
            raise Forbidden(f"{host} is at a private address ({wrong}), which {VARIABLE} of the gateway does not allow")

    def check_url(self, url: str) -> None:
        """The same for an address on the web, whose host is looked up. Blocks.

        For clients that look the name up again by themselves: between the two a name could change.

        Raises:
            Forbidden: it is.
        """
        host = urlsplit(url).hostname or ""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return  # Nobody can be spoken to at a name that does not exist; the client says so.
        self.check(host, [str(one[4][0]) for one in found])


def policy_of(environment: Mapping[str, str]) -> Policy:
    """What the environment allows.

    Raises:
        ValueError: the variable cannot be read.
    """
    return Policy.parse(environment.get(VARIABLE, ""))


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{VARIABLE}: {text!r} is no network; write it as 10.3.0.0/16, or all") from None


def _real(address: Address) -> Address:
    """The address that is meant by one of another family: mapped, or translated by a gateway (RFC 4291 and 6052)."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.sixtofour is not None:
            return address.sixtofour
    return address

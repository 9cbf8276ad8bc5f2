"""Who may reach the admin port. Closed by default."""

from ipaddress import ip_address
from typing import Final

from pagewire_gateway.config import SettingsError

SHORTEST_TOKEN: Final = 16
"""Characters; a shorter token could be guessed."""


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only. A name other than ``localhost`` counts as reachable."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_admin_exposure(host: str, token: str | None) -> None:
    """Refuse to open an admin port that strangers could use.

    Args:
        host: what it binds to.
        token: the bearer token it asks for, or ``None``.

    Raises:
        SettingsError: it could be reached from other machines without a token, or the token is too short.
    """
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise SettingsError(
            f"PAGEWIRE_ADMIN_TOKEN has {len(token)} characters; give it {SHORTEST_TOKEN} or more, "
            "for example from `openssl rand -hex 24`"
        )
    if token is None and not is_loopback(host):
        raise SettingsError(
            f"--admin {host} can be reached from other machines, and the admin port shows and steers everything: "
            "bind it to 127.0.0.1, or set PAGEWIRE_ADMIN_TOKEN"
        )

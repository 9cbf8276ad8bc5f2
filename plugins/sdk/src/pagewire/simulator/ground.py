"""What decides which rules hold for a message besides its own shape. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from pagewire.surfaces import Surface


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Which product, when, and for whom.

    Attributes:
        surface: the product and the way to it.
        now: seconds since the epoch; rules change by date.
        domains: hosts on the Page's allow-list, for buttons with Messenger extensions.
    """

    surface: Surface
    now: float
    domains: frozenset[str] = frozenset()

    @property
    def instagram(self) -> bool:
        """Whether Instagram's rules hold."""
        return self.surface.is_instagram


def hosts(listed: object) -> frozenset[str]:
    """The hosts of a Page's ``whitelisted_domains``."""
    found = listed if isinstance(listed, list) else []
    return frozenset(urlsplit(str(domain)).hostname or "" for domain in found)

"""The three ways to a person: Messenger, Instagram through a linked Page, Instagram Login. Pure.

Hosts, tokens, limits and allowed bodies differ between them (Meta, Send API; Instagram API with Instagram Login).
"""

from enum import StrEnum

__all__ = ["Surface", "surface_of"]


class Surface(StrEnum):
    """Which product, and which way to it."""

    MESSENGER = "messenger"
    """A Page on graph.facebook.com, with the Page's token; people have PSIDs."""
    INSTAGRAM = "instagram"
    """A professional account through its linked Page, on graph.facebook.com with the Page's token; people have IGSIDs."""
    INSTAGRAM_LOGIN = "instagram-login"
    """A professional account of its own on graph.instagram.com, with an Instagram user token; people have IGSIDs."""

    @property
    def is_instagram(self) -> bool:
        """Whether the person reads it in Instagram."""
        return self is not Surface.MESSENGER

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS[self]


_LABELS = {
    Surface.MESSENGER: "Messenger",
    Surface.INSTAGRAM: "Instagram (Facebook Login)",
    Surface.INSTAGRAM_LOGIN: "Instagram (Instagram Login)",
}
_SURFACES = {
    ("page", "facebook"): Surface.MESSENGER,
    ("instagram", "facebook"): Surface.INSTAGRAM,
    ("instagram", "instagram"): Surface.INSTAGRAM_LOGIN,
}


def surface_of(object_: str, host: str = "facebook") -> Surface:
    """The surface of an account.

    Args:
        object_: ``object`` of its webhooks: ``page`` or ``instagram``.
        host: which Graph API serves it: ``facebook`` (graph.facebook.com) or ``instagram`` (graph.instagram.com).

    Raises:
        ValueError: there is no such account: Pages are not served by graph.instagram.com.
    """
    try:
        return _SURFACES[object_, host]
    except KeyError:
        raise ValueError(f"no account has object {object_!r} on host {host!r}") from None

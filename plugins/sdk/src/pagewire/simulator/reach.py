"""Where a callback URL really is: on a laptop the public name of a webhook is this very machine. Pure."""

from urllib.parse import urlsplit, urlunsplit


def rebased(url: str, base: str | None) -> str:
    """A URL with the scheme and host of ``base``, its path kept; the URL itself without a base."""
    if base is None:
        return url
    origin, parts = urlsplit(base), urlsplit(url)
    return urlunsplit((origin.scheme, origin.netloc, origin.path.rstrip("/") + parts.path, parts.query, ""))

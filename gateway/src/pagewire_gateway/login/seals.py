"""Small things we hand to a browser and want back unchanged. Signed, not secret; pure.

The key follows from the app's secret: whoever has that could speak for the app anyway, every process that serves the
app has it, and rotating it ends every link that is out.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

LONGEST = 4000
"""Characters of a sealed thing: what a browser keeps in a cookie."""


def key_of(secret: bytes, namespace: str, app: str) -> bytes:
    """The key for one app, of one of its secrets."""
    return hmac.new(secret, f"pagewire login of {namespace}/{app}".encode(), hashlib.sha256).digest()


def seal(value: msgspec.Struct, key: bytes) -> str:
    """A value as text that fits into a URL and a cookie."""
    body = _text(msgspec.json.encode(value))
    return f"{body}.{_text(_mark(body, type(value), key))}"


def unseal(text: str, type_: type[T], keys: Iterable[bytes]) -> T | None:
    """The value, if one of the keys sealed it as this type; else None."""
    if len(text) > LONGEST:
        return None
    body, _, given = text.partition(".")
    fits = False
    # Every key is tried, so the time taken does not tell which one fits.
    for key in keys:
        fits |= hmac.compare_digest(_text(_mark(body, type_, key)), given) if given.isascii() else False
    if not fits:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=type_)
    except (ValueError, msgspec.DecodeError):
        return None  # Sealed by another release.


def _mark(body: str, type_: type[msgspec.Struct], key: bytes) -> bytes:
    return hmac.new(key, f"{type_.__name__}.{body}".encode(), hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")

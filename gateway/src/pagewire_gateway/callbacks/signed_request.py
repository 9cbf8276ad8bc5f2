"""Meta's ``signed_request``, checked before anything of it is believed. Pure (Meta, Data Deletion Callback)."""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Sequence
from typing import Any, Final

import msgspec

LONGEST: Final = 4096
"""Characters; Meta's own have two hundred."""
OLDEST: Final = 24 * 3600
"""Seconds after which a request is stale; Meta sends it at once."""
AHEAD: Final = 300
"""Seconds that Meta's clock may be ahead of ours."""


class SignedRequest(msgspec.Struct, frozen=True):
    """A request that Meta signed.

    Attributes:
        user_id: of the person, app-scoped: never a PSID.
        issued_at: seconds since 1970.
    """

    user_id: str
    issued_at: int


class Refusal(str):
    """Why a request was not believed; the text is the metric's outcome."""

    __slots__ = ()


MALFORMED = Refusal("malformed")
FORGED = Refusal("bad_signature")
OTHER_ALGORITHM = Refusal("other_algorithm")
STALE = Refusal("stale")


def read(text: str, secrets: Sequence[bytes], now: int) -> SignedRequest | Refusal:
    """Check a request.

    Args:
        text: the field of the form, as it came.
        secrets: keys that may have signed it: rotation, and the Instagram app's own.
        now: seconds since 1970.
    """
    if len(text) > LONGEST or not text.isascii():
        return MALFORMED
    signature, dot, payload = text.partition(".")
    given = _decoded(signature)
    if not dot or given is None:
        return MALFORMED
    if not _signed(payload.encode(), given, secrets):
        return FORGED
    return _claims(payload, now)


def fits(signature: str, payload: str, secret: bytes) -> bool:
    """Whether this very secret signed a request that `read` took."""
    return _signed(payload.encode(), _decoded(signature) or b"", [secret])


def _signed(payload: bytes, given: bytes, secrets: Sequence[bytes]) -> bool:
    fits = False
    # Every secret is tried, so the time taken does not tell which one fits.
    for secret in secrets:
        fits |= hmac.compare_digest(hmac.new(secret, payload, hashlib.sha256).digest(), given)
    return fits


def _claims(payload: str, now: int) -> SignedRequest | Refusal:
    try:
        claims: Any = msgspec.json.decode(_decoded(payload) or b"")
    except (msgspec.DecodeError, RecursionError):
        return MALFORMED
    if not isinstance(claims, dict):
        return MALFORMED
    if str(claims.get("algorithm", "")).upper() != "HMAC-SHA256":
        return OTHER_ALGORITHM
    user, issued = str(claims.get("user_id", "")), claims.get("issued_at")
    if not (user.isascii() and user.isdigit() and len(user) <= 40) or type(issued) is not int:
        return MALFORMED
    return SignedRequest(user, issued) if now - OLDEST <= issued <= now + AHEAD else STALE


def _decoded(text: str) -> bytes | None:
    """Base64 for URLs, without its padding; None for anything else."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if _is_base64(text) else None
    except (Error, ValueError):
        return None


def _is_base64(text: str) -> bool:
    return bool(text) and all(char.isalnum() or char in "-_" for char in text)

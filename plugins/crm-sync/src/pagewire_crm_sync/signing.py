"""Signatures after Standard Webhooks 1.0.0, symmetric. Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


class BadSecret(ValueError):
    """The signing secret has not the form of Standard Webhooks."""


def keys_of(text: str) -> tuple[bytes, ...]:
    """Read signing secrets, separated by white space: several sign side by side while one replaces the other.

    Raises:
        BadSecret: there is none, or one is not ``whsec_`` and base64 of 24 to 64 bytes. The message holds no secret.
    """
    keys = tuple(_key(word) for word in text.split())
    if not keys:
        raise BadSecret("is empty")
    return keys


def headers(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that let a receiver check a request.

    Args:
        keys: as `keys_of` gave them.
        message_id: the same for every repeat of the request.
        timestamp: seconds since 1970 of this attempt.
        body: the bytes of the request.
    """
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    signatures = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.removeprefix(_PREFIX), validate=True) if word.startswith(_PREFIX) else b""
    except binascii.Error:
        key = b""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise BadSecret(
            f"must be {_PREFIX} and base64 of {_SHORTEST} to {_LONGEST} bytes; make one with: "
            f'echo "{_PREFIX}$(openssl rand -base64 32)"'
        )
    return key

"""Whether a delivery body was signed with one of the app's secrets. Pure and constant-time.

Source: Meta, webhooks: HMAC with the app secret as key over the body's bytes as received, hex digest in
``X-Hub-Signature-256``; Instagram with Instagram Login signs with the Instagram app's own secret.
"""

import hashlib
import hmac
from collections.abc import Sequence

_SHA256, _SHA1 = b"sha256=", b"sha1="


class Refusal(str):
    """Why a signature was not accepted; the text is the metric's outcome."""

    __slots__ = ()


NO_SECRET = Refusal("no_secret")
NO_SIGNATURE = Refusal("no_signature")
BAD_SIGNATURE = Refusal("bad_signature")


def verify(
    body: bytes, sha256: bytes | None, sha1: bytes | None, secrets: Sequence[bytes], *, allow_sha1: bool = False
) -> Refusal | int:
    """Check a body against every candidate secret.

    Args:
        body: the bytes on the wire.
        sha256: value of ``X-Hub-Signature-256``, or ``None``.
        sha1: value of ``X-Hub-Signature``, or ``None``; looked at only if `allow_sha1` and there is no `sha256`.
        secrets: keys that may have signed it: rotation, and the Instagram app's own.
        allow_sha1: accept the old header where the new one is missing.

    Returns:
        The place of the secret that fits, or a `Refusal`.
    """
    if not secrets:
        return NO_SECRET
    if sha256 is not None:
        return _match(body, sha256, _SHA256, "sha256", secrets)
    if sha1 is not None and allow_sha1:
        return _match(body, sha1, _SHA1, "sha1", secrets)
    return NO_SIGNATURE


def sign(body: bytes, secret: bytes) -> str:
    """The ``X-Hub-Signature-256`` of a body, for tests and tools."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def _match(body: bytes, header: bytes, prefix: bytes, algorithm: str, secrets: Sequence[bytes]) -> Refusal | int:
    if not header.startswith(prefix):
        return BAD_SIGNATURE
    given = header[len(prefix) :]
    found: Refusal | int = BAD_SIGNATURE
    # Every secret is tried, so the time taken does not tell which one fits.
    for place, secret in enumerate(secrets):
        expected = hmac.digest(secret, body, algorithm).hex().encode()
        if hmac.compare_digest(expected, given):
            found = place
    return found

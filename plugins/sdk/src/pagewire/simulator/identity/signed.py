"""The ``signed_request`` of Meta's privacy call-backs (graph.md 3.4). Pure."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

import msgspec


def signed_request(secret: str, user_id: str, issued_at: int, *, algorithm: str = "HMAC-SHA256") -> str:
    """What Meta posts when a person removes an app or wants their data deleted.

    Args:
        secret: of the app; of the Instagram app for people of Instagram Login.
        user_id: app-scoped, as ``debug_token`` shows it; never a PSID.
        issued_at: seconds since the epoch.
        algorithm: what the payload claims; the signature is made with SHA-256 all the same.
    """
    claims = {"user_id": user_id, "algorithm": algorithm, "issued_at": issued_at}
    payload = _encoded(msgspec.json.encode(claims))
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{_encoded(signature)}.{payload}"


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()

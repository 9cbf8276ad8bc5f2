"""App secrets, and what is made of them: app tokens and proofs (graph.md 1.6, 2.1). Pure."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from pagewire.simulator.world import App

PROOF_LIFE = 300
"""Seconds that a proof with ``appsecret_time`` is good for."""


def secrets_of(app: App, *, instagram: bool = False) -> list[str]:
    """The accepted secrets of an app, newest first."""
    if instagram and app.instagram_secret is not None:
        return [app.instagram_secret]
    return [app.secret, *app.previous_secrets]


def app_token(app: App, secret: str | None = None) -> str:
    """The app token that the client-credentials grant hands out; it dies with the secret."""
    key = (secret or app.secret).encode()
    digest = hmac.new(key, f"app access token of {app.id}".encode(), hashlib.sha256).digest()
    return f"{app.id}|{urlsafe_b64encode(digest)[:27].decode().replace('_', 'x')}"


def app_of_token(apps: Mapping[str, App], value: str) -> App | None:
    """The app whose app token this is, in either of its forms, or None."""
    app_id, bar, rest = value.partition("|")
    app = apps.get(app_id) if bar else None
    if app is None:
        return None
    for secret in secrets_of(app):
        if rest == secret or value == app_token(app, secret):
            return app
    return None


def app_of_client_token(apps: Mapping[str, App], value: str) -> App | None:
    """The app whose client token (``id|token``) this is, or None."""
    app_id, bar, rest = value.partition("|")
    app = apps.get(app_id) if bar else None
    return app if app is not None and app.client_token and rest == app.client_token else None


def proves(secrets: list[str], token: str, proof: str, when: str | None, now: float) -> bool:
    """Whether an ``appsecret_proof`` is right, and fresh if it carries a time.

    Args:
        secrets: what it may be made with.
        token: the access token it belongs to.
        proof: as sent.
        when: ``appsecret_time``, or None.
        now: seconds since the epoch.
    """
    if when is not None and (not when.isdigit() or abs(now - int(when)) > PROOF_LIFE):
        return False
    message = token if when is None else f"{token}|{when}"
    good = [hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(made, proof) for made in good)

"""The GET handshake with which Meta verifies a callback URL (webhooks.md 1.1, graph.md 5.1)."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import msgspec

from pagewire.simulator.meta import Meta
from pagewire.simulator.state import Unknown
from pagewire.simulator.world import App, ObjectName

PATIENCE = 6.0
"""Real seconds the callback has to answer."""


class Verification(msgspec.Struct, kw_only=True):
    """Outcome of a handshake; ``reason`` is what Meta's error 2200 would say."""

    verified: bool
    status: int | None
    reason: str = ""


async def verify(meta: Meta, app_id: str, object_name: ObjectName) -> Verification:
    """Send the handshake to an app's callback.

    Raises:
        Unknown: no such app, or no callback for the object.
    """
    app = meta.state.apps.get(app_id)
    subscription = app.subscriptions.get(object_name) if app is not None else None
    if app is None or subscription is None:
        raise Unknown(f"app {app_id} has no webhook subscription for {object_name!r}")
    challenge = meta.ids.challenge()
    outcome = await _ask(app, subscription.callback_url, challenge)
    if outcome.verified:
        subscription.active = True
    return outcome


async def _ask(app: App, url: str, challenge: str) -> Verification:
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": app.verify_token}
    joint = "&" if "?" in url else "?"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            answer = await client.get(f"{url}{joint}{urlencode(query)}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"Callback verification failed: {type(error).__name__}; HTTP Status Code = 0"
        return Verification(verified=False, status=None, reason=said)
    if answer.status_code != 200:
        said = f"Callback verification failed with the following errors: HTTP Status Code = {answer.status_code}"
        return Verification(verified=False, status=answer.status_code, reason=said)
    if answer.text != challenge:
        said = "Callback verification failed: the answer is not the challenge, byte for byte"
        return Verification(verified=False, status=200, reason=said)
    return Verification(verified=True, status=200)

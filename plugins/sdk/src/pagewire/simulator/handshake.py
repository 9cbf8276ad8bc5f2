"""The GET handshake with which Meta verifies a callback URL (webhooks.md 1.1, graph.md 5.1)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import httpx
import msgspec

from pagewire.simulator.meta import Meta
from pagewire.simulator.reach import rebased
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import ObjectName

PATIENCE = 6.0
"""Real seconds the callback has to answer."""

_SHOWN = 17
"""Characters of a wrong answer that Meta's sentence quotes."""


class Verification(msgspec.Struct, kw_only=True):
    """Outcome of a handshake; ``reason`` is what Meta's errors 2200 and 2201 would say."""

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
    token = app.verify_token if subscription.verify_token is None else subscription.verify_token
    patience = meta.settings.verification_patience
    url = rebased(subscription.callback_url, meta.delivery.webhook_base)
    outcome = await ask(url, token, meta.ids.challenge(), patience=patience)
    if outcome.verified:
        subscription.active = True
    return outcome


async def ask(url: str, verify_token: str, challenge: str, *, patience: float = PATIENCE) -> Verification:
    """Ask a callback to repeat the challenge.

    Args:
        url: the callback.
        verify_token: goes along as ``hub.verify_token``.
        challenge: what the answer must be, byte for byte.
        patience: real seconds until Meta gives up.
    """
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    joint = "&" if "?" in url else "?"
    try:
        async with asyncio.timeout(patience), httpx.AsyncClient(timeout=None, trust_env=False) as client:  # noqa: S113
            answer = await client.get(f"{url}{joint}{urlencode(query)}")
    except TimeoutError:
        return _failed(
            None, f"curl_errno = 28; curl_error = Operation timed out after {patience * 1000:.0f} milliseconds"
        )
    except httpx.ConnectError as error:
        return _failed(None, f"curl_errno = 7; curl_error = {error}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _failed(None, f"curl_errno = 56; curl_error = {type(error).__name__}")
    if answer.status_code != 200:
        said = f"HTTP Status Code = {answer.status_code}; HTTP Message = {answer.reason_phrase}"
        return _failed(answer.status_code, said)
    if answer.content != challenge.encode():
        return Verification(verified=False, status=200, reason=_wrong(challenge, answer.text))
    return Verification(verified=True, status=200)


def _failed(status: int | None, said: str) -> Verification:
    rest = "" if status is not None else "; HTTP Status Code = 0; HTTP Message = "
    reason = f"Callback verification failed with the following errors: {said}{rest}"
    return Verification(verified=False, status=status, reason=reason)


def _wrong(challenge: str, received: str) -> str:
    shown = received if len(received) <= _SHOWN else f"{received[:_SHOWN]}..."
    return f'response does not match challenge, expected value="{challenge}", received="{shown}"'

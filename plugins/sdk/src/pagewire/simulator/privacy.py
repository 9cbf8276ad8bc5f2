"""Meta calls an app back: a person removed it, or wants their data deleted (graph.md 3.4)."""

from __future__ import annotations

import asyncio
from typing import Literal

import httpx
import msgspec

from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.identity.signed import signed_request
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import Impossible
from pagewire.simulator.reach import rebased
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import App

PATIENCE = 30.0
"""Real seconds the call-back has to answer."""

What = Literal["deauthorize", "deletion"]


class Notice(msgspec.Struct, kw_only=True):
    """How an app answered a privacy call-back.

    Attributes:
        status: HTTP status; None when there was no answer.
        reason: what was wrong with the answer, empty when it was good.
        url, confirmation_code: of a deletion: where the person reads how it stands, and under which code.
    """

    status: int | None
    reason: str = ""
    url: str | None = None
    confirmation_code: str | None = None


async def deauthorize(meta: Meta, user: str, *, app: str | None = None, instagram: bool = False) -> Notice:
    """A person removes the app: their tokens die with 190/458, then the app is told.

    Args:
        meta: the simulated company.
        user: app-scoped id of the person; with ``instagram`` the account id.
        app: the app; the only one of the world when left out.
        instagram: removed on Instagram: the Instagram app's own URL and secret.

    Raises:
        Unknown: no such app or person.
        Impossible: the app has no such call-back URL.
    """
    known = _app(meta, app)
    url = _url(known, "deauthorize", instagram=instagram)
    if instagram:
        _kill_instagram(meta, known, user)
    else:
        Identities(meta).remove_app(user, app=known.id)
    return await _post(meta, known, user, url, instagram=instagram)


async def request_deletion(meta: Meta, user: str, *, app: str | None = None, instagram: bool = False) -> Notice:
    """A person asks the app to delete their data; arguments and errors as for ``deauthorize``."""
    known = _app(meta, app)
    notice = await _post(meta, known, user, _url(known, "deletion", instagram=instagram), instagram=instagram)
    if notice.reason == "" and not (notice.url and notice.confirmation_code):
        notice.reason = 'the answer must be JSON with "url" and "confirmation_code"'
    return notice


def _app(meta: Meta, app: str | None) -> App:
    apps = meta.state.apps
    found = next(iter(apps.values())) if app is None and len(apps) == 1 else apps.get(app or "")
    if found is None:
        raise Unknown(f"no app {app!r} in this world; name one of: {', '.join(apps) or 'none'}")
    return found


def _url(app: App, what: What, *, instagram: bool) -> str:
    name = f"{'instagram_' if instagram else ''}{what}_url"
    url: str | None = getattr(app, name)
    if url is None:
        raise Impossible(f"app {app.id} has no {name}: set it in the world or by PATCH /_control/apps/{app.id}")
    return url


def _kill_instagram(meta: Meta, app: App, account: str) -> None:
    meta.state.account(account)
    for token in meta.state.tokens.values():
        if token.type == "INSTAGRAM" and (token.app_id, token.account_id) == (app.id, account):
            token.revoked = 458


async def _post(meta: Meta, app: App, user: str, url: str, *, instagram: bool) -> Notice:
    secret = (app.instagram_secret if instagram else None) or app.secret
    form = {"signed_request": signed_request(secret, user, int(meta.clock.now()))}
    where = rebased(url, meta.delivery.webhook_base)
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=None, trust_env=False) as client:  # noqa: S113
            answer = await client.post(where, data=form)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        return Notice(status=None, reason=f"no answer: {type(error).__name__}")
    return _read(answer)


def _read(answer: httpx.Response) -> Notice:
    reason = "" if answer.status_code == 200 else f"HTTP {answer.status_code} instead of 200"
    try:
        told = msgspec.json.decode(answer.content, type=_Receipt)
    except msgspec.DecodeError:
        told = _Receipt()
    return Notice(status=answer.status_code, reason=reason, url=told.url, confirmation_code=told.confirmation_code)


class _Receipt(msgspec.Struct):
    url: str | None = None
    confirmation_code: str | None = None

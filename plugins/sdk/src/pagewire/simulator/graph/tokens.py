"""``GET /debug_token``: what a token is and whether it still works (graph.md 2.8)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.identity import secrets
from pagewire.simulator.identity.model import Grant, SystemUser
from pagewire.simulator.identity.scopes import BUSINESS_PERMISSIONS, GRANULAR, INSTAGRAM_PERMISSIONS, PAGE_PERMISSIONS
from pagewire.simulator.identity.standing import grant_of, granted, is_system, refusal, targets_of
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import App, Token

_INSPECTORS = ("administrators", "developers")


async def debug_token(meta: Meta, call: Call) -> Answer:
    """Inspect ``input_token``; a dead one is HTTP 200 with ``is_valid`` false."""
    caller = access.authenticate(meta, call)
    if not _may_inspect(meta, caller):
        raise Refused(errors.WRONG_INSPECTOR)
    value = call.text("input_token")
    if value is None:
        raise Refused(invalid("The parameter input_token is required"))
    app = meta.state.app_of_token(value) or secrets.app_of_client_token(meta.state.apps, value)
    if app is not None:
        _same(app.id, caller.app)
        return ok({"data": _app(app)})
    token = meta.state.tokens.get(value)
    if token is None or token.type == "INSTAGRAM":
        error = {"code": 190, "message": "The access token could not be decrypted"}
        return ok({"data": {"error": error, "is_valid": False, "scopes": []}})
    _same(token.app_id, caller.app)
    return ok({"data": _token(meta, token, caller.app)})


def _may_inspect(meta: Meta, caller: Caller) -> bool:
    """The app itself, its administrators and developers, and system users of the business that owns it."""
    if caller.token is None:
        return True
    if caller.token.type == "PAGE":
        return False
    if isinstance(caller.holder, SystemUser):
        owner = meta.state.identity.owner_of_app(caller.app.id)
        return owner is not None and owner.id == caller.holder.business_id
    return caller.app.team.get(caller.token.user_id) in _INSPECTORS


def _same(app_id: str, app: App) -> None:
    if app_id != app.id:
        raise Refused(errors.FOREIGN_INPUT_TOKEN)


def _app(app: App) -> dict[str, Any]:
    return {"app_id": app.id, "type": "APP", "application": app.name, "is_valid": True, "scopes": []}


def _token(meta: Meta, token: Token, app: App) -> dict[str, Any]:
    grant = grant_of(meta.state, token)
    clock = 0 if grant is None or is_system(meta.state, token) else grant.data_access_expires_at
    data: dict[str, Any] = {
        "app_id": token.app_id,
        "type": token.type,
        "application": app.name,
        "data_access_expires_at": clock,
        "expires_at": token.expires_at,
        "is_valid": True,
        "scopes": sorted(granted(token, grant)),
        "granular_scopes": _granular(meta, token, grant),
        "user_id": token.user_id,
    }
    if token.issued_at:
        data["issued_at"] = token.issued_at
    if token.type == "PAGE":
        data["profile_id"] = token.account_id
    dead = refusal(meta.state, token, meta.clock.now())
    if dead is not None:
        data["is_valid"] = False
        data["error"] = {"code": dead.code, "message": dead.message}
        if dead.subcode is not None:
            data["error"]["subcode"] = dead.subcode
    return data


def _granular(meta: Meta, token: Token, grant: Grant | None) -> list[dict[str, Any]]:
    shown = []
    for scope in sorted(granted(token, grant)):
        if scope not in GRANULAR:
            continue
        targets = targets_of(token, grant, scope) or _own_targets(meta, token, scope)
        shown.append({"scope": scope, "target_ids": sorted(targets)} if targets else {"scope": scope})
    return shown


def _own_targets(meta: Meta, token: Token, scope: str) -> set[str]:
    """A Page's token reaches its Page, its owner and the Instagram account behind it, even where nothing limits it."""
    if token.account_id is None:
        return set()
    if scope in PAGE_PERMISSIONS:
        return {token.account_id}
    if scope in BUSINESS_PERMISSIONS:
        owner = meta.state.identity.owner_of_page(token.account_id)
        return {owner.id} if owner is not None else set()
    linked = meta.state.instagram_of(token.account_id)
    return {linked.id} if linked is not None and scope in INSTAGRAM_PERMISSIONS else set()

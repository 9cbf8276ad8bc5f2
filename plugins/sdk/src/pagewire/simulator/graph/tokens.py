"""``GET /debug_token``: what a token is and whether it still works (graph.md 2.8)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import App, Token


async def debug_token(meta: Meta, call: Call) -> Answer:
    """Inspect ``input_token``; a dead one is HTTP 200 with ``is_valid`` false."""
    caller = access.authenticate(meta, call)
    if caller.token is not None:
        raise Refused(errors.WRONG_INSPECTOR)
    value = call.text("input_token")
    if value is None:
        raise Refused(invalid("The parameter input_token is required"))
    app = meta.state.app_of_token(value)
    if app is not None:
        _same(app.id, caller.app)
        return ok({"data": _app(app)})
    token = meta.state.tokens.get(value)
    if token is None or token.type == "INSTAGRAM":
        error = {"code": 190, "message": "The access token could not be decrypted"}
        return ok({"data": {"error": error, "is_valid": False, "scopes": []}})
    _same(token.app_id, caller.app)
    return ok({"data": _token(meta, token, caller.app)})


def _same(app_id: str, app: App) -> None:
    if app_id != app.id:
        raise Refused(errors.FOREIGN_INPUT_TOKEN)


def _app(app: App) -> dict[str, Any]:
    return {"app_id": app.id, "type": "APP", "application": app.name, "is_valid": True, "scopes": []}


def _token(meta: Meta, token: Token, app: App) -> dict[str, Any]:
    data: dict[str, Any] = {
        "app_id": token.app_id,
        "type": token.type,
        "application": app.name,
        "data_access_expires_at": 0,
        "expires_at": token.expires_at,
        "is_valid": True,
        "scopes": sorted(token.scopes),
        "granular_scopes": _granular(meta, token),
        "user_id": token.user_id,
    }
    if token.issued_at:
        data["issued_at"] = token.issued_at
    if token.type == "PAGE":
        data["profile_id"] = token.account_id
    try:
        access.alive(token, meta.clock.now())
    except Refused as refused:
        dead = refused.refusal
        data["is_valid"] = False
        data["error"] = {"code": dead.code, "message": dead.message, "subcode": dead.subcode}
    return data


def _granular(meta: Meta, token: Token) -> list[dict[str, Any]]:
    if token.account_id is None:
        return [{"scope": scope} for scope in sorted(token.scopes)]
    linked = meta.state.instagram_of(token.account_id)
    shown = []
    for scope in sorted(token.scopes):
        target = linked.id if linked is not None and scope.startswith("instagram") else token.account_id
        shown.append({"scope": scope, "target_ids": [target]})
    return shown

"""What a person granted, and taking it back (graph.md 2.9, 3.2); what an app was approved for, and its team."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.accounts import holder_of
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.paging import page
from pagewire.simulator.identity import issue
from pagewire.simulator.identity.model import PermissionStatus
from pagewire.simulator.identity.scopes import DIALOG_PERMISSIONS
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.values import listed
from pagewire.simulator.world import App


async def read_permissions(meta: Meta, call: Call) -> Answer:
    """``GET /{person|me|app}/permissions``, narrowed by ``permission`` and ``status``."""
    if call.segments[0] in meta.state.apps:
        return _approved(meta, call)
    user, app = _whose(meta, call)
    wanted, status = call.text("permission"), call.text("status")
    found = [
        {"permission": scope, "status": given}
        for scope, given in sorted(permissions_of(meta, user, app).items())
        if wanted in (None, scope) and status in (None, given)
    ]
    return ok({"data": found})


def permissions_of(meta: Meta, user: str, app: App) -> dict[str, PermissionStatus]:
    """Every permission that was asked of a person and what they said."""
    state = meta.state
    tokens = (t for t in state.tokens.values() if (t.user_id, t.app_id) == (user, app.id) and t.revoked is None)
    found: dict[str, PermissionStatus] = {
        scope: "granted"
        for token in tokens
        if token.type != "INSTAGRAM"
        for scope in token.scopes
        if scope in DIALOG_PERMISSIONS
    }
    grant = state.identity.grants.get((user, app.id))
    return found | (grant.permissions if grant is not None else {})


async def remove_permissions(meta: Meta, call: Call) -> Answer:
    """``DELETE /{person}/permissions[/{permission}]``: one permission, or the app altogether."""
    user, app = _whose(meta, call)
    named = call.segments[2] if len(call.segments) > 2 else call.text("permission")
    if named is None:
        meta.state.identity.grants.pop((user, app.id), None)
        issue.kill_all(meta.state, user, 458, app.id)
        return ok({"success": True})
    if permissions_of(meta, user, app).get(named) != "granted":
        raise Refused(invalid(f"Permission {named} was not granted"))
    meta.state.identity.grant(user, app.id).permissions[named] = "declined"
    return ok({"success": True})


def _whose(meta: Meta, call: Call) -> tuple[str, App]:
    """The person and the app it is about: by their own token, or by the app's with the person in the path."""
    if meta.state.app_of_token(call.token or "") is None:
        caller = holder_of(meta, call, "permissions")
        return (caller.token.user_id if caller.token is not None else ""), caller.app
    app, name = access.authenticate(meta, call).app, call.segments[0]
    if name == "me":
        raise Refused(errors.NO_CURRENT_USER)
    if meta.state.identity.holder(name) is None:
        raise Refused(errors.no_object(call.method, name))
    return name, app


def _approved(meta: Meta, call: Call) -> Answer:
    """``GET /{app}/permissions``: ``live`` is Advanced Access (Meta's Business SDK; nothing more is known of it)."""
    app = _app(meta, call)
    wanted, statuses = listed(call.params, "permission"), listed(call.params, "status")
    found = [
        {"permission": scope, "status": status}
        for scope in sorted(DIALOG_PERMISSIONS)
        if (status := "live" if app.approved is None or scope in app.approved else "unapproved")
        and (not wanted or scope in wanted)
        and (not statuses or status in statuses)
    ]
    part, paging = page(found, call, limit=len(found))
    return ok({"data": list(part), "paging": paging} if paging else {"data": list(part)})


async def read_roles(meta: Meta, call: Call) -> Answer:
    """``GET /{app}/roles`` for the app: who is on the team; ``GET /{page}/roles`` for the Page: who has tasks there."""
    if call.segments[0] in meta.state.accounts:
        return _page_roles(meta, call)
    app = _app(meta, call)
    return ok({"data": [{"app_id": app.id, "user": user, "role": role} for user, role in sorted(app.team.items())]})


def _page_roles(meta: Meta, call: Call) -> Answer:
    account = access.account_of(meta, call).account
    people = meta.state.identity.users.values()
    found = [(user, user.pages.get(account.id)) for user in people] if account is not None else []
    shown = [{"id": user.id, "name": user.name, "tasks": sorted(tasks)} for user, tasks in found if tasks]
    return ok({"data": shown})


def _app(meta: Meta, call: Call) -> App:
    caller = access.authenticate(meta, call)
    if caller.token is not None or call.segments[0] != caller.app.id:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    return caller.app

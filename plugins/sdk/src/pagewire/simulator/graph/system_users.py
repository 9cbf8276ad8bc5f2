"""System users: making them, installing the app for them, and their tokens (graph.md 2.5)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.business import administers, business_of
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list, known
from pagewire.simulator.graph.field_names import SYSTEM_USER
from pagewire.simulator.graph.fields import Getter, project
from pagewire.simulator.identity import issue, logins, refusals, scopes
from pagewire.simulator.identity.model import Business, SystemUser
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.values import flag, parsed
from pagewire.simulator.world import App, Token

_ROLES = frozenset({"ADMIN", "EMPLOYEE"})
_CREATED = "2024-03-01T09:00:00+0000"


async def list_system_users(meta: Meta, call: Call) -> Answer:
    """``GET /{business}/system_users``, for administrators."""
    caller, business = business_of(meta, call)
    _need_admin(caller, business)
    everybody = meta.state.identity.system_users.values()
    found = [user for user in everybody if user.business_id == business.id and user.client_of is None]
    return answer_list(call, found, lambda user, wanted: project(wanted, fields(user), "SystemUser", "id,name,role"))


async def make_system_user(meta: Meta, call: Call) -> Answer:
    """``POST /{business}/system_users`` with ``name`` and ``role``."""
    caller, business = business_of(meta, call)
    _need_admin(caller, business)
    name, role = call.text("name"), call.text("role") or "EMPLOYEE"
    if name is None:
        raise Refused(invalid("The parameter name is required"))
    if role not in _ROLES:
        raise Refused(invalid(f"Param role must be one of {{{', '.join(sorted(_ROLES))}}}"))
    made = SystemUser(id=meta.ids.number("61"), business_id=business.id, name=name)
    made.role = "ADMIN" if role == "ADMIN" else "EMPLOYEE"
    meta.state.identity.system_users[made.id] = made
    return ok({"id": made.id})


def fields(user: SystemUser) -> dict[str, Getter]:
    """The fields of a system user."""
    return known(SYSTEM_USER) | {
        "id": lambda _: user.id,
        "name": lambda _: user.name,
        "role": lambda _: user.role,
        "created_time": lambda _: _CREATED,
        "client_business_id": lambda _: user.business_id if user.client_of is not None else None,
    }


async def install_app(meta: Meta, call: Call) -> Answer:
    """``POST /{system-user}/applications``: without it the app gets no token."""
    caller, user, business = _managed(meta, call)
    _need_admin(caller, business)
    user.apps.add(_app(meta, call, business).id)
    return ok({"success": True})


async def make_token(meta: Meta, call: Call) -> Answer:
    """``POST /{system-user}/access_tokens``: the proof is mandatory, the scopes are business permissions only."""
    caller, user, business = _managed(meta, call)
    access.proven(call)
    if not (administers(caller, business) or (caller.holder is not None and caller.holder.id == user.id)):
        raise Refused(refusals.NEEDS_ADMIN)
    app = _app(meta, call, business)
    if app.id not in user.apps:
        raise Refused(refusals.NOT_INSTALLED)
    token = logins.robot_token(app, user, _scopes(call))
    return _issued(meta, call, token, business)


async def revoke_tokens(meta: Meta, call: Call) -> Answer:
    """``DELETE /{system-user}/access_tokens``: every token of this system user dies."""
    caller, user, business = _managed(meta, call)
    if not (administers(caller, business) or (caller.holder is not None and caller.holder.id == user.id)):
        raise Refused(refusals.NEEDS_ADMIN)
    issue.kill_all(meta.state, user.id, 467)
    return ok({"success": True})


async def client_token(meta: Meta, call: Call) -> Answer:
    """``POST /{client-business}/system_user_access_tokens``: for apps connected by Login for Business."""
    caller = access.authenticate(meta, call)
    access.proven(call)
    business = meta.state.identity.businesses.get(call.segments[0])
    if business is None or caller.token is None or caller.app.id not in business.integrations:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    if "business_management" not in caller.scopes:
        raise Refused(refusals.NEEDS_BUSINESS)
    user = _integration(meta, call, caller.app, business)
    if flag(call.params, "fetch_only"):
        return ok({"access_token": _fetched(meta, user, caller.app).value})
    token = logins.robot_token(caller.app, user, _scopes(call))
    assets = _listed(call, "asset")
    if assets:
        token.targets = {scope: set(assets) for scope in token.scopes if scope in scopes.PAGE_PERMISSIONS}
    return _issued(meta, call, token, business)


def _integration(meta: Meta, call: Call, app: App, business: Business) -> SystemUser:
    named = call.text("system_user_id")
    if named is None:
        return logins.integration(meta.state, meta.ids, app, business, [])
    user = meta.state.identity.system_users.get(named)
    if user is None or user.business_id != business.id:
        raise Refused(errors.no_object(call.method, named))
    return user


def _fetched(meta: Meta, user: SystemUser, app: App) -> Token:
    tokens = [t for t in meta.state.tokens.values() if (t.user_id, t.app_id) == (user.id, app.id) and t.revoked is None]
    live = [t for t in tokens if t.type == "SYSTEM_USER" and not 0 < t.expires_at <= meta.clock.now()]
    if not live:
        raise Refused(refusals.NOTHING_TO_FETCH)
    return live[-1]


def _managed(meta: Meta, call: Call) -> tuple[Caller, SystemUser, Business]:
    """The caller, the system user in the path, and the business of both.

    Raises:
        Refused: 100/33 for a system user of somebody else; 200 without ``business_management``.
    """
    caller = access.authenticate(meta, call)
    name = call.segments[0]
    own = isinstance(caller.holder, SystemUser) and name == "me"
    user = caller.holder if own else meta.state.identity.system_users.get(name)
    business = meta.state.identity.businesses.get(user.business_id) if isinstance(user, SystemUser) else None
    holder = caller.holder
    if not isinstance(user, SystemUser) or business is None or holder is None or caller.account is not None:
        raise Refused(errors.no_object(call.method, name))
    inside = holder.business_id == business.id if isinstance(holder, SystemUser) else holder.id in business.users
    if not inside:
        raise Refused(errors.no_object(call.method, name))
    if "business_management" not in caller.scopes:
        raise Refused(refusals.NEEDS_BUSINESS)
    return caller, user, business


def _need_admin(caller: Caller, business: Business) -> None:
    if not administers(caller, business):
        raise Refused(refusals.NEEDS_ADMIN)


def _app(meta: Meta, call: Call, business: Business) -> App:
    named = call.text("business_app")
    if named is None:
        raise Refused(invalid("The parameter business_app is required"))
    app = meta.state.apps.get(named)
    if app is None or app.id not in business.apps:
        raise Refused(refusals.OTHER_BUSINESS)
    return app


def _scopes(call: Call) -> list[str]:
    wanted = _listed(call, "scope")
    if not wanted:
        raise Refused(invalid("The parameter scope is required"))
    strange = scopes.unknown(wanted, scopes.SYSTEM_USER_PERMISSIONS)
    if strange is not None:
        raise Refused(refusals.one_of("scope", strange, scopes.SYSTEM_USER_PERMISSIONS))
    return wanted


def _listed(call: Call, name: str) -> list[str]:
    """A list of names or ids: JSON, or with commas between; ids may be numbers."""
    found: Any = parsed(call.params.get(name))
    if isinstance(found, str):
        found = found.split(",")
    return [str(entry).strip() for entry in found] if isinstance(found, list) else []


def _issued(meta: Meta, call: Call, token: Token, business: Business) -> Answer:
    expiring = flag(call.params, "set_token_expires_in_60_days")
    if business.expiring_tokens and not expiring:
        raise Refused(refusals.MUST_EXPIRE)
    now = int(meta.clock.now())
    token.value = issue.new_value(meta.ids, "SYSTEM_USER")
    token.issued_at, token.expires_at = now, now + issue.LONG_LIFE if expiring else 0
    issue.keep(meta.state, token)
    return ok({"access_token": token.value})

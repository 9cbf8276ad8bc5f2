"""``GET /me`` and ``GET /{id}``: whatever a single path segment names."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access, conversations, profiles, system_users
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.accounts import (
    instagram_fields,
    may_see,
    may_see_instagram,
    page_fields,
    pages_of,
    shown_page,
)
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.business import business_fields, businesses_of, member, shown
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import known, nested
from pagewire.simulator.graph.field_names import APPLICATION, USER
from pagewire.simulator.graph.fields import Getter, project, read_fields
from pagewire.simulator.graph.permissions import permissions_of
from pagewire.simulator.identity.model import SystemUser
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account, App


def kind_of(meta: Meta, call: Call) -> str:
    """Which sort of node the path names: ``conversation``, ``message``, ``profile`` or ``node``."""
    name = call.segments[0]
    if name in meta.state.by_id or name.startswith("t_"):
        return "conversation"
    if name in meta.state.by_mid or name.startswith(("m_", "aWdf")):
        return "message"
    if name in meta.state.by_scoped:
        return "profile"
    return "node"


async def read_node(meta: Meta, call: Call) -> Answer:
    """Answer with the node, by its kind."""
    kind = kind_of(meta, call)
    if kind == "conversation":
        return await conversations.read_conversation(meta, call)
    if kind == "message":
        return await conversations.read_message(meta, call)
    if kind == "profile":
        return await profiles.read_profile(meta, call)
    return _read_object(meta, call)


def _read_object(meta: Meta, call: Call) -> Answer:
    name = call.segments[0]
    missing = errors.NO_CURRENT_USER if name == "me" else errors.TOKEN_REQUIRED
    caller = access.authenticate(meta, call, missing, client=name != "me")
    found = _app(caller, name) or _holder(meta, call, caller, name) or _account(meta, call, caller, name)
    found = found or _business(meta, call, caller, name)
    if found is None:
        if name == "me":
            raise Refused(errors.NO_CURRENT_USER)
        raise Refused(errors.no_object(call.method, name))
    node_type, getters, default = found
    return ok(project(read_fields(call.text("fields")), getters, node_type, default))


_Node = tuple[str, dict[str, Getter], str]
"""Type for error texts, fields, and which of them come unasked."""


def _app(caller: Caller, name: str) -> _Node | None:
    if name not in ("app", caller.app.id):
        return None
    return "Application", _app_fields(caller.app), "id,name,link,category"


def _app_fields(app: App) -> dict[str, Getter]:
    return known(APPLICATION) | {
        "id": lambda _: app.id,
        "name": lambda _: app.name,
        "link": lambda _: f"https://www.facebook.com/games/?app_id={app.id}",
        "category": lambda _: "Messaging",
        "has_messenger_product": lambda _: True,
        "supported_platforms": lambda _: ["WEB"],
    }


def _holder(meta: Meta, call: Call, caller: Caller, name: str) -> _Node | None:
    """A person or system user: themselves, or by the app, or a system user by its business."""
    token = caller.token
    if token is not None and caller.account is None and name in ("me", token.user_id):
        if isinstance(caller.holder, SystemUser):
            return (
                "SystemUser",
                _user_fields(meta, call, caller, token.user_id) | system_users.fields(caller.holder),
                "id,name",
            )
        return "User", _user_fields(meta, call, caller, token.user_id), "id,name"
    robot = meta.state.identity.system_users.get(name)
    if robot is not None:
        business = meta.state.identity.businesses.get(robot.business_id)
        if business is not None and member(meta, caller, business):
            return "SystemUser", system_users.fields(robot), "id,name"
    if token is None and not caller.client and name in meta.state.identity.users:
        return "User", _user_fields(meta, call, caller, name), "id,name"
    return None


def _user_fields(meta: Meta, call: Call, caller: Caller, user_id: str) -> dict[str, Getter]:
    holder = meta.state.identity.holder(user_id)
    name = holder.name if holder is not None else "A Simulated Admin"
    first, _, last = name.partition(" ")

    def permissions(_: object) -> dict[str, Any]:
        found = sorted(permissions_of(meta, user_id, caller.app).items())
        return {"data": [{"permission": scope, "status": status} for scope, status in found]}

    return known(USER) | {
        "id": lambda _: user_id,
        "name": lambda _: name,
        "first_name": lambda _: first,
        "last_name": lambda _: last or None,
        "short_name": lambda _: first,
        "permissions": permissions,
        "accounts": nested(
            lambda: pages_of(meta, caller), lambda page, wanted: shown_page(meta, call, caller, page, wanted)
        ),
        "businesses": nested(
            lambda: businesses_of(meta, caller), lambda found, wanted: shown(meta, call, caller, found, wanted)
        ),
    }


def _account(meta: Meta, call: Call, caller: Caller, name: str) -> _Node | None:
    account = caller.account if name == "me" else meta.state.accounts.get(name)
    if account is None or caller.client:
        return None
    if account.object == "page":
        own = caller.account is not None and caller.account.id == account.id
        visible = own or (caller.account is None and may_see(meta, caller, account))
        return ("Page", page_fields(meta, call, caller, account), "id,name") if visible else None
    return _instagram(meta, caller, account)


def _instagram(meta: Meta, caller: Caller, account: Account) -> _Node | None:
    if not may_see_instagram(meta, caller, account):
        return None
    return "IGUser", instagram_fields(account), "id"


def _business(meta: Meta, call: Call, caller: Caller, name: str) -> _Node | None:
    business = meta.state.identity.businesses.get(name)
    if business is None or "business_management" not in caller.scopes or not member(meta, caller, business):
        return None
    return "Business", business_fields(meta, call, caller, business), "id,name"

"""``GET /me`` and ``GET /{id}``: whatever a single path segment names."""

from __future__ import annotations

import hashlib

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access, conversations, profiles
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.fields import Getter, project, read_fields
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
    return await _read_object(meta, call)


async def _read_object(meta: Meta, call: Call) -> Answer:
    name = call.segments[0]
    caller = access.authenticate(meta, call, errors.NO_CURRENT_USER if name == "me" else errors.TOKEN_REQUIRED)
    wanted = read_fields(call.text("fields"))
    if name == caller.app.id and caller.account is None:
        return ok(project(wanted, _app(caller.app), "Application", "id,name"))
    if name == "me" and caller.account is None:
        if caller.token is None:
            raise Refused(errors.NO_CURRENT_USER)
        return ok({"id": caller.token.user_id, "name": "A Simulated Admin"})
    account = caller.account if name == "me" else meta.state.accounts.get(name)
    own = caller.account is not None and account is not None
    if account is None or not own or caller.account is None:
        raise Refused(errors.no_object(call.method, name))
    if caller.account.id not in (account.id, account.page_id):
        raise Refused(errors.no_object(call.method, name))
    if account.object == "page":
        return ok(project(wanted, _page(meta, call, account), "Page", "id,name"))
    return ok(project(wanted, _instagram(account), "IGUser", "id"))


def _app(app: App) -> dict[str, Getter]:
    return {"id": lambda _: app.id, "name": lambda _: app.name}


def _page(meta: Meta, call: Call, account: Account) -> dict[str, Getter]:
    linked = meta.state.instagram_of(account.id)

    def instagram(field: object) -> dict[str, object] | None:
        if linked is None:
            return None
        inner = getattr(field, "fields", [])
        return project(inner, _instagram(linked) | {"id": lambda _: linked.id}, "IGUser", "id")

    status = {"hop_v2": account.default_app is not None, "msgr_multi_app": True, "ig_multi_app": False}
    return {
        "id": lambda _: account.id,
        "name": lambda _: account.name,
        "category": lambda _: "Business",
        "link": lambda _: f"https://www.facebook.com/{account.id}",
        "access_token": lambda _: call.token,
        "instagram_business_account": instagram,
        "connected_instagram_account": instagram,
        "messaging_feature_status": lambda _: status,
    }


def _instagram(account: Account) -> dict[str, Getter]:
    # On Instagram Login "id" is app-scoped and "user_id" is what webhooks carry (webhooks.md 2.3).
    digest = hashlib.sha256(account.id.encode()).digest()
    scoped = f"102{int.from_bytes(digest[:8], 'big') % 10**13:013d}"
    return {
        "id": lambda _: scoped if account.instagram_login else account.id,
        "user_id": lambda _: account.id,
        "username": lambda _: account.username,
        "name": lambda _: account.name,
        "account_type": lambda _: "BUSINESS",
        "profile_picture_url": lambda _: f"https://scontent.example.net/{account.id}.jpg",
    }

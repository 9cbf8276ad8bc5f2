"""Blocking people and moving their conversations away (outbound.md 4.6)."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import access, owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Wanted
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import need, one_of
from pagewire.simulator.stored import Conversation
from pagewire.simulator.world import Account

_ACTIONS = frozenset({"block_user", "unblock_user", "move_to_spam"})
_PAGE_ACTIONS = _ACTIONS | {"ban_user", "unban_user"}
_OPPOSITES = (frozenset({"block_user", "unblock_user"}), frozenset({"ban_user", "unban_user"}))
_KEEPS_AWAY = frozenset({"block_user", "ban_user"})
_INSTAGRAM_SCOPES = frozenset({"instagram_manage_messages", "instagram_basic", "business_management"})


async def moderate(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/moderate_conversations``: all of it, or nothing."""
    caller = access.account_of(meta, call)
    if caller.account is None:
        raise Refused(errors.PAGE_TOKEN_REQUIRED)
    ids, actions = _ids(call), _list(call, "actions", 2)
    found = [_conversation(meta, caller.account, person) for person in ids]
    for action in actions:
        one_of(action, _PAGE_ACTIONS if found[0].account.object == "page" else _ACTIONS, "actions")
    for pair in _OPPOSITES:
        need(not pair <= set(actions), f"{' and '.join(sorted(pair))} exclude each other")
    for conversation in found:
        _may(caller, conversation, actions)
    if not _KEEPS_AWAY.isdisjoint(actions):
        _room(meta, found)
    for conversation in found:
        _apply(meta, conversation, actions)
    return ok({"success": True})


async def list_blocked(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/blocked``."""
    page = owners.page_of(meta, call)
    found = [c for c in meta.state.conversations.values() if c.account.id == page.id and c.banned]
    return answer_list(call, found, lambda conversation, wanted: _shape(meta, conversation, wanted))


async def block(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/blocked``: one person by ``psid``."""
    return _set(meta, call, banned=True)


async def unblock(meta: Meta, call: Call) -> Answer:
    """``DELETE /{page}/blocked``."""
    return _set(meta, call, banned=False)


def _set(meta: Meta, call: Call, *, banned: bool) -> Answer:
    page = owners.page_of(meta, call)
    person = call.text("psid") or call.text("user")
    if person is None:
        raise Refused(invalid("The parameter psid is required"))
    found = _conversation(meta, page, person)
    if banned:
        _room(meta, [found])
    _ban(meta, found, banned=banned)
    return ok({person: True} if banned else {"success": True})


def _ids(call: Call) -> list[str]:
    found = [entry.get("id") if isinstance(entry, dict) else None for entry in _list(call, "user_ids", 10)]
    need(all(found), "The parameter user_ids[id] is required")
    return [str(entry) for entry in found]


def _list(call: Call, name: str, most: int) -> list[Any]:
    found = call.params.get(name)
    if isinstance(found, str):
        try:
            found = msgspec.json.decode(found)
        except msgspec.DecodeError:
            raise Refused(invalid(f"param {name} must be a JSON array.")) from None
    need(isinstance(found, list) and 1 <= len(found) <= most, f"param {name} must have between 1 and {most} elements.")
    listed: list[Any] = found if isinstance(found, list) else []
    return listed


def _conversation(meta: Meta, page: Account, person: str) -> Conversation:
    known = meta.state.by_scoped.get(person)
    account = known[0] if known is not None else page
    found = meta.state.conversation(account.id, person) if page.id in (account.id, account.page_id) else None
    if found is None:
        raise Refused(errors.NOT_A_PERSON)
    return found


def _may(caller: access.Caller, conversation: Conversation, actions: list[str]) -> None:
    access.permit(caller, conversation.account)
    instagram = conversation.account.object == "instagram" and not conversation.account.instagram_login
    if instagram and not caller.scopes >= _INSTAGRAM_SCOPES:
        raise Refused(errors.NO_PERMISSION)
    if conversation.person in caller.app.roles and not _KEEPS_AWAY.isdisjoint(actions):
        raise Refused(errors.USER_LINKED)


def _room(meta: Meta, found: list[Conversation]) -> None:
    """Whether these may be blocked now: whoever is blocked already stays so."""
    new = [one for one in found if not one.banned]
    if any(_too_soon(meta, one) for one in new):
        raise Refused(errors.BLOCKED_TOO_SOON)
    if not new:
        return
    account = new[0].account
    held = sum(one.banned for one in meta.state.conversations.values() if one.account.id == account.id)
    if held + len(new) > account.most_blocked:
        raise Refused(errors.BLOCK_LIST_FULL)


def _too_soon(meta: Meta, one: Conversation) -> bool:
    since = one.unbanned_ms
    return since is not None and meta.clock.now_ms() < since + one.account.reblock_after * 1000


def _ban(meta: Meta, conversation: Conversation, *, banned: bool) -> None:
    if conversation.banned and not banned:
        conversation.unbanned_ms = meta.clock.now_ms()
    conversation.banned = banned


def _apply(meta: Meta, conversation: Conversation, actions: list[str]) -> None:
    for action in actions:
        if action == "move_to_spam":
            conversation.folder = "spam"
        else:
            _ban(meta, conversation, banned=action in ("block_user", "ban_user"))


def _shape(meta: Meta, conversation: Conversation, wanted: list[Wanted]) -> dict[str, Any]:  # noqa: ARG001
    known = meta.state.by_scoped.get(conversation.person)
    return {"id": conversation.person, "name": known[1].name if known is not None else ""}

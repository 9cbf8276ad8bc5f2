"""Which faults strike a call; those that change the world do it here, before the call is looked at."""

from __future__ import annotations

from pagewire.simulator.errors import Refused
from pagewire.simulator.faults import Fault, FaultKind, Target
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.messages import addressed
from pagewire.simulator.handover import take_thread
from pagewire.simulator.media import ASSET_LIFE_MS
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order, read_order
from pagewire.simulator.recipients import WINDOW_MS
from pagewire.simulator.stored import Conversation
from pagewire.simulator.world import Account, Token


def strike(meta: Meta, call: Call, edge: str) -> list[Fault]:
    """The faults that strike this call, counted down. Names the caller for the usage headers."""
    token = meta.state.tokens.get(call.token or "")
    account = meta.state.accounts.get(token.account_id or "") if token is not None else None
    if account is None and call.segments:
        account = meta.state.accounts.get(call.segments[0])
    order = _order(call)
    person = call.segments[0] if edge == "profile" else order.recipient_id or call.text("user_id")
    if account is not None:
        account = addressed(meta, account, order)
    if token is not None:
        call.app, call.account = meta.state.apps.get(token.app_id), account
    target = Target(
        edge=edge,
        account=account.id if account is not None else None,
        person=person,
        action=order.sender_action is not None,
        method=call.method,
    )
    struck = meta.faults.strike(target)
    for fault in struck:
        _change(meta, fault, token, account, person)
    return struck


def _order(call: Call) -> Order:
    try:
        return read_order(call.params) if call.method == "POST" else Order()
    except Refused:
        return Order()


def _change(meta: Meta, fault: Fault, token: Token | None, account: Account | None, person: str | None) -> None:
    if fault.kind is FaultKind.REVOKE_TOKEN and token is not None:
        token.revoked = fault.subcode or 460
    if account is None:
        return
    if fault.kind is FaultKind.EXPIRE_ATTACHMENTS:
        _expire(meta, account)
    conversation = meta.state.conversation(account.id, person) if person is not None else None
    if conversation is not None:
        _change_thread(meta, fault, conversation)


def _change_thread(meta: Meta, fault: Fault, conversation: Conversation) -> None:
    if fault.kind is FaultKind.TAKE_THREAD:
        take_thread(meta, conversation)
    elif fault.kind is FaultKind.BLOCK:
        conversation.blocked = True
    elif fault.kind is FaultKind.CLOSE_WINDOW and conversation.last_user_ms is not None:
        conversation.last_user_ms -= int(fault.seconds * 1000) or WINDOW_MS


def _expire(meta: Meta, account: Account) -> None:
    for attachment in meta.state.attachments.values():
        if attachment.account_id in (account.id, account.page_id):
            attachment.created -= ASSET_LIFE_MS

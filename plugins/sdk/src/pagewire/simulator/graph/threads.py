"""Who owns a thread, and handing it over (outbound.md 4.3)."""

from __future__ import annotations

from pagewire.simulator import errors, events
from pagewire.simulator.errors import Refusal, Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.messages import addressed
from pagewire.simulator.handover import pass_thread
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order, read_order
from pagewire.simulator.state import Conversation

_NO_ROUTING = Refusal(100, 2018171, "(#100) No default app is configured: control of a thread cannot be taken")
_WEEK = 7 * 24 * 3600


async def thread_owner(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/thread_owner?recipient=``: the app id only for the owner and the default app."""
    order = Order(recipient={"id": call.text("recipient")})
    caller, conversation = _addressee(meta, call, order)
    owner, now = conversation.owner, meta.clock.now()
    if owner is None or conversation.owner_until <= now:
        return ok({"data": []})
    shown: dict[str, object] = {"expiration": int(conversation.owner_until)}
    if caller.app.id in (owner, conversation.account.default_app):
        shown = {"app_id": int(owner), **shown}
    return ok({"data": [{"thread_owner": shown}]})


async def control_thread(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/{pass,take,request,release,extend}_thread_control``."""
    caller, conversation = _addressee(meta, call, read_order(call.params))
    verb = call.segments[1].partition("_")[0]
    me, now = caller.app.id, meta.clock.now()
    owner = conversation.owner_at(now)
    default = conversation.account.default_app
    metadata = call.text("metadata")
    if verb == "request":
        _request(meta, conversation, me, metadata)
    elif verb == "take":
        if default is None:
            raise Refused(_NO_ROUTING)
        if me not in (default, owner):
            raise Refused(_not_owner(conversation))
        pass_thread(meta, conversation, me, owner, metadata, kind="take")
    elif owner not in (None, me):
        raise Refused(_not_owner(conversation))
    elif verb == "pass":
        pass_thread(meta, conversation, call.text("target_app_id") or default or me, owner, metadata)
    elif verb == "release":
        conversation.owner, conversation.owner_until = None, 0.0
    else:
        _extend(call, conversation, me, now)
    return ok({"success": True})


def _request(meta: Meta, conversation: Conversation, app: str, metadata: str | None) -> None:
    value = {"requested_owner_app_id": app, "metadata": metadata or ""}
    item = events.handover(conversation, "request", value, conversation.stamp(meta.clock.now_ms()))
    meta.publisher.publish(conversation, "handover", item)


def _extend(call: Call, conversation: Conversation, app: str, now: float) -> None:
    duration = call.text("duration") or ""
    if not duration.isdigit() or not 0 < int(duration) <= _WEEK:
        raise Refused(invalid("Param duration must be between 1 and 604800 seconds"))
    conversation.owner, conversation.owner_until = app, now + int(duration)


def _not_owner(conversation: Conversation) -> Refusal:
    return errors.IG_NOT_OWNER if conversation.account.object == "instagram" else errors.NOT_OWNER


def _addressee(meta: Meta, call: Call, order: Order) -> tuple[access.Caller, Conversation]:
    caller = access.account_of(meta, call)
    if order.recipient_id is None or caller.account is None:
        raise Refused(errors.RECIPIENT_REQUIRED)
    account = addressed(meta, caller.account, order)
    access.permit(caller, account)
    conversation = meta.state.conversation(account.id, order.recipient_id)
    if conversation is None:
        instagram = account.object == "instagram"
        raise Refused(errors.IG_NO_SUCH_PERSON if instagram else errors.NO_SUCH_PERSON)
    return caller, conversation

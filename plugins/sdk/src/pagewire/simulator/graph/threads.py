"""Who owns a thread, and handing it over (outbound.md 4.3)."""

from __future__ import annotations

from pagewire.simulator import errors, events
from pagewire.simulator.errors import Refusal, Refused, invalid
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Wanted, project
from pagewire.simulator.graph.messages import addressed
from pagewire.simulator.handover import pass_thread, release
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order, read_order
from pagewire.simulator.shape import within
from pagewire.simulator.stored import INBOX_APPS, Conversation

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
    metadata = call.text("metadata")
    within(metadata or "", 1000, "metadata")
    if verb == "request":
        _request(meta, conversation, me, metadata)
    elif verb == "take":
        _take(meta, conversation, me, metadata)
    elif owner not in (None, me):
        raise Refused(_not_owner(conversation))
    elif verb == "pass":
        pass_thread(meta, conversation, _target(meta, call, conversation), _shown_owner(conversation, now), metadata)
    elif verb == "release":
        release(meta, conversation)
    else:
        _extend(call, conversation, me, now)
    return ok({"success": True})


async def secondary_receivers(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/secondary_receivers[?platform=instagram]``: every other app, and Meta's inbox (legacy)."""
    caller = access.account_of(meta, call)
    account = caller.account
    if account is not None and (call.text("platform") or "").lower() == "instagram":
        account = meta.state.instagram_of(account.id) or account
    if account is None or account.default_app not in (None, caller.app.id):
        raise Refused(errors.NOT_RECEIVER)
    access.permit(caller, account)
    apps = [meta.state.apps[app] for app in account.subscribed if app in meta.state.apps and app != caller.app.id]
    inbox = "Page Inbox" if account.object == "page" else "Instagram Inbox"
    found = [(app.id, app.name) for app in apps] + [(INBOX_APPS[account.object], inbox)]
    return answer_list(call, found, _receiver)


def _receiver(app: tuple[str, str], wanted: list[Wanted]) -> dict[str, object]:
    return project(wanted, {"id": lambda _: app[0], "name": lambda _: app[1]}, "App", "id,name")


def _take(meta: Meta, conversation: Conversation, app: str, metadata: str | None) -> None:
    """Only under conversation routing, and only for the default app, the owner, and whom the business allows."""
    account = conversation.account
    if account.default_app is None:
        raise Refused(errors.NOT_RECEIVER)
    owner = conversation.owner_at(meta.clock.now())
    if app not in (account.default_app, owner, *account.takers):
        raise Refused(_not_owner(conversation))
    pass_thread(meta, conversation, app, _shown_owner(conversation, meta.clock.now()), metadata, kind="take")


def _shown_owner(conversation: Conversation, now: float) -> str | None:
    """Who is named as the one before: nobody when the thread was idle (webhooks.md 3.14)."""
    return conversation.owner if conversation.owner_until > now else None


def _target(meta: Meta, call: Call, conversation: Conversation) -> str:
    """The app to pass to: the named one, if the account knows it, or the default app."""
    account = conversation.account
    wanted = call.text("target_app_id") or account.default_app
    if wanted is None:
        raise Refused(invalid("The parameter target_app_id is required while there is no default app"))
    known = wanted in meta.state.apps or wanted in (*INBOX_APPS.values(), account.default_app)
    if not known:
        raise Refused(errors.WRONG_APP)
    return wanted


def _request(meta: Meta, conversation: Conversation, app: str, metadata: str | None) -> None:
    """A notice to the owner; with no default app and nobody in charge the first caller gets the thread."""
    now = meta.clock.now()
    if conversation.owner_at(now) is None:
        pass_thread(meta, conversation, app, None, metadata)
        return
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

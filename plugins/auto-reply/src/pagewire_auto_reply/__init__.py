"""Answers people by ordered rules, within business hours, with their name.

`explain` tells which rule answers an event and why the others do not; `Config` is the plugin's part of a resource.
"""

import time

from pagewire.context import Context, SendContext
from pagewire.errors import Refused
from pagewire.events import Conversation, Event, Message, MessageEcho, Postback, Read, Referral
from pagewire.hooks import hookimpl
from pagewire.replies import Replies, Reply
from pagewire.sends import Refusal, Send
from pagewire_auto_reply import memory
from pagewire_auto_reply.answers import answers, needs_person
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.hearing import heed, why_silent
from pagewire_auto_reply.manners import disclosing, held_back, is_automated
from pagewire_auto_reply.verdicts import Explanation, Verdict, explain

__all__ = [
    "Config",
    "Explanation",
    "Verdict",
    "api_version",
    "before_send",
    "echo_received",
    "explain",
    "message_received",
    "messages_read",
    "on_delivered",
    "on_refused",
    "postback_received",
    "referral_received",
    "standby_received",
]

api_version = 1


@hookimpl
async def message_received(event: Message, context: Context[Config]) -> Replies:
    """Answer what a person wrote, if a rule says so."""
    return await _answer(event, context)


@hookimpl
async def postback_received(event: Postback, context: Context[Config]) -> Replies:
    """Answer the tap of a button, if a rule says so."""
    return await _answer(event, context)


@hookimpl
async def referral_received(event: Referral, context: Context[Config]) -> Replies:
    """Answer a person who came back by a link or an ad, if a rule says so."""
    return await _answer(event, context)


@hookimpl
async def echo_received(event: MessageEcho, context: Context[Config]) -> None:
    """Stay quiet for a while once a person at the inbox, or another app, wrote."""
    await heed(event, context)


@hookimpl
async def standby_received(event: Event, context: Context[Config]) -> None:
    """The same, where the inbox took the thread before its person wrote, as it does where Meta routes conversations."""
    if isinstance(event, MessageEcho):
        await heed(event, context)


@hookimpl
async def before_send(reply: Reply, conversation: Conversation, context: SendContext[Config]) -> Reply | Refused | None:
    """Hold back what may be a loop, and tell people that a program writes: for messages of every plugin."""
    config = context.config
    if not is_automated(reply):
        return None
    store, key, now = context.store if conversation.person else None, context.idempotency_key, time.time()
    if store is not None and config.limit is not None:
        no = await held_back(store, config.limit, key, now)
        if no is not None:
            return no
    if config.disclosure is None:
        return None
    return await disclosing(store, config.disclosure, reply, conversation.object, key, now)


@hookimpl
async def on_refused(refusal: Refusal, context: SendContext[Config]) -> None:
    """Say in the log which answer was not sent, and why; what was told with it, such as the disclosure, has to be told again."""
    if refusal.conversation.person:
        await memory.not_sent(context.store, refusal.id)
    context.log.warning("an answer was not sent (%s): %s", refusal.code, refusal.reason)


@hookimpl
async def messages_read(event: Read, context: Context[Config]) -> None:
    """Whoever reads is a person: what was counted against the limit counts no longer, whichever plugin asked for it."""
    if event.conversation is not None:
        await memory.was_read(context.store)


@hookimpl
async def on_delivered(send: Send, context: SendContext[Config]) -> None:
    """The same, for answers read while another app has the thread: ``messages_read`` is not called then."""
    if send.state == "read" and send.conversation.person:
        await memory.was_read(context.store)


async def _answer(event: Message | Postback | Referral, context: Context[Config]) -> Replies:
    # The clock is the event's own, so that another attempt and a replay give the same answer.
    config = context.config
    asks = config.ready.asks_for_first_message or config.quiet.when_owned or event.healed
    state = await context.conversation() if asks else None
    if (why := await why_silent(event, state, context)) is not None:
        context.log.info("not answered: %s", why)
        return ()
    found = explain(event, state, config, event.received)
    person = await context.person() if needs_person(found, config) else None
    said = answers(found, config, event.object, person)
    if said and event.healed and event.conversation is not None:
        await memory.answers_late(context.store, event.id, event.received)
    return said

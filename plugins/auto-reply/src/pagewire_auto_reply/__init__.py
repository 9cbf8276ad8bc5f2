"""Answers people by ordered rules, within business hours, with their name.

`explain` tells which rule answers an event and why the others do not; `Config` is the plugin's part of a resource.
"""

import asyncio
import time

from pagewire.context import Context, ConversationState, HealthContext, SendContext
from pagewire.errors import Refused
from pagewire.events import (
    Comment,
    Conversation,
    Event,
    FeedChange,
    LiveComment,
    Message,
    MessageEcho,
    Postback,
    Read,
    Referral,
)
from pagewire.health import Health
from pagewire.hooks import hookimpl
from pagewire.replies import Replies, Reply
from pagewire.sends import Refusal, Send
from pagewire_auto_reply import memory
from pagewire_auto_reply.answers import answers, needs_person
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.hearing import heed, why_silent
from pagewire_auto_reply.manners import disclosing, held_back, is_automated, pause
from pagewire_auto_reply.moments import Answerable
from pagewire_auto_reply.telling import explain_event
from pagewire_auto_reply.thinking import health_of, thought
from pagewire_auto_reply.verdicts import Explanation, Verdict, explain

__all__ = [
    "Config",
    "Explanation",
    "Verdict",
    "api_version",
    "before_send",
    "comment_received",
    "echo_received",
    "explain",
    "explain_event",
    "feed_changed",
    "health",
    "live_comment_received",
    "message_received",
    "messages_read",
    "on_delivered",
    "on_refused",
    "postback_received",
    "referral_received",
    "standby_received",
]

api_version = 2


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
async def comment_received(event: Comment, context: Context[Config]) -> Replies:
    """Answer a comment under Instagram media in private, if a rule asks for comments."""
    return await _answer(event, context)


@hookimpl
async def live_comment_received(event: LiveComment, context: Context[Config]) -> Replies:
    """The same for a comment under a live broadcast."""
    return await _answer(event, context)


@hookimpl
async def feed_changed(event: FeedChange, context: Context[Config]) -> Replies:
    """The same for a comment on the Page."""
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
    if context.idempotency_key.endswith(f":{context.asked_by}"):
        await asyncio.sleep(pause(reply, config.pace))
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


@hookimpl
async def health(context: HealthContext[Config]) -> Health:
    """Say whether the model that an account asks for can be asked."""
    return health_of(context)


async def _answer(event: Answerable, context: Context[Config]) -> Replies:
    # The clock is the event's own, so that another attempt and a replay give the same answer.
    config = context.config
    ready, missed = config.ready, event.via == "healed"
    state = await context.conversation() if ready.asks_for_conversation or missed else None
    if (ready.is_guarded or missed) and (why := await why_silent(event, state, context)) is not None:
        context.log.info("not answered: %s", why)
        return ()
    found = (
        await _with_language(event, state, context)
        if ready.languages
        else explain(event, state, config, event.received)
    )
    said = await thought(event, found, context) if config.llm is not None else ()
    if not said:
        person = await context.person() if needs_person(found, config) else None
        said = answers(found, config, event, person)
    if said and missed and event.conversation is not None:
        await memory.answers_late(context.store, event.id, event.received)
    return said


async def _with_language(event: Answerable, state: ConversationState | None, context: Context[Config]) -> Explanation:
    if event.conversation is None:
        return explain(event, state, context.config, event.received)
    before = await context.store.get(memory.LANGUAGE)
    found = explain(event, state, context.config, event.received, before)
    if found.told and found.language != before:
        await context.store.put(memory.LANGUAGE, found.language)
    return found

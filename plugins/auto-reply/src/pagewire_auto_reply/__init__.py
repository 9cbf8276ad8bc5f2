"""Answers people by ordered rules, within business hours, with their name.

`explain` tells which rule answers an event and why the others do not; `Config` is the plugin's part of a resource.
"""

import time

from pagewire.context import Context, ConversationState, SendContext
from pagewire.errors import Refused
from pagewire.events import Conversation, Event, Message, MessageEcho, Postback, Read, Referral
from pagewire.hooks import hookimpl
from pagewire.people import DeletedPerson
from pagewire.replies import Replies, Reply
from pagewire.resources.durations import parse_duration
from pagewire.sends import Refusal, Send
from pagewire_auto_reply.answers import answers, needs_person
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.guard import Guard, disclosing, held_back, is_automated, not_sent
from pagewire_auto_reply.moments import is_owned_elsewhere
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
    "person_deleted",
    "postback_received",
    "referral_received",
    "standby_received",
]

api_version = 1

_guard = Guard()


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
    """Stay quiet for a while once a person at the inbox wrote."""
    _heed(event, context)


@hookimpl
async def standby_received(event: Event, context: Context[Config]) -> None:
    """The same, where the inbox took the thread before its person wrote, as it does where Meta routes conversations."""
    if isinstance(event, MessageEcho):
        _heed(event, context)


def _heed(event: MessageEcho, context: Context[Config]) -> None:
    pause = context.config.quiet.after_human
    if pause is not None and event.from_inbox and event.conversation is not None:
        until = event.timestamp.timestamp() + parse_duration(pause).total_seconds()
        known = _guard.of(event.conversation)
        known.quiet_until = max(known.quiet_until, until)


@hookimpl
async def before_send(reply: Reply, conversation: Conversation, context: SendContext[Config]) -> Reply | Refused | None:
    """Hold back what may be a loop, and tell people that a program writes: for messages of every plugin."""
    config = context.config
    if (config.limit is None and config.disclosure is None) or not is_automated(reply):
        return None
    known, now = _guard.of(conversation), time.time()
    if config.limit is not None and (no := held_back(known, config.limit, context.idempotency_key, now)) is not None:
        return no
    if config.disclosure is None:
        return None
    return disclosing(known, config.disclosure, reply, conversation.object, context.idempotency_key, now)


@hookimpl
async def on_refused(refusal: Refusal, context: SendContext[Config]) -> None:
    """Say in the log which answer was not sent, and why; what was told with it, such as the disclosure, has to be told again."""
    not_sent(_guard.of(refusal.conversation), refusal.id)
    context.log.warning("an answer was not sent (%s): %s", refusal.code, refusal.reason)


@hookimpl
async def messages_read(event: Read) -> None:
    """Whoever reads is a person: what was counted against the limit counts no longer, whichever plugin asked for it."""
    if event.conversation is not None:
        _guard.of(event.conversation).sent.clear()


@hookimpl
async def on_delivered(send: Send) -> None:
    """The same, for answers read while another app has the thread: ``messages_read`` is not called then."""
    if send.state == "read":
        _guard.of(send.conversation).sent.clear()


@hookimpl
async def person_deleted(person: DeletedPerson) -> None:
    """Forget what is remembered of a conversation."""
    _guard.forget(Conversation(person.object, person.account, person.id))


def _answered_meanwhile(event: Event, state: ConversationState) -> bool:
    """Whether the business wrote between the event and the moment at which the gateway found it: then somebody answered."""
    said = state.last_outbound
    return said is not None and event.timestamp < said <= event.received


def _answered_late(event: Event) -> bool:
    """Whether another message of the same gap was: who wrote five times in vain gets one late answer, not five."""
    late = _guard.of(event.conversation).late if event.conversation is not None else None
    return late is not None and late[1] != event.id and event.timestamp <= late[0]


async def _answer(event: Message | Postback | Referral, context: Context[Config]) -> Replies:
    # The clock is the event's own, so that another attempt and a replay give the same answer.
    config = context.config
    asks = config.ready.asks_for_first_message or config.quiet.when_owned or event.healed
    state = await context.conversation() if asks else None
    if state is not None and event.healed and (_answered_meanwhile(event, state) or _answered_late(event)):
        return ()
    if config.quiet.when_owned and state is not None and is_owned_elsewhere(state, context.account.app_id):
        return ()
    if event.conversation is not None and _guard.is_quiet(event.conversation, event.timestamp.timestamp()):
        return ()
    found = explain(event, state, config, event.received)
    person = await context.person() if needs_person(found, config) else None
    said = answers(found, config, event.object, person)
    if said and event.healed and event.conversation is not None:
        _guard.of(event.conversation).late = (event.received, event.id)
    return said

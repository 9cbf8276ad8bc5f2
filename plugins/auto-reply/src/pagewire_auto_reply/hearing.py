"""What keeps the rules from being asked, and what is remembered of those who speak for the business."""

from datetime import datetime

from pagewire.context import Context, ConversationState
from pagewire.errors import TryLater
from pagewire.events import Event, Message, MessageEcho
from pagewire.resources.durations import parse_duration
from pagewire_auto_reply import memory
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.moments import is_owned_elsewhere
from pagewire_auto_reply.words import words_of

_MOMENT = 3.0
"""Seconds after which Meta's answer to a request is there, if its echo was faster."""


async def heed(event: MessageEcho, context: Context[Config]) -> None:
    """Rest for a while once a person at the inbox, or another app, wrote.

    Raises:
        TryLater: on Instagram, where no echo names an app: in a moment it is known whether this gateway sent the message.
    """
    quiet = context.config.quiet
    other = event.app_id is not None and event.app_id != context.account.app_id
    pause = quiet.after_human if event.from_inbox else quiet.after_other_app if other else None
    if event.object == "instagram" and event.app_id is None and quiet.after_human and not await context.sent_here():
        if context.attempt == 1 and not event.healed:
            raise TryLater(_MOMENT, "the echo may have come before Meta's answer to what was sent")
        pause = quiet.after_human
    if pause is not None and event.conversation is not None:
        until = event.timestamp + parse_duration(pause)
        await memory.rest(context.store, until.timestamp(), event.received.timestamp())


async def why_silent(event: Event, state: ConversationState | None, context: Context[Config]) -> str | None:
    """Why no rule is asked about an event of a conversation, as far as what is remembered tells; ``None`` if they are.

    Counts the event against the limits.
    """
    if event.conversation is None:
        return None
    why = await why_resting(event, state, context)
    return await _over(event, context) if why is None and context.config.limit is not None else why


async def why_resting(event: Event, state: ConversationState | None, context: Context[Config]) -> str | None:
    """The same without the limits; changes nothing."""
    if event.conversation is None:
        return None
    if event.healed and await _is_answered(event, state, context):
        return "what was missed is answered already"
    if context.config.quiet.when_owned and state is not None and _is_owned(event.timestamp, state, context):
        return "another app, or a person at the inbox, has the conversation"
    if await _rests(event.timestamp.timestamp(), context):
        return "a person at the inbox, or another app, wrote a short while ago"
    return None


async def _is_answered(event: Event, state: ConversationState | None, context: Context[Config]) -> bool:
    said = state.last_outbound if state is not None else None
    if said is not None and event.timestamp < said <= event.received:
        return True  # the business wrote between the event and the moment at which the gateway found it
    return await memory.is_answered_late(context.store, event.id, event.timestamp)


def _is_owned(happened: datetime, state: ConversationState, context: Context[Config]) -> bool:
    idle = context.config.quiet.idle
    until = None if idle is None else parse_duration(idle)
    return is_owned_elsewhere(state, context.account.app_id, happened, until)


async def _rests(happened: float, context: Context[Config]) -> bool:
    quiet = context.config.quiet
    if quiet.after_human is None and quiet.after_other_app is None:
        return False
    return await memory.is_resting(context.store, happened)


async def _over(event: Event, context: Context[Config]) -> str | None:
    limit, now = context.config.limit, event.received.timestamp()
    if limit is None:
        return None
    text = words_of(event.text or "") if isinstance(event, Message) else ""
    if text and await memory.says_again(context.store, limit, event.id, text, now):
        return "the person says the same again and again: this may be a loop"
    if limit.per_day is None:
        return None
    room = await memory.counted(context.store, limit.per_day, "24h", event.id, now, under=memory.ANSWERED)
    return None if room else f"{limit.per_day} of this person's events were seen to within 24 hours"

"""Answers people by ordered rules, within business hours, with their name.

`explain` tells which rule answers an event and why the others do not; `Config` is the plugin's part of a resource.
"""

from pagewire.context import Context
from pagewire.events import Message, Postback, Referral
from pagewire.hooks import hookimpl
from pagewire.replies import Replies
from pagewire_auto_reply.answers import answers, needs_person
from pagewire_auto_reply.config import Config
from pagewire_auto_reply.verdicts import Explanation, Verdict, explain

__all__ = [
    "Config",
    "Explanation",
    "Verdict",
    "api_version",
    "explain",
    "message_received",
    "postback_received",
    "referral_received",
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


async def _answer(event: Message | Postback | Referral, context: Context[Config]) -> Replies:
    # The clock is the event's own, so that another attempt and a replay give the same answer.
    config = context.config
    state = await context.conversation() if config.ready.asks_for_first_message else None
    found = explain(event, state, config, event.received)
    person = await context.person() if needs_person(found, config) else None
    return answers(found, config, event.object, person)

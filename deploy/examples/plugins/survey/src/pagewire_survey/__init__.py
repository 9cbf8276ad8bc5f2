"""survey: asks how it was when a conversation is closed, and writes the ratings to a CSV file."""

import asyncio

from msgspec import Struct

from pagewire import Context, DeletedPerson, Health, QuickReply, Replies, Text, TryLater, hookimpl
from pagewire.context import HealthContext
from pagewire.events import Message, MessageEcho
from pagewire_survey.table import Row, add, why_not

api_version = 2
"""Version of the plugin contract this was written for."""

DAY = 86_400
RATINGS = {f"SURVEY_{number}": number for number in range(1, 6)}


class Config(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What an account says under ``plugins[].config``; its resource is checked against it.

    Attributes:
        csv: the file with the ratings; its folder must be there.
        closing: what closes a conversation, written by the person or the business; the whole text, capitals and marks aside.
        question: what is asked then.
        thanks: what is answered to a rating.
        again_after_days: a person is not asked again before.
    """

    csv: str
    closing: tuple[str, ...] = ("goodbye",)
    question: str = "How did we do?"
    thanks: str = "Thank you!"
    again_after_days: int = 30


@hookimpl
async def echo_received(event: MessageEcho, context: Context[Config]) -> Replies:
    """Ask when the business closes the conversation."""
    return await ask(context) if closes(event.text, context.config) else None


@hookimpl
async def message_received(event: Message, context: Context[Config]) -> Replies:
    """Take a rating, or ask when the person closes the conversation."""
    rating = RATINGS.get(event.quick_reply.payload or "") if event.quick_reply else None
    if rating is None:
        return await ask(context) if closes(event.text, context.config) else None
    row = Row(time=event.timestamp.isoformat(), account=context.account.id, event=event.id, rating=rating)
    try:
        await asyncio.to_thread(add, context.config.csv, row)
    except OSError as error:
        raise TryLater(60, f"{context.config.csv} cannot be written: {error.strerror}") from error
    return Text(text=context.config.thanks)


async def ask(context: Context[Config]) -> Replies:
    """The question, unless it was asked lately; a repeat of the same event comes to the same."""
    asked = await context.store.entry("asked")
    if asked is not None and asked.value["key"] != context.idempotency_key:
        return None
    await context.store.put("asked", {"key": context.idempotency_key}, ttl=context.config.again_after_days * DAY)
    stars = tuple(QuickReply(title="★" * number, payload=payload) for payload, number in RATINGS.items())
    return Text(text=context.config.question, quick_replies=stars)


def closes(text: str | None, config: Config) -> bool:
    """Whether a text closes the conversation."""
    return (text or "").strip(" .!\n").casefold() in {one.casefold() for one in config.closing}


@hookimpl
async def person_deleted(person: DeletedPerson) -> str:  # noqa: ARG001 - named, as a hook is given what it names
    """Nothing is left: rows name nobody, and what lies in `context.store` goes by itself."""
    return "rows name nobody"


@hookimpl
async def health(context: HealthContext[Config]) -> Health:
    """Degraded while a file cannot be written."""
    for config in context.configs.values():
        if reason := await asyncio.to_thread(why_not, config.csv):
            return Health(status="degraded", reason=reason)
    return Health()

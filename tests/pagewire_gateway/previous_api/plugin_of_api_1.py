"""Greets, signs and forgets with what API 1 had at first. Frozen on 2026-11-30: it has to run for as long as API 1 is spoken."""

from msgspec import Struct

from pagewire import Context, Health, Refused, Text, hookimpl
from pagewire.events import Message
from pagewire.replies import Reply

api_version = 1


class Config(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What to say."""

    greeting: str = "Hello"


forgotten: list[str] = []


@hookimpl
async def message_received(event: Message, context: Context[Config]) -> Text:
    """Greet, by name if there is one."""
    person = await context.person()
    state = await context.conversation()
    assert state.last_inbound is not None
    assert context.idempotency_key
    assert context.attempt >= 1
    name = person.first_name if person and person.first_name else context.account.name
    return Text(text=f"{context.config.greeting} {name}")


@hookimpl
def reaction_received(event):
    """A plain function, without a context."""


@hookimpl
async def before_send(reply: Reply, conversation, context) -> Reply | Refused | None:
    """Let everything go."""
    return None


@hookimpl
async def health() -> Health:
    """Asks for no context."""
    return Health()


@hookimpl
async def person_deleted(person, context) -> str:
    """Forget."""
    forgotten.append(person.id)
    return "forgotten"

"""A plugin that does whatever the message says; importable, so that it can have a process of its own."""

import asyncio
import os
import sys
import time

import msgspec

from pagewire import Health, Refused, Text, TryLater, hookimpl
from pagewire.people import ExternalKey

api_version = 2
_accounts: list[str] = []
_leaked: list[bytes] = []


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to be handed over.

    Attributes:
        greeting: said with every answer.
    """

    greeting: str = "Hi"


@hookimpl
async def page_added(context):
    """Remember whom it serves."""
    _accounts.append(context.account.id)


@hookimpl
async def message_received(event, context):
    """Do it."""
    match (event.text or "").split():
        case ["block", seconds]:
            time.sleep(float(seconds))
        case ["raise"]:
            raise ZeroDivisionError(event.text)
        case ["later"]:
            raise TryLater(0, "not yet") if context.attempt == 1 else Refused("never")
        case ["die"] if await _first(context):
            os._exit(3)
        case ["exit"]:
            sys.exit(1)
        case ["leak", mib] if await _first(context):
            _leaked.append(b"x" * (int(mib) << 20))
            await asyncio.sleep(5)
        case ["hang"]:
            while True:
                pass
        case ["everything"]:
            return await _everything(context)
    return Text(text=_told(event.text or "", context.config.greeting))


def _told(asked, greeting):
    """What a variable of its process says, if one is asked for; else which process it is."""
    if asked.startswith("variable "):
        return os.environ.get(asked.removeprefix("variable "), "withheld")
    return f"{greeting} from {os.getpid()}, {len(_accounts)} accounts"


async def _first(context):
    """Whether it is the first time; a repeat finds the mark and behaves."""
    return await context.store.replace("marked", True, revision=0) is not None


async def _everything(context):
    """Ask the context all that it can be asked."""
    await context.store.put("seen", 1)
    seen = await context.store.change("seen", lambda value: value + 1)
    await context.account_store.put("all", {"a": [1]})
    known = await context.conversation()
    linked = await context.people.link(ExternalKey("email", "ann@mail.example"), "verified_email")
    with context.tracer.start_as_current_span("asking", attributes={"n": 1}) as span:
        span.set_attribute("seen", seen)
    context.log.warning("asked everything")
    parts = (seen, await context.store.keys(), await context.account_store.get("all"), known.first_event is not None)
    said = (*parts, linked.linked, context.secret("key"), context.idempotency_key.split(":")[1], context.account.name)
    return [Text(text=str(part)) for part in said]


@hookimpl
async def before_send(reply, context):
    """Refuse what is not to be said."""
    return Refused("not that word") if isinstance(reply, Text) and "forbidden" in reply.text else None


@hookimpl
def health(context):
    """Run in a thread, as plain functions do."""
    return Health(status="degraded", reason=f"{len(context.configs)} accounts, process {os.getpid()}")

"""A gateway whose plugins answer and refuse, for tests of the admin port and the command line."""

import contextlib

import httpx

from pagewire import Refused, Text, hookimpl
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged


class Answer:
    """Answers what people write."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"You said {event.text}")


class Picky:
    """Refuses whoever says no."""

    def __init__(self) -> None:
        self.refusing = True
        self.seen: list[str] = []

    @hookimpl
    async def message_received(self, event):
        self.seen.append(event.id)
        if self.refusing and event.text.startswith("no"):
            raise Refused("not in that tone")


@contextlib.asynccontextmanager
async def played(folder):
    """A gateway with both plugins."""
    enabled = [{"name": "answer", "config": {"apiKey": "hush", "url": "https://me:hush@crm.example.com/x?key=hush"}}]
    found = plugins(answer=Answer, picky=Picky)
    async with staged(folder, found, enabled=[*enabled, {"name": "picky"}]) as running:
        yield running


def client_of(stage):
    """A client of its admin port."""
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{stage.gateway.admin_port}")


async def refused_event(stage):
    """A message that `Picky` refused, so that it is parked; its id."""
    appended = await stage.deliver(making.message("no way", "73"))
    event_id = appended.new[0].id
    await stage.until_state(event_id, "answer", "done")
    await stage.until_state(event_id, "picky", "parked")
    return event_id


async def settled_events(stage):
    """Three messages of two people, handled by both plugins; ids in order."""
    items = [making.message(text, person) for text, person in (("one", "71"), ("two", "72"), ("three", "71"))]
    ids = [stored.id for stored in (await stage.deliver(*items)).new]
    for event_id in ids:
        await stage.until_state(event_id, "answer", "done")
        await stage.until_state(event_id, "picky", "done")
    return ids


def plugin_object(stage, name):
    """The plugin object itself."""
    return stage.gateway.plugins[name].hooks["message_received"].function.__self__

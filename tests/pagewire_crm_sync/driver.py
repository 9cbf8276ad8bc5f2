"""A process that brings a crowd's events to a CRM, as a lane does.

In order for each person, again until settled, and from the start after every crash.
`python -m tests.pagewire_crm_sync.driver CONFIG FOLDER PEOPLE`: it ends when all is settled.
"""

import asyncio
import sys
from pathlib import Path

import msgspec

from pagewire.context import Person
from pagewire.errors import TryLater
from pagewire.events import Event
from pagewire_crm_sync import Config, CrmSync
from tests.pagewire_crm_sync.kept import Kept, kept_in
from tests.pagewire_crm_sync.world import HookContext, at, message, optin

IN_FLIGHT = 200


def crowd(people: int) -> list[str]:
    """Scoped ids."""
    return [f"7{number:015}" for number in range(people)]


def events_of(person: str) -> list[Event]:
    """What a person does: the last thing is not the latest, and something comes twice."""
    first, late = message(person, 10), message(person, 500)
    return [first, late, optin(person, 30), first, late]


async def converse(plugin: CrmSync, config: Config, kept: Kept, person: str) -> None:
    """One conversation, from its start to its end."""
    known = Person(id=person, first_name=f"N{person[-4:]}", last_name="Crowd")
    for event in events_of(person):
        context = HookContext(config, person=known, first_seen=at(-5), store=kept.of(person))
        while True:
            try:
                await plugin.event_received(event, context)
            except TryLater as later:
                await asyncio.sleep(min(later.after or 0.05, 0.2))
            else:
                break


async def bring(plugin: CrmSync, config: Config, kept: Kept, people: list[str]) -> None:
    """Every conversation, some at a time."""
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def one(person: str) -> None:
        async with slots:
            await converse(plugin, config, kept, person)

    await asyncio.gather(*map(one, people))


async def _main(config: str, folder: str, people: str) -> None:
    async with kept_in(Path(folder)) as kept:
        plugin = CrmSync()
        await bring(plugin, msgspec.json.decode(config, type=Config), kept, crowd(int(people)))
        await plugin.plugin_stopped()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:4]))

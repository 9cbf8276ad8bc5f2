"""What the admin port relies on of an audit log. A subclass gives one fixture, ``world``, that opens them."""

import asyncio
import time
from typing import Protocol

import msgspec

from pagewire_gateway.audit.port import Act, Audit, End, Query

NOW = time.time_ns() // 1_000_000


class World(Protocol):
    """Opens the log."""

    async def another(self) -> Audit:
        """A process more."""


def act(number: int, **changes: object) -> Act:
    made = Act(
        id=f"{number:024x}",
        at=NOW + number,
        name="ada",
        role="operator",
        how="oidc",
        source="127.0.0.1",
        action="plugin.pause",
        on="crm-sync",
    )
    return msgspec.structs.replace(made, **changes)


class AuditContract:
    """Whatever stands behind the port keeps this."""

    async def test_an_act_is_there_before_it_ended_and_after(self, world: World):
        log = await world.another()
        await log.begin(act(1))
        assert await log.latest(Query()) == [act(1)]
        await log.end(End(of=act(1).id, at=NOW + 9, outcome="refused", detail="no such plugin"))
        assert await log.latest(Query()) == [act(1, outcome="refused", detail="no such plugin")]

    async def test_an_empty_log_has_nothing(self, world: World):
        assert await (await world.another()).latest(Query()) == []

    async def test_all_processes_write_and_read_one_log(self, world: World):
        one, other = await world.another(), await world.another()
        await asyncio.gather(*((one, other)[number % 2].begin(act(number)) for number in range(20)))
        assert (
            await one.latest(Query()) == await other.latest(Query()) == [act(number) for number in reversed(range(20))]
        )

    async def test_pages_go_back_in_time(self, world: World):
        log = await world.another()
        for number in range(5):
            await log.begin(act(number))
        assert await log.latest(Query(limit=2)) == [act(4), act(3)]
        assert await log.latest(Query(limit=2, before=NOW + 3)) == [act(2), act(1)]

    async def test_acts_are_found_by_who_and_what(self, world: World):
        log = await world.another()
        await log.begin(act(1))
        await log.begin(act(2, name="bob"))
        await log.begin(act(3, action="person.delete"))
        await log.begin(act(4, action="plugins"))
        assert await log.latest(Query(name="bob")) == [act(2, name="bob")]
        assert await log.latest(Query(action="person.delete")) == [act(3, action="person.delete")]
        assert await log.latest(Query(action="plugin")) == [act(2, name="bob"), act(1)]

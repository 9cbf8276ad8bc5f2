"""An installation on NATS that has lived a little, and what it says of itself; ``python -m tests.release.installation RELEASE``.

Run it when a release is made: it leaves the streams in ``then/RELEASE/nats``, and what was known in
``nats.json`` beside them.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import httpx

from pagewire.simulator.faults import Fault, FaultKind
from pagewire_gateway.means.data import Place
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.plugin_data import SharedPluginData
from tests.nats.copies import save
from tests.nats.servers import running_server
from tests.pagewire_gateway import making
from tests.whole.crowd import Crowd, Process, gathered

THEN: Final = Path(__file__).with_name("then")
CENTURY: Final = 100 * 366
SETTINGS: Final = {
    "PAGEWIRE_PARTITIONS": "2",
    "PAGEWIRE_NATS_MAX_BYTES": str(64 << 20),
    "PAGEWIRE_RETENTION_AGE_MS": str(CENTURY * 86_400_000),
    "PAGEWIRE_AUDIT_DAYS": str(CENTURY),
    "PAGEWIRE_SEND_ATTEMPTS": "1",
}
"""What is kept is still there whenever it is read."""
ANSWERED: Final = (("ann", making.PAGE), ("ben", making.PAGE), ("cem", making.INSTAGRAM))
KEPT: Final = {"asked.today": b"3", "language": b'"de"'}
"""What a plugin keeps of each who is answered, and of the Page."""
GONE, UNLUCKY, LATE = "dora", "eve", "fay"
"""Who was forgotten, whose answer Meta refused, and who wrote when nobody worked."""
_EVENT: Final = ("id", "seq", "kind", "channel", "object", "account", "conversation", "person", "timestamp", "received")
_TALK: Final = ("first_seen", "last_inbound", "window_until", "last_outbound", "owner", "opt_ins")


async def live(crowd: Crowd) -> None:
    """What happens: people are answered, one answer is given up, and somebody is forgotten."""
    front, _ = await asyncio.gather(crowd.serve("front"), crowd.work("worker"))
    for number, (person, account) in enumerate((*ANSWERED, (GONE, making.PAGE)), 1):
        await crowd.sim.say(account, person, f"no {number}")
    await crowd.sim.wait_for_sends(len(ANSWERED) + 1, timeout=90)
    crowd.sim.faults.add(Fault(kind=FaultKind.ERROR, code=100, times=None))
    await crowd.sim.say(making.PAGE, UNLUCKY, "no 10")
    await until(front, "/api/v1/parked", lambda told: len(told["parked"]) == 1)
    await crowd.settled(front)
    await until(front, "/api/v1/people", lambda told: len(told["people"]) == len(ANSWERED) + 2)
    gone = f"page/{making.PAGE}/{crowd.sim.scoped_id(making.PAGE, GONE)}"
    asked = await front.post("/api/v1/people/delete", {"people": [gone], "ground": "asked"})
    await until(front, f"/api/v1/deletions/{asked['id']}", lambda told: told["state"] == "done")
    await crowd.settled(front)


def places(crowd: Crowd) -> list[Place]:
    """Where a plugin keeps something."""
    objects = {making.PAGE: "page", making.INSTAGRAM: "instagram"}
    people = [Place("survey", objects[on], on, crowd.sim.scoped_id(on, person)) for person, on in ANSWERED]
    return [*people, Place("survey", "page", making.PAGE)]


@contextlib.asynccontextmanager
async def plugin_data(url: str) -> AsyncIterator[SharedPluginData]:
    """What plugins keep, as a worker has it open."""
    link = Nats(url, "pagewire")
    await link.start()
    try:
        data = SharedPluginData(link, lambda: time.time_ns() // 1_000_000)
        await data.start()
        yield data
    finally:
        await link.aclose()


async def keep(crowd: Crowd) -> None:
    """A plugin keeps something of people, and of a Page."""
    async with plugin_data(crowd.nats.url) as data:
        for place in places(crowd):
            for key, value in KEPT.items():
                await data.write(place, key, value)


async def write_when_nobody_works(crowd: Crowd) -> None:
    """A message is acknowledged that no plugin has seen."""
    assert await crowd.processes["worker"].stop() == 0
    mid = await crowd.sim.say(making.PAGE, LATE, "no 11")
    async with asyncio.timeout(90):
        while not any(mid in one.mids and one.status == 200 for one in crowd.sim.deliveries):
            await asyncio.sleep(0.1)


async def until(process: Process, path: str, good: Callable[[Any], bool], **query: Any) -> None:
    """Wait until the admin API says something of which that is true; it says nothing while no partition is worked on."""
    async with asyncio.timeout(90):
        while not await _is(process, path, good, query):
            await asyncio.sleep(0.1)


async def _is(process: Process, path: str, good: Callable[[Any], bool], query: dict[str, Any]) -> bool:
    try:
        return good(await process.get(path, **query))
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            raise
        return False


async def told(process: Process) -> dict[str, Any]:
    """What the installation knows, as far as it does not change by itself."""
    events = (await process.get("/api/v1/events", limit=1000))["events"]
    people = (await process.get("/api/v1/people"))["people"]
    deletions = (await process.get("/api/v1/deletions"))["deletions"]
    acts = (await process.get("/api/v1/audit"))["acts"]
    talks = (await process.get("/api/v1/conversations", limit=1000))["conversations"]
    return {
        "events": [{name: one[name] for name in _EVENT} for one in events],
        "done": {
            one["id"]: {name: state for name, state in one["plugins"].items() if state != "pending"} for one in events
        },
        "replies": {one["id"]: [(it["state"], it["mid"]) for it in one["replies"]] for one in events},
        "parked": [one["id"] for one in (await process.get("/api/v1/parked"))["parked"]],
        "people": {one["id"]: (one["person"], one["first_seen"]) for one in people},
        "deletions": {one["id"]: (one["state"], one["finished"]) for one in deletions},
        "conversations": {one["conversation"]: {name: one[name] for name in _TALK} for one in talks},
        "acts": {one["at"]: (one["action"], one["outcome"]) for one in acts},
    }


async def leave(folder: Path) -> None:
    """Let it live, and write down what it leaves."""
    with tempfile.TemporaryDirectory() as place, running_server() as server:
        async with gathered(Path(place), server, **SETTINGS) as crowd:
            await live(crowd)
            await keep(crowd)
            known = await told(crowd.processes["front"])
            await write_when_nobody_works(crowd)
        await save(server.url, folder)
    folder.with_suffix(".json").write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(leave(THEN / sys.argv[1] / "nats"))

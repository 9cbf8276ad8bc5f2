"""How long the console's pages take over a journal of a million events, beside one of a thousand in the same run.

    python -m bench.console [--events N] [--few N] [--rounds N]

Two gateways in one process, each with three lanes; requests to them take turns, so that a noisy neighbour meets both. What is
measured is the whole request over the loopback, client included, and what of it the process spent on a processor, which
neighbours do not lengthen. Every menu page is asked for, whoever wrote it, and the searches that would read the whole journal if
they could. The bar is 300 ms.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import apsw
import httpx
import msgspec
import uvloop

from bench.journal import LANES, build, make_item
from pagewire import hookimpl
from pagewire_gateway.app import Gateway
from pagewire_gateway.config import Address, Settings
from pagewire_gateway.console.menu import MENU
from pagewire_gateway.journal.port import Retention
from pagewire_gateway.journal.sqlite.connecting import open_writer
from pagewire_gateway.journal.sqlite.listing import BLOCK
from pagewire_gateway.plugins import Plugin
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins

BAR_MS = 300.0
PEOPLE = 20_000
FOREVER = Retention(max_age_ms=10**13, max_bytes=1 << 40, dedupe_ms=10**13)


class Idle:
    """Has nothing to do."""

    @hookimpl
    async def message_received(self, event):
        """Nothing."""


def lanes() -> dict[str, Plugin]:
    """Plugins under the names of the lanes."""
    found = plugins(**{name.replace("-", "_"): Idle for name in LANES})
    return {name: msgspec.structs.replace(found[name.replace("-", "_")], name=name) for name in LANES}


def strew(path: Path) -> None:
    """A few events of another kind and another account, and a few that are neither handled nor parked."""
    db = open_writer(path)
    db.execute("update event set kind = 'postback' where seq % 50000 = 77")
    db.execute("update event set account = '108000000000002' where seq % 40000 = 99")
    db.execute("delete from delivery where plugin = 'logging' and seq % 70000 = 123")
    db.close()


def pages(events: int) -> dict[str, str]:
    """What is asked for, and where."""
    old = f"/console/events/{make_item(events // 2, 0).id}"
    menu = {f"menu: {entry.name}": entry.path for group in MENU for entry in group.entries}
    searches = {
        "events of a rare kind": "/console/events?kind=postback",
        "events of a quiet account": "/console/events?account=108000000000002",
        "events of no account": "/console/events?account=108000000000009",
        "events of the other platform: none": "/console/events?object=instagram",
        "parked events": "/console/events?state=parked",
        "retries: none": "/console/events?state=retry",
        "skipped events of a lane": "/console/events?state=skipped&plugin=logging",
        "skipped events of a lane: none": "/console/events?state=skipped&plugin=crm-sync",
        "waiting events": "/console/events?state=pending",
        "events between two times": "/console/events?since=2026-09-21T14:14:00Z&until=2026-09-21T14:15:00Z",
        "the oldest page": "/console/events?before=40",
        "one event": old,
        "one conversation": old.replace("events", "conversations"),
        "parked work of one cause": "/console/parked/group?what=event&plugin=logging&cause=",
        "count all, to replay": "/console/replays/new",
        "count messages, to replay": "/console/replays/new?kind=message",
    }
    return menu | searches


@contextlib.asynccontextmanager
async def opened(folder: Path, events: int) -> AsyncIterator[Gateway]:
    """A gateway on a journal of so many events."""
    (folder / "data").mkdir(parents=True)
    build(folder / "data" / "journal.db", events, min(PEOPLE, events))
    strew(folder / "data" / "journal.db")
    settings = Settings(
        data=folder / "data",
        manifests=making.write(folder / "manifests", making.page_manifest(*({"name": name} for name in LANES))),
        public=Address("127.0.0.1", 0),
        admin=Address("127.0.0.1", 0),
        retention=FOREVER,
    )
    async with Gateway(settings, lanes()) as gateway:
        await listed(folder / "data" / "journal.db", events)
        yield gateway


async def listed(path: Path, events: int) -> None:
    """Wait until every full block is in the index."""
    began = time.perf_counter()
    db = apsw.Connection(str(path))
    while (db.execute("select ifnull(max(number), -1) from block").get + 2) * BLOCK <= events:
        await asyncio.sleep(0.2)
    db.close()
    print(f"{events:,} events listed in {time.perf_counter() - began:.1f} s, {path.stat().st_size / 2**20:,.0f} MiB")


class Spent(NamedTuple):
    """Milliseconds of one request, or the medians of several.

    Attributes:
        whole: until its answer is there.
        worked: of the process, all its threads, on a processor.
    """

    whole: float
    worked: float


Taken = tuple[list[Spent], list[Spent]]


async def measure(events: int, few: int, rounds: int) -> dict[str, tuple[Spent, Spent]]:
    """What each page takes with many and with few events: the median of the rounds."""
    taken: dict[str, Taken] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with opened(folder / "few", few) as small, opened(folder / "many", events) as large:
            asked = [(small, pages(few)), (large, pages(events))]
            async with httpx.AsyncClient(timeout=120) as client:
                for number in range(rounds + 1):
                    for title in pages(few):
                        for place, (gateway, where) in enumerate(asked):
                            spent = await once(client, gateway, where[title])
                            if number:
                                taken.setdefault(title, ([], []))[place].append(spent)
    return {title: (middle(large), middle(small)) for title, (small, large) in taken.items()}


def middle(spent: list[Spent]) -> Spent:
    """The medians."""
    return Spent(*(statistics.median(column) for column in zip(*spent, strict=True)))


async def once(client: httpx.AsyncClient, gateway: Gateway, path: str) -> Spent:
    """One request."""
    began, worked = time.perf_counter(), time.process_time()
    answer = await client.get(f"http://127.0.0.1:{gateway.admin_port}{path}")
    spent = Spent((time.perf_counter() - began) * 1e3, (time.process_time() - worked) * 1e3)
    assert answer.status_code in {200, 404}, (path, answer.status_code, answer.text[:300])
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    logging.disable(logging.ERROR)
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    found = uvloop.run(measure(asked.events, asked.few, asked.rounds))
    print(f"load average after: {os.getloadavg()[0]:.1f}")
    heads = (f"ms, {asked.events:,} events", f"ms, {asked.few:,}", "ratio", "CPU ms", f"CPU ms, {asked.few:,}", "ratio")
    print(f"\n| page | {' | '.join(heads)} | within {BAR_MS:.0f} ms |")
    print("| --- " * (len(heads) + 2) + "|")
    for title, (large, small) in found.items():
        figures = (f"{many:,.1f} | {few:,.1f} | {many / few:.1f}" for many, few in zip(large, small, strict=True))
        print(f"| {title} | {' | '.join(figures)} | {'yes' if large.whole <= BAR_MS else 'no'} |")


if __name__ == "__main__":
    main()

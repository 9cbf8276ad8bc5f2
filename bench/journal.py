"""The SQLite journal alone: durable appends a second beside the same loop with no journal, and how a large one starts.

    python -m bench.journal [--seconds S] [--rounds N] [--events N] [--people N] [--only append|large]

Rounds with and without the journal alternate in one process, so that a noisy neighbour meets both. CPU is that of the whole
process: loop, writer thread, checkpoints and what the kernel does for them. Every appended body is one new event.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.port import Appended, EventFilter
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer
from pagewire_gateway.journal.sqlite.layer import shard_of
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date
from pagewire_gateway.journal.sqlite.statements import WRITING

WAITERS = (1, 16, 64, 256)
BODY = (
    b'{"sender":{"id":"24000000000000001"},"recipient":{"id":"108000000000001"},"message":{"text":"'
    + b"x" * 480
    + b'"}}'
)
PAD = "wQq2VMlZSJnGou4m4gsF1Fh82_OSuk6YOAgWuwtsxweZhyOUwJJhLLeC_yGpk7f8"

Append = Callable[[list[Item], int, str], Awaitable[Appended]]


class Bodies:
    """Items one after the other, each new."""

    def __init__(self, people: int, start: int = 0) -> None:
        self._people = people
        self._number = start

    def next(self) -> list[Item]:
        self._number += 1
        return [make_item(self._number, random.randrange(self._people))]


def make_item(number: int, person: int) -> Item:
    return Item(
        kind="message",
        channel="messaging",
        object="page",
        account="108000000000001",
        person=str(24_000_000_000_000_000 + person),
        timestamp=1_790_000_000_000 + number,
        time_estimated=False,
        via="messaging",
        key=f"page:108000000000001:message:m_{PAD}{number:018d}",
        raw=BODY,
    )


async def drive(append: Append, bodies: Bodies, waiters: int, seconds: float) -> dict[str, float]:
    """Keep so many appends waiting for `seconds`."""
    taken: list[float] = []
    clock = time.perf_counter
    end = clock() + seconds

    async def wait_one_after_another() -> None:
        while (began := clock()) < end:
            await append(bodies.next(), 1_790_000_000_000, "bench/load")
            taken.append(clock() - began)

    used, start = cpu(), clock()
    await asyncio.gather(*(wait_one_after_another() for _ in range(waiters)))
    length = clock() - start
    taken.sort()
    return {
        "rate": len(taken) / length,
        "cpu_us": (cpu() - used) / len(taken) * 1e6,
        "p50_ms": taken[len(taken) // 2] * 1e3,
        "p99_ms": taken[len(taken) * 99 // 100] * 1e3,
    }


def cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def completed(items: list[Item], received: int, app: str) -> Awaitable[Appended]:
    """Stands where the journal stands: a future that is done, after one turn of the loop as any answer takes."""
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, Appended(new=(), duplicates=0))
    return future


async def appends(folder: Path, seconds: float, rounds: int, people: int) -> None:
    journal, bodies = SqliteJournal(folder / "journal.db"), Bodies(people)
    journal.on_appended = lambda stored: None
    await journal.start()
    await drive(journal.append, bodies, 64, seconds)
    print(
        "| waiters | durable appends/s | without a journal | ratio | CPU µs | without | the journal's own | p50 / p99 ms |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for waiters in WAITERS:
        pairs = []
        for _ in range(rounds):
            bare = await drive(completed, bodies, waiters, seconds / 4)
            pairs.append((await drive(journal.append, bodies, waiters, seconds), bare))
        print(row(waiters, pairs), flush=True)
    await journal.aclose()


def row(waiters: int, pairs: list[tuple[dict[str, float], dict[str, float]]]) -> str:
    def middle(which: int, name: str) -> float:
        return statistics.median(pair[which][name] for pair in pairs)

    rate, bare, spent, spent_bare = middle(0, "rate"), middle(1, "rate"), middle(0, "cpu_us"), middle(1, "cpu_us")
    return (
        f"| {waiters} | {rate:,.0f} | {bare:,.0f} | {rate / bare:.2f} | {spent:.1f} | {spent_bare:.1f} | "
        f"{spent - spent_bare:.1f} | {middle(0, 'p50_ms'):.2f} / {middle(0, 'p99_ms'):.2f} |"
    )


# A large journal ---------------------------------------------------------------------------------------------------

LANES = ("auto-reply", "crm-sync", "logging")
UNFOLDED = 30_000


def build(path: Path, events: int, people: int) -> None:
    """Make a journal of so many events, three lanes, all settled but the last thousand; as a crash would leave it."""
    make_file(path)
    db = open_writer(path, synchronous="OFF", max_pages=1 << 30, cache_bytes=256 << 20)
    bring_up_to_date(db, path)
    for start in range(0, events, 1000):
        db.execute("begin")
        for number in range(start, min(start + 1000, events)):
            one = make_item(number, number % people)
            facts = (
                one.account,
                one.person,
                one.timestamp,
                0,
                "messaging",
                one.timestamp,
                "bench/load",
                1,
                one.key,
                one.raw,
                None,  # no trace was chosen for it
            )
            db.execute(WRITING.many("append", 1), (bytes.fromhex(one.id), "message", "messaging", "page", *facts))
        db.execute("commit")
        db.wal_checkpoint(mode=2)
    db.execute("begin")
    db.execute("insert into seen select id, seq from event where seq <= ? order by id", (max(0, events - UNFOLDED),))
    db.execute("update meta set value = ? where name = 'folded'", (max(0, events - UNFOLDED),))
    for person in sorted(
        (str(24_000_000_000_000_000 + person) for person in range(people)), key=lambda p: (shard_of(p), p)
    ):
        talk = (shard_of(person), "page", "108000000000001", person, bytes(16), *(1, 1, 1, 0, 0, 0, 0), "", 0, "")
        db.execute(WRITING.many("fold_conversations", 1), talk)
    settled = events - min(1000, events // 10)
    for lane in LANES:
        db.execute("insert into lane values (?, 0, ?, 1)", (lane, settled))
        rows = "select ?, seq, iif(seq % 5000 = 0, 'parked', 'done'), 1, 0, '', received, 0 from event where seq <= ?"
        columns = "plugin, seq, state, attempts, due, error, at, generation"
        db.execute(f"insert into delivery ({columns}) {rows} order by seq", (lane, settled))
    outbound = """insert into outbox (id, event_seq, plugin, place, object, account, person, body, state, attempts, due, created,
        began, mid, error, at) select 'pw' || hex(id), seq, 'auto-reply', 0, object, account, person, x'7b7d', 'sent', 1, 0, at,
        at, 'm_' || seq, '', at from event where seq <= ? and seq % 4 = 0"""
    db.execute(outbound, (settled,))
    db.execute("commit")
    db.close()


async def open_large(path: Path) -> None:
    """Be the process that starts on a large journal, and print what that took as JSON."""
    began = time.perf_counter()
    journal = SqliteJournal(path)
    await journal.start()
    await journal.append([make_item(10**9, 1)], 1, "bench/load")
    taken = {"start and first append": time.perf_counter() - began}
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "stats": journal.stats,
        "pending, 1,000 of the last thousand": lambda: journal.pending(LANES[0], 0, 1000),
        "conversation": lambda: journal.conversation(Conversation("page", "108000000000001", "24000000000000077")),
        "newest 100 events": lambda: journal.events(EventFilter(limit=100)),
        "100 parked events of one lane": lambda: journal.events(EventFilter(state="parked", plugin=LANES[1])),
        "one event by id": lambda: journal.events(EventFilter(id=make_item(17, 0).id)),
        "events of a person, through all": lambda: journal.events(EventFilter(person="24000000000000077", limit=1000)),
        "append of 10 bodies": lambda: journal.append([make_item(10**9 + n, n) for n in range(2, 12)], 1, "bench/load"),
    }
    for name, ask in asked.items():
        began = time.perf_counter()
        await ask()
        taken[name] = time.perf_counter() - began
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    await journal.aclose()
    print(json.dumps({"taken": taken, "memory": memory}))


def large(folder: Path, events: int, people: int) -> None:
    path = folder / "large.db"
    build(path, events, people)
    print(
        f"\n{events:,} events, {UNFOLDED:,} of them not folded in, {path.stat().st_size / 2**30:.2f} GiB, median of 3 processes\n"
    )
    runs = []
    for _ in range(3):
        out = subprocess.run([*ME, "--open", str(path)], check=True, capture_output=True, text=True)
        runs.append(json.loads(out.stdout))
    print("| what | ms |\n| --- | --- |")
    for name in runs[0]["taken"]:
        print(f"| {name} | {statistics.median(run['taken'][name] for run in runs) * 1e3:,.1f} |")
    print(f"\nmemory of that process: {statistics.median(run['memory'] for run in runs) / 2**20:.0f} MiB")


ME = [sys.executable, "-m", "bench.journal"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--only", choices=("append", "large"))
    parser.add_argument("--folder", type=Path, help="on the disk to measure; default: the system's temporary folder")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.open:
        uvloop.run(open_large(asked.open))
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        if asked.only != "large":
            uvloop.run(appends(Path(name), asked.seconds, asked.rounds, asked.people))
        if asked.only != "append":
            large(Path(name), asked.events, asked.people)
        print(f"\nload average after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

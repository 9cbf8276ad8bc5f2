"""A process that ingests and settles for its life, and says what was acknowledged. Its parent kills it.

python -m tests.pagewire_gateway.journal.victim FILE PREFIX
"""

import asyncio
import os
import sys
from pathlib import Path

from pagewire_gateway.journal.port import Stored
from pagewire_gateway.journal.sqlite import SqliteJournal, Tuning
from tests.contracts.journal_world import LANE, append, lease, mark, reply, said


async def main(path: Path, prefix: str) -> None:
    journal = SqliteJournal(path, tuning=Tuning(fold_at=300, wal_bytes=500_000))
    fed: asyncio.Queue[Stored] = asyncio.Queue()
    journal.on_appended = lambda events: [fed.put_nowait(event) for event in events] and None
    await journal.start()
    await journal.open_lanes([LANE])
    fence = await lease(journal, prefix, 1)

    async def ingest(worker: int) -> None:
        for number in range(100_000):
            mid = f"{prefix}-{worker}-{number}"
            await append(journal, said(mid, person=f"24{worker}{number % 50}"), said(f"{mid}-b", person=f"24{worker}"))
            say(f"stored {mid}\nstored {mid}-b\n")

    async def settle() -> None:
        while True:
            event = await fed.get()
            await journal.settle([mark(event.seq, "done", reply(f"r-{event.id}"), reply(f"s-{event.id}", 1))], fence)
            say(f"settled {event.seq} {event.id}\n")

    await asyncio.gather(*(ingest(worker) for worker in range(8)), *(settle() for _ in range(8)))


def say(line: str) -> None:
    os.write(1, line.encode())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))

"""A process that dispatches: takes the lease, settles event after event, and tells what was stored. To be stopped, or killed."""

import asyncio
import sys
from pathlib import Path

from pagewire_gateway.journal.jetstream import Deployment
from pagewire_gateway.journal.port import LeaseLost
from pagewire_gateway.shared.connection import Nats
from tests.contracts.journal_world import LANE, mark, reply
from tests.pagewire_gateway.journal_jetstream.world import SMALL


async def main(url: str, prefix: str, folder: str) -> None:
    link = Nats(url, prefix)
    await link.start()
    deployment = Deployment(link, SMALL)
    await deployment.start()
    journal = deployment.journal(0, Path(folder))
    await journal.start()
    fence = await journal.claim("dispatch", "victim", 1_000)
    assert fence is not None
    try:
        for pending in await journal.pending(LANE, 0, 1000):
            place = pending.stored.seq
            await journal.settle([mark(place, "done", reply(f"r-{place}"))], fence)
            print(place, flush=True)
            await asyncio.sleep(0.01)
    except LeaseLost:
        print("lost", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""A process that has a folder, and in it the lease of a partition; it tells its fence. To be stopped, or killed."""

import asyncio
import sys
from pathlib import Path

from pagewire_gateway.journal.jetstream import Deployment
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.workers.lock import FolderLock
from tests.pagewire_gateway.journal_jetstream.world import SMALL

HOUR = 3_600_000


async def main(url: str, prefix: str, folder: str) -> None:
    lock = FolderLock(Path(folder))
    lock.acquire()
    link = Nats(url, prefix)
    await link.start()
    deployment = Deployment(link, SMALL, dead=lock.dead)
    await deployment.start()
    journal = deployment.journal(0, Path(folder))
    await journal.start()
    print(await journal.claim("dispatch", f"{lock.process}-lane", HOUR), flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

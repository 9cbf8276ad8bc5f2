"""A process that uploads a snapshot and stands still in the middle of it, with one chunk stored. To be killed."""

import asyncio
import sys
import time

from nats.js.object_store import ObjectStore

from pagewire_gateway.journal.jetstream.snapshots import Snapshots
from pagewire_gateway.shared.connection import Nats
from tests.contracts.journal_forgetting import SECRET_WORDS


class Slow:
    """A file whose second part never comes."""

    def __init__(self) -> None:
        self._begun = False

    def readinto(self, into: bytearray) -> int:
        if self._begun:
            sys.stdout.write("half\n")
            sys.stdout.flush()
            time.sleep(3600)
        self._begun = True
        into[:] = SECRET_WORDS.encode().ljust(len(into), b".")
        return len(into)


async def main(url: str, prefix: str, stream: str) -> None:
    link = Nats(url, prefix)
    await link.start()
    store: ObjectStore = await Snapshots(link, 0, stream)._store()
    await store.put("0.00000000000000000009", Slow())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

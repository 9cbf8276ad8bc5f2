"""A gateway that forgets a person, and is killed at a step of it.

python -m tests.pagewire_gateway.people.victim FOLDER STEPS

It kills itself, without any warning, at the so-many-th transaction of the store of people after the request was written down.
With no steps it only waits for the end of a deletion that another one began.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from pagewire import Text, hookimpl
from pagewire.people import ScopedId
from pagewire_gateway.app import now
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.store import Store
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged

ANN = "24000000000000001"
PLANTED = "the planted words of a person"


class Keeper:
    """Answers; agrees to forget."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"re {event.text}")

    @hookimpl
    async def person_deleted(self, person):
        return "agreed"


async def main(folder: Path, steps: int) -> None:
    async with staged(folder, plugins(keeper=Keeper)) as stage:
        if steps:
            for number in range(5):
                (stored,) = (await stage.deliver(making.message(f"{PLANTED} {number}", ANN, at=now()))).new
                await stage.until_state(stored.id, "keeper", "done")
            await stage.gateway.sightings.flush()
            once_asked(steps)
            await stage.gateway.deletion.request([ScopedId("page", making.PAGE, ANN)], "operator")

        async def done() -> bool:
            found = await stage.gateway.deletion.latest()
            return bool(found) and found[0].state == "done"

        await stage.until(done, 60)


def once_asked(steps: int) -> None:
    """Begin to count when the request is written down."""
    place = Deletion.place

    async def counted(self, id_):
        die_after(steps)
        await place(self, id_)

    Deletion.place = counted  # type: ignore[method-assign]


def die_after(steps: int) -> None:
    """Count the transactions of the store of people from now on."""
    left = [steps]
    run = Store._run

    def counting(self, work):
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(self, work)

    Store._run = counting  # type: ignore[method-assign]


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

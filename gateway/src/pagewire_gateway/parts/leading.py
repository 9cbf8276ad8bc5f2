"""Working on a journal for as long as its lease is ours."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.dispatch.dispatcher import Leader
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.parts.engine import Engine, Work
from pagewire_gateway.registry.port import RegistryClosedError

log = logging.getLogger(__name__)

_STUMBLE: Final = 1.0


class Leading:
    """One engine under its lease.

    Args:
        engine: what works.
        ttl: seconds the lease is good for.
        also: what else runs for as long as the lease is ours.
        process: see `Leader`.
    """

    def __init__(self, engine: Engine, ttl: float, also: Sequence[Work] = (), process: str = "") -> None:
        self._engine = engine
        self._leader = Leader(engine.journal, ttl, process)
        self._works = (*engine.works, *also)
        self.leading = False

    async def run(self) -> None:
        """Take the lease and work, stand by, and so on; for ever."""
        while True:
            fence = await self._leader.acquire()
            try:
                await self._lead(fence)
                log.warning("another process took over dispatch; standing by")
            except JournalError as error:
                log.warning("dispatch could not start and is tried again: %s", error)
                await asyncio.sleep(_STUMBLE)
            await self.step_down()

    async def _lead(self, fence: int) -> None:
        self.leading = True
        await self._engine.start(fence)
        chores = [asyncio.ensure_future(steadily(work)) for work in self._works]
        try:
            await self._leader.keep(fence)
        finally:
            await cancelled(*chores)

    async def step_down(self) -> None:
        """Work no more; the lease stays ours until nothing is at work any more."""
        self.leading = False
        await self._engine.stop()

    async def release(self) -> None:
        """Let another process take over at once."""
        await self._leader.release()


async def steadily(work: Work) -> None:
    """Do something for as long as this process leads: what stumbles is told, and begun anew."""
    while True:
        try:
            return await work()
        except RegistryClosedError:
            return None
        except Exception:
            log.exception("a part of the gateway stumbled, and goes on in a moment")
            await asyncio.sleep(_STUMBLE)

"""The lease of a journal, for as long as it is copied: nobody else may work on it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import JournalError

log = logging.getLogger(__name__)

HOLDER: Final = "journal copy"
"""The same for every copy: one that goes on after it was killed has its leases at once."""
_TTL: Final = 60.0
"""Seconds. A copy that was killed and is given up keeps those who work next waiting no longer."""

Claim = Callable[[int], Awaitable[int | None]]
"""Take or renew a lease for so many milliseconds: its fence, ``None`` if somebody else has it."""


class Held:
    """A lease, as it was taken.

    Attributes:
        fence: grows whenever somebody takes it who did not have it.
    """

    def __init__(self, fence: int, keeping: "asyncio.Future[None]") -> None:
        self.fence, self._keeping = fence, keeping

    def sure(self) -> None:
        """See that nobody else had it since.

        Raises:
            JournalError: somebody had.
        """
        if self._keeping.done():
            raise JournalError("somebody took the lease while the journal was copied; stop them, and copy it again")


@asynccontextmanager
async def claimed(claim: Claim, release: Callable[[], Awaitable[None]], refused: str) -> AsyncIterator[Held]:
    """Hold a lease, renewed as long as it takes.

    Args:
        claim: see there.
        release: gives it back.
        refused: what to tell if somebody else has it.

    Raises:
        JournalError: somebody else has it.
    """
    fence = await claim(int(_TTL * 1000))
    if fence is None:
        raise JournalError(refused)
    keeping = asyncio.ensure_future(_keep(claim, fence))

    try:
        yield Held(fence, keeping)
    finally:
        await cancelled(keeping)
        await release()


async def _keep(claim: Claim, fence: int) -> None:
    """Renew it; returns once somebody else had it."""
    while True:
        await asyncio.sleep(_TTL / 3)
        try:
            if await claim(int(_TTL * 1000)) != fence:
                return
        except JournalError as error:
            log.warning("the lease of the journal that is copied could not be renewed: %s", error)

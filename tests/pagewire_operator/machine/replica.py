"""``python -m tests.pagewire_operator.machine.replica``: a replica with the ledger brain, which can be told when to die."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import aiohttp

from pagewire import logs
from pagewire_operator.app import Replica
from pagewire_operator.config import settings
from tests.pagewire_operator.machine.ledger_brain import LedgerBrain

_CHANGES = frozenset({"POST", "PATCH", "PUT"})


def die_after(changes: int) -> None:
    """``kill -9`` ourselves once the API server has answered so many changes, and before we hear of the last answer."""
    left = changes
    request = aiohttp.ClientSession._request

    async def counted(session: aiohttp.ClientSession, method: str, url: Any, **more: Any) -> Any:
        nonlocal left
        answer = await request(session, method, url, **more)
        if method in _CHANGES and "/leases" not in str(url):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(aiohttp.ClientSession, "_request", counted)  # noqa: B010 - its own type has forty parameters


async def main() -> None:
    chosen = settings({})
    logs.set_up(chosen.log_format, "info")
    brain = LedgerBrain(Path(os.environ["META"]), float(os.environ.get("AGAIN", "3600")))
    await Replica(chosen, brain, float(os.environ.get("FIRST_LOOK", "3600"))).run()


if __name__ == "__main__":
    if "DIE_AFTER" in os.environ:
        die_after(int(os.environ["DIE_AFTER"]))
    asyncio.run(main())

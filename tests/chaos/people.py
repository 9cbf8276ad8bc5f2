"""Those who write, on Messenger and on Instagram."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from pagewire.simulator import Simulator
from tests.chaos.ledger import Number, Person
from tests.pagewire_gateway import making

PEOPLE = 150
"""So many that nobody writes twenty messages during an outage: Meta shows no more than a conversation's newest twenty."""

_LEAP = 120.0
"""Meta waits longer and longer before it comes again; nobody has to sit through it."""


class People:
    """Write numbered messages, in turn.

    Args:
        sim: Meta.
    """

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self.said: dict[Number, Person] = {}
        self.mids: dict[str, Number] = {}

    async def say(self) -> Number:
        """The next message."""
        number = len(self.said) + 1
        account = making.PAGE if number % 3 else making.INSTAGRAM
        person = f"person {number % PEOPLE}"
        # The number is taken first: the delivery may be over before the call comes back.
        self.said[number] = self._sim.scoped_id(account, person)
        self.mids[await self._sim.say(account, person, f"no {number}")] = number
        return number

    @contextlib.asynccontextmanager
    async def talking(self, pause: float) -> AsyncIterator[None]:
        """Write without end, `pause` seconds between two messages."""
        task = asyncio.ensure_future(self._talk(pause))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _talk(self, pause: float) -> None:
        while True:
            await asyncio.shield(asyncio.ensure_future(self.say()))
            await asyncio.sleep(pause)

    def acknowledged(self) -> set[Number]:
        """Messages for whose delivery Meta has its 200."""
        answered = (delivery for delivery in self._sim.deliveries if delivery.status == 200)
        return {self.mids[mid] for delivery in answered for mid in delivery.mids if mid in self.mids}

    def answered(self) -> list[Number]:
        """Messages in the order in which their replies were accepted."""
        texts = (send.message["text"] for send in self._sim.sends if send.message is not None)
        return [int(text.removeprefix("re ")) for text in texts]

    async def all_delivered(self, seconds: float) -> None:
        """Wait until Meta has its 200 for every message; Meta's minutes pass quickly meanwhile."""
        async with asyncio.timeout(seconds):
            while len(self.acknowledged()) < len(self.said):
                self._sim.clock.advance(_LEAP)
                await asyncio.sleep(0.2)

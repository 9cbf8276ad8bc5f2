"""What the gateway says to one process of a plugin: the messages of one turn of the event loop in one write."""

import asyncio
import pickle
from typing import Any

from pagewire_gateway.apart import frames
from pagewire_gateway.apart.asked import facts_of
from pagewire_gateway.apart.keeping import Told
from pagewire_gateway.apart.words import Facts


class Speaking:
    """The gateway's end of the socket.

    Args:
        writer: of this process, and of no later one.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._told = Told(self.say)
        self._waiting: list[bytes] = []

    def say(self, message: Any) -> None:
        """Say it after whatever else this turn of the loop does.

        So the plugins here come first, and many calls wake the process once.
        """
        body = frames.framed(pickle.dumps(message))
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(body)

    async def heard(self) -> None:
        """Wait for as long as the process has too much to read.

        Raises:
            ConnectionError: it is gone.
        """
        await self._writer.drain()

    def facts(self, context: Any) -> Facts:
        """A context as it goes to the process, which is told the configuration first if it does not know it."""
        known = facts_of(context)
        if known.get("config") is not None:
            known["config"] = self._told.number(known["config"])
        return Facts(known=known, names=dict(context.log.extra or {}))

    def hang_up(self) -> None:
        """Say nothing more."""
        self._writer.close()

    def _flush(self) -> None:
        out, self._waiting = self._waiting, []
        if not self._writer.is_closing():
            self._writer.write(b"".join(out))

"""Whose next events are traced, told to all processes."""

import logging
from typing import Final

import msgspec

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf
from pagewire_gateway.telemetry.choosing import CHOOSING, AccountKey

log = logging.getLogger(__name__)

_REMEMBERED: Final = 3600.0
"""Seconds for which a process that starts still hears of it."""
_number = msgspec.json.Decoder(int)


class SharedChoosing:
    """See `pagewire_gateway.telemetry.choosing.Choice`.

    Args:
        nats: the connection.
    """

    def __init__(self, nats: Nats) -> None:
        self._shelf = Shelf(nats, "traced", _REMEMBERED)

    async def start(self) -> None:
        """Open the bucket."""
        await self._shelf.start()

    async def follow(self) -> None:
        """Do as is asked, for ever."""
        await self._shelf.follow(self._hear)

    async def ask(self, account: AccountKey, events: int) -> None:
        """Have every process trace the next so many events of an account."""
        await self._shelf.put(".".join(account), msgspec.json.encode(events))

    def left(self) -> dict[AccountKey, int]:
        """What this process has still to trace."""
        return CHOOSING.left()

    def _hear(self, key: str, value: bytes | None, _revision: int) -> None:
        object_, _, account = key.partition(".")
        try:
            CHOOSING.want((object_, account), _number.decode(value) if value else 0)
        except msgspec.MsgspecError:
            log.warning("what is to be traced of %s cannot be read; a newer pagewire-gateway asked for it", key)

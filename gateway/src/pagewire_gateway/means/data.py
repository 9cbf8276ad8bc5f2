"""What plugins keep, as the gateway sees it: bytes by place and key. A file for one machine, or NATS for several."""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from msgspec import Struct

from pagewire.people import ScopedId
from pagewire.stores import MOST_OF_ACCOUNT, MOST_OF_CONVERSATION


class Place(NamedTuple):
    """Where a plugin keeps something.

    Attributes:
        plugin: whose it is.
        object: of the account.
        account: its id.
        person: scoped id of the conversation's person; empty for what is kept for the whole account.
    """

    plugin: str
    object: str
    account: str
    person: str = ""

    @property
    def room(self) -> int:
        """Keys it has room for."""
        return MOST_OF_CONVERSATION if self.person else MOST_OF_ACCOUNT


class Held(Struct, frozen=True):
    """A value as JSON, and its revision."""

    value: bytes
    revision: int


class Crowded(Exception):
    """The place has no room for another key."""


class PluginData(Protocol):
    """Keeps what plugins want kept. Everything raises `JournalError` if it cannot be reached."""

    async def start(self) -> None:
        """Open it."""

    async def aclose(self) -> None:
        """Finish what was asked, then close."""

    async def read(self, place: Place, key: str) -> Held | None:
        """What is kept under a key."""

    async def write(self, place: Place, key: str, value: bytes, *, until: int = 0, at: int | None = None) -> int | None:
        """Keep something.

        Args:
            place: where.
            key: under which.
            value: as JSON.
            until: when it goes by itself, milliseconds since 1970; 0 for never.
            at: the revision the key has to have, 0 if it must not be there; ``None`` for whatever.

        Returns:
            The new revision; ``None`` if the key has another one.

        Raises:
            Crowded: the place has no room for another key.
        """

    async def remove(self, place: Place, key: str) -> bool:
        """Let a key go; whether there was one."""

    async def keys(self, place: Place) -> list[str]:
        """The keys of a place, sorted."""

    async def forget(self, who: ScopedId, spare: Collection[str] = (), only: str | None = None) -> int:
        """Erase what is kept for a person's conversation; how much it was.

        Args:
            who: the person.
            spare: plugins whose keys stay for now.
            only: the one plugin whose keys go; ``None`` for all but `spare`.
        """

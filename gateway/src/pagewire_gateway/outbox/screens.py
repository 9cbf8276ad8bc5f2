"""What the outbox asks of those who speak with plugins about messages. Pure."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from pagewire.replies import Reply
from pagewire_gateway.journal.port import Outbound, OutboxState
from pagewire_gateway.registry.port import Account, PluginUse


class Go(Struct, frozen=True):
    """The message may go, as it stands here."""

    reply: Reply


class Held(Struct, frozen=True):
    """A plugin holds the message back, for good."""

    reason: str


class Failed(Struct, frozen=True):
    """A plugin failed, and what it would have said is not known: not now.

    Attributes:
        reason: safe to show.
        down: the plugin, or what it asks, is away as a whole, as far as one can tell; it is not about this message.
        passed: when the plugin last answered for another message, milliseconds since 1970; 0 if it never did.
        after: seconds until it is to be asked again; ``None`` leaves that to the gateway.
    """

    reason: str
    down: bool = False
    passed: int = 0
    after: float | None = None


class Screens(Protocol):
    """Stands in the way of messages."""

    def asked(self, account: Account) -> Sequence[PluginUse]:
        """The plugins to ask about messages in this account's name, in order."""
        ...

    async def screen(self, account: Account, row: Outbound, reply: Reply) -> Go | Held | Failed:
        """What the plugins make of a message; never raises for what they do."""
        ...


class Ends(Protocol):
    """Tells plugins what became of their replies."""

    def owes(self, row: Outbound, state: OutboxState) -> bool:
        """Whether the plugin that asked wants to be told of such an end."""
        ...

    def take(self, rows: Sequence[Outbound]) -> None:
        """Tell the plugins of these ends, which the journal has."""
        ...

    async def collect(self) -> None:
        """Take up what else the journal says is owed, such as reports that were replayed."""
        ...

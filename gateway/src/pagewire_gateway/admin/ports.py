"""What the admin port asks of the gateway's moving parts. All times are milliseconds since 1970, UTC."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

Circuit = Literal["closed", "open", "half_open"]


class LaneInfo(Struct, frozen=True, kw_only=True):
    """What one plugin's lane does right now.

    Attributes:
        plugin: name of the plugin, and of the lane.
        circuit: ``closed`` lets work through, ``open`` waits until `opens_at`, ``half_open`` tries one event.
        in_flight: events in the plugin's hooks now.
        waiting: events that could run and wait for a free place.
        blocked: events that wait behind an earlier one of their conversation, or for a retry.
        opens_at: when an open circuit tries again; ``None`` unless it is open.
        handled: events settled since the gateway started.
        failed: attempts that failed since the gateway started.
        paused: a person paused the lane; nothing is handed to the plugin until it is resumed.
        quarantined: why the gateway itself hands it nothing until it is resumed; empty if it does.
    """

    plugin: str
    circuit: Circuit = "closed"
    in_flight: int = 0
    waiting: int = 0
    blocked: int = 0
    opens_at: int | None = None
    handled: int = 0
    failed: int = 0
    paused: bool = False
    quarantined: str = ""


class ProcessInfo(Struct, frozen=True):
    """The process of a plugin that has one of its own.

    Attributes:
        pid: its number on this machine.
        memory: bytes that it had in memory when it was last asked, at most a second or two ago; 0 before it first answered.
    """

    pid: int
    memory: int


class AccountOutbox(Struct, frozen=True, kw_only=True):
    """What waits to be sent in the name of one account.

    Attributes:
        object: ``page`` or ``instagram``.
        account: its id.
        waiting: requests not begun yet.
        in_flight: requests that wait for Meta's answer.
        paused_until: nothing is sent before; ``None`` if the account is not paused.
        reason: why it is paused, or else what the latest unclear answer was, safe to show; empty otherwise.
        trouble: what ails it: ``throttled``, ``token``, ``config`` or ``network``; empty if nothing does.
        unclear: requests that Meta gave no clear answer to, such as a server error; whether they were sent is being found out.
    """

    object: str
    account: str
    waiting: int = 0
    in_flight: int = 0
    paused_until: int | None = None
    reason: str = ""
    trouble: str = ""
    unclear: int = 0


class Steering(Protocol):
    """The part of dispatch and outbox that people may look at and steer, in this process or in all that work."""

    async def lanes(self) -> Sequence[LaneInfo]:
        """Every lane at work."""
        ...

    async def pause(self, plugin: str) -> None:
        """Hand the plugin nothing more until `resume`; what it has begun is finished. Pausing twice changes nothing.

        Raises:
            KeyError: no such lane.
        """
        ...

    async def resume(self, plugin: str) -> None:
        """Let a paused lane go on, and close an open circuit.

        Raises:
            KeyError: no such lane.
        """
        ...

    async def waiting(self) -> Sequence[AccountOutbox]:
        """Every account that has something waiting or is paused."""
        ...

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again, by row id; returns how many were taken up."""
        ...

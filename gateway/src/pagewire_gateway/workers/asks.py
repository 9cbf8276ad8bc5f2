"""What may be asked of whoever works on a partition, as values that travel."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.care.health import Told
from pagewire_gateway.journal.port import (
    Cause,
    EventFilter,
    EventView,
    Forgotten,
    History,
    Journal,
    Late,
    ParkedView,
    Piece,
    Stats,
    What,
)
from pagewire_gateway.parts.engine import Engine


class Desk(Protocol):
    """Who answers."""

    @property
    def journal(self) -> Journal:
        """Of the partition."""

    @property
    def engine(self) -> Engine:
        """What works on it."""

    @property
    def wellbeing(self) -> Mapping[str, Told]:
        """What the plugins of its process say of themselves."""

    async def quiet(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing old is on its way to these people any more, and nobody here remembers them."""

    def disturbed(self) -> None:
        """Another process has refused deliveries."""


class Ask(Struct, frozen=True, tag=True):
    """One question.

    Attributes:
        returns: the type of its answer.
        patience: seconds until the answer, or its next part.
    """

    returns: ClassVar[Any] = None
    patience: ClassVar[float] = 10.0

    async def answer(self, desk: Desk) -> Any:
        """The answer of one partition."""
        raise NotImplementedError


class Events(Ask, frozen=True):
    """Events that fit."""

    returns: ClassVar[Any] = list[EventView]
    query: EventFilter

    async def answer(self, desk: Desk) -> list[EventView]:
        """See `JournalFront.events`."""
        return await desk.journal.events(self.query)


class Parked(Ask, frozen=True):
    """Parked work."""

    returns: ClassVar[Any] = list[ParkedView]
    limit: int
    plugin: str | None
    what: What | None = None
    cause: str | None = None

    async def answer(self, desk: Desk) -> list[ParkedView]:
        """See `JournalFront.parked`."""
        return await desk.journal.parked(self.limit, self.plugin, self.what, self.cause)


class Causes(Ask, frozen=True):
    """Why work is parked."""

    returns: ClassVar[Any] = list[Cause]

    async def answer(self, desk: Desk) -> list[Cause]:
        """See `JournalFront.causes`."""
        return await desk.journal.causes()


class Count(Ask, frozen=True):
    """How many events fit."""

    returns: ClassVar[Any] = int
    patience: ClassVar[float] = 60.0
    query: EventFilter

    async def answer(self, desk: Desk) -> int:
        """See `JournalFront.count`."""
        return await desk.journal.count(self.query)


class HistoryOf(Ask, frozen=True):
    """How an event came to where it is."""

    returns: ClassVar[Any] = History | None
    event: str

    async def answer(self, desk: Desk) -> History | None:
        """See `JournalFront.history`."""
        return await desk.journal.history(self.event)


class Lately(Ask, frozen=True):
    """Which conversations were at work last."""

    returns: ClassVar[Any] = list[Late]
    limit: int
    object: str | None
    account: str | None

    async def answer(self, desk: Desk) -> list[Late]:
        """See `JournalFront.lately`."""
        return await desk.journal.lately(self.limit, self.object, self.account)


class DropParked(Ask, frozen=True):
    """Give up parked work."""

    returns: ClassVar[Any] = int
    events: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]

    async def answer(self, desk: Desk) -> int:
        """See `JournalFront.drop_parked`."""
        return await desk.journal.drop_parked(self.events, self.rows)


class Replay(Ask, frozen=True):
    """Hand events to lanes again."""

    returns: ClassVar[Any] = int
    events: tuple[str, ...]
    plugin: str | None
    resend: bool
    quiet: bool = False
    piece: Piece | None = None

    async def answer(self, desk: Desk) -> int:
        """See `JournalFront.replay`."""
        return await desk.journal.replay(self.events, self.plugin, self.resend, self.quiet, self.piece)


class ReplayOutbound(Ask, frozen=True):
    """Send parked requests again."""

    returns: ClassVar[Any] = int
    ids: tuple[str, ...]

    async def answer(self, desk: Desk) -> int:
        """See `Outbox.replay`."""
        return await desk.engine.outbox.replay(self.ids)


class Talk(Ask, frozen=True):
    """What is known of a conversation."""

    returns: ClassVar[Any] = ConversationState
    conversation: Conversation

    async def answer(self, desk: Desk) -> ConversationState:
        """See `JournalFront.conversation`."""
        return await desk.journal.conversation(self.conversation)


class Mids(Ask, frozen=True):
    """Message ids of a conversation."""

    returns: ClassVar[Any] = set[str]
    conversation: Conversation
    since: int

    async def answer(self, desk: Desk) -> set[str]:
        """See `JournalFront.mids`."""
        return await desk.journal.mids(self.conversation, self.since)


class Known(Ask, frozen=True):
    """Which events are known."""

    returns: ClassVar[Any] = set[str]
    ids: tuple[str, ...]

    async def answer(self, desk: Desk) -> set[str]:
        """See `JournalFront.known`."""
        return await desk.journal.known(self.ids)


class LastReceived(Ask, frozen=True):
    """When accounts were last heard of."""

    returns: ClassVar[Any] = list[tuple[str, str, int]]
    newest: int

    async def answer(self, desk: Desk) -> list[tuple[str, str, int]]:
        """See `JournalFront.last_received`."""
        found = await desk.journal.last_received(self.newest)
        return [(*account, at) for account, at in found.items()]


class Figures(Ask, frozen=True):
    """Figures of the journal."""

    returns: ClassVar[Any] = Stats

    async def answer(self, desk: Desk) -> Stats:
        """See `JournalFront.stats`."""
        return await desk.journal.stats()


class End(Ask, frozen=True):
    """The last place."""

    returns: ClassVar[Any] = int

    async def answer(self, desk: Desk) -> int:
        """With all that is on its way into the partition."""
        await desk.journal.append((), 0, "")
        newest = await desk.journal.events(EventFilter(limit=1))
        return newest[-1].stored.seq if newest else 0


class Forget(Ask, frozen=True):
    """Erase a person."""

    returns: ClassVar[Any] = Forgotten
    patience: ClassVar[float] = 300.0
    who: Conversation
    upto: int
    request: str

    async def answer(self, desk: Desk) -> Forgotten:
        """See `JournalFront.forget`."""
        return await desk.journal.forget(self.who, self.upto, self.request)


class Scrub(Ask, frozen=True):
    """Take what was erased out of the files."""

    returns: ClassVar[Any] = bool
    patience: ClassVar[float] = 300.0

    async def answer(self, desk: Desk) -> bool:
        """See `JournalFront.scrub`."""
        return await desk.journal.scrub()


class Quiet(Ask, frozen=True):
    """Write to these people no more."""

    returns: ClassVar[Any] = None
    patience: ClassVar[float] = 120.0
    conversations: tuple[Conversation, ...]

    async def answer(self, desk: Desk) -> None:
        """See `Desk.quiet`."""
        await desk.quiet(self.conversations)


class Disturbed(Ask, frozen=True):
    """Deliveries were refused, so look soon for what no webhook brought. Asked of the partition with which healing runs."""

    returns: ClassVar[Any] = None

    async def answer(self, desk: Desk) -> None:
        """See `Desk.disturbed`."""
        desk.disturbed()


class Lanes(Ask, frozen=True):
    """How lanes are doing."""

    returns: ClassVar[Any] = list[LaneInfo]

    async def answer(self, desk: Desk) -> list[LaneInfo]:
        """See `Steering.lanes`."""
        return desk.engine.dispatcher.lanes()


class Wellbeing(Ask, frozen=True):
    """How plugins are."""

    returns: ClassVar[Any] = dict[str, Told]

    async def answer(self, desk: Desk) -> dict[str, Told]:
        """See `HealthWatch.latest`."""
        return dict(desk.wellbeing)


class Steer(Ask, frozen=True):
    """Pause a lane, or let it go on."""

    returns: ClassVar[Any] = None
    plugin: str
    paused: bool

    async def answer(self, desk: Desk) -> None:
        """See `Steering.pause`."""
        dispatcher = desk.engine.dispatcher
        (dispatcher.pause if self.paused else dispatcher.resume)(self.plugin)


class Waiting(Ask, frozen=True):
    """What is on its way to Meta."""

    returns: ClassVar[Any] = list[AccountOutbox]

    async def answer(self, desk: Desk) -> list[AccountOutbox]:
        """See `Steering.waiting`."""
        return desk.engine.outbox.status()


AnyAsk = (
    Events
    | Disturbed
    | Parked
    | Causes
    | Count
    | HistoryOf
    | Lately
    | DropParked
    | Replay
    | ReplayOutbound
    | Talk
    | Mids
    | Known
    | LastReceived
    | Figures
    | End
    | Forget
    | Scrub
    | Quiet
    | Lanes
    | Steer
    | Wellbeing
    | Waiting
)

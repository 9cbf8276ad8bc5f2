"""The context of a rehearsal: what a hook would be handed, out of memory."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field

from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.errors import TryLater
from pagewire.events import Event, MessageEcho
from pagewire.offers import Http
from pagewire.people import ExternalKey, Ground, Linked, ScopedId
from pagewire.rehearsal.memory import MemoryStore
from pagewire.stores import MOST_OF_ACCOUNT, MOST_OF_CONVERSATION

_log = logging.getLogger("pagewire.plugin")


class Stores:
    """A store for each conversation and account, made when it is asked for.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._made: dict[tuple[str, str, str], MemoryStore] = {}

    def of(self, account: AccountInfo, person: str) -> MemoryStore:
        """The store of a person's conversation, or of the account if there is no person."""
        key = (account.object, account.id, person)
        if key not in self._made:
            self._made[key] = MemoryStore(self._clock, MOST_OF_CONVERSATION if person else MOST_OF_ACCOUNT)
        return self._made[key]


class RecordedSpan(Struct):
    """A span of a rehearsal.

    Attributes:
        name: of the span.
        attributes: what was noted.
    """

    name: str
    attributes: dict[str, Any] = {}

    def set_attribute(self, key: str, value: Any) -> None:
        """See `pagewire.offers.Span`."""
        self.attributes[key] = value


class RecordedSpans(list[RecordedSpan]):
    """A `pagewire.offers.Tracer` that keeps its spans, in the order in which they began."""

    @contextmanager
    def start_as_current_span(
        self, name: str, *, attributes: Mapping[str, Any] | None = None
    ) -> Iterator[RecordedSpan]:
        """See `Tracer`."""
        span = RecordedSpan(name, dict(attributes or {}))
        self.append(span)
        yield span


class Given(Struct, kw_only=True):
    """What contexts of a rehearsal offer.

    Attributes:
        http: asks other systems; none without.
        secrets: by name.
        spans: those made so far.
    """

    http: Http | None = None
    secrets: Mapping[str, str] = {}
    spans: RecordedSpans = field(default_factory=RecordedSpans)


class RehearsedContext:
    """A `pagewire.context.SendContext`, which is a `pagewire.Context` too.

    Args:
        plugin: its name.
        config: its configuration, read.
        event: what the call is about; ``None`` for hooks without one.
        account: in whose name.
        attempt: of the call.
        stores: what the plugin has kept; shared by all calls of a rehearsal.
        profile: what `person` tells.
        state: what `conversation` tells.
        given: what it offers besides.
    """

    def __init__(  # noqa: PLR0913 - one argument for each thing a context tells
        self,
        plugin: str,
        config: Any,
        *,
        event: Event | None = None,
        account: AccountInfo,
        attempt: int = 1,
        stores: Stores,
        profile: Person | None = None,
        state: ConversationState | None = None,
        given: Given,
    ) -> None:
        self.plugin, self.config, self.account, self.attempt = plugin, config, account, attempt
        self.asked_by = plugin
        self.event = event
        self.idempotency_key = f"{event.id if event else 'rehearsal'}:{plugin}"
        self.configs: Mapping[AccountInfo, Any] = {account: config}
        self._stores = stores
        self.given = given
        self._profile, self._state = profile, state or ConversationState()
        who = event.person if event else None
        self.people = RehearsedPeople(ScopedId(account.object, account.id, who) if who else None)

    @property
    def log(self) -> "logging.LoggerAdapter[Any]":
        """See `pagewire.context.PageContext`."""
        names = {"plugin": self.plugin, "account": self.account.id, "event": self.event.id if self.event else ""}
        return logging.LoggerAdapter(_log.getChild(self.plugin), names)

    @property
    def store(self) -> MemoryStore:
        """See `pagewire.Context`."""
        return self._stores.of(self.account, self.event.person or "" if self.event else "")

    @property
    def account_store(self) -> MemoryStore:
        """See `pagewire.context.PageContext`."""
        return self._stores.of(self.account, "")

    @property
    def http(self) -> Http:
        """See `pagewire.Context`; a rehearsal is given one, as it asks nobody by itself."""
        if self.given.http is None:
            raise TryLater(reason="a rehearsal has no HTTP: give it one, as in rehearse(..., http=...)")
        return self.given.http

    @property
    def tracer(self) -> RecordedSpans:
        """See `pagewire.Context`."""
        return self.given.spans

    def secret(self, name: str) -> str:
        """See `pagewire.Context`."""
        if name not in self.given.secrets:
            raise TryLater(
                reason=f"a rehearsal has no secret {name}: give it one, as in rehearse(..., secrets={{...}})"
            )
        return self.given.secrets[name]

    async def person(self) -> Person | None:
        """See `pagewire.Context`."""
        return self._profile

    async def conversation(self) -> ConversationState:
        """See `pagewire.Context`."""
        return self._state

    async def sent_here(self) -> bool:
        """See `pagewire.Context`; a rehearsal sends nothing, so only an echo that names the app is one."""
        return isinstance(self.event, MessageEcho) and self.event.app_id == self.account.app_id


class RehearsedPeople:
    """A `pagewire.People` who remembers nothing: every assertion counts, and links to nobody else."""

    def __init__(self, who: ScopedId | None) -> None:
        self._who = who

    async def link(self, other: ScopedId | ExternalKey, ground: Ground) -> Linked:  # noqa: ARG002 - the protocol's shape
        """See `pagewire.People`."""
        return Linked(person="rehearsal", linked=True, members=await self.same())

    async def unlink(self, other: ScopedId | ExternalKey) -> bool:  # noqa: ARG002 - the protocol's shape
        """See `pagewire.People`."""
        return False

    async def same(self) -> tuple[ScopedId, ...]:
        """See `pagewire.People`."""
        return (self._who,) if self._who else ()

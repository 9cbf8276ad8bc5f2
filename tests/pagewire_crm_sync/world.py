"""What the tests need around the plugin: events as Meta sends them, a context, and time that obeys."""

import asyncio
import itertools
import logging
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.events import Event
from pagewire.stores import Store
from pagewire.wire import event_of, read
from pagewire_crm_sync import Config
from pagewire_crm_sync.clock import Clock

PAGE = "104000000000001"
INSTAGRAM = "17841400000000001"
ANNA = "7100000000000001"
BEN = "7100000000000002"
T0 = 1_790_000_000_000
"""Milliseconds since 1970 of the first thing that happens."""

_mids = itertools.count(1)


def event(item: dict[str, Any], *, object_: str = "page", account: str = PAGE, channel: str = "messaging") -> Event:
    """The event of one messaging item."""
    body = {"object": object_, "entry": [{"id": account, "time": T0 + 350, channel: [item]}]}
    (found,) = read(msgspec.json.encode(body), T0 + 400).items
    return event_of(found, T0 + 400)


def item(person: str = ANNA, after: float = 0, account: str = PAGE, **payload: Any) -> dict[str, Any]:
    """A messaging item of `person`, `after` seconds after T0."""
    return {
        "sender": {"id": person},
        "recipient": {"id": account},
        "timestamp": T0 + int(after * 1000),
        **payload,
    }


def message(person: str = ANNA, after: float = 0, *, channel: str = "messaging", **more: Any) -> Event:
    """A person wrote."""
    body = {"mid": f"m_{next(_mids)}", "text": "Hi, do you still have the blue kettle?", **more}
    return event(item(person, after, message=body), channel=channel)


def referral(person: str = ANNA, after: float = 0, ref: str = "poster-lisbon") -> Event:
    """A person came back through a link."""
    return event(item(person, after, referral={"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}))


def optin(person: str = ANNA, after: float = 0, topic: str = "WEEKLY_DEALS", status: str | None = None) -> Event:
    """A person agreed to messages about a topic, or stopped them."""
    body = {"type": "notification_messages", "payload": topic, "notification_messages_token": "5000000000000000001"}
    if status is not None:
        body["notification_messages_status"] = status
    return event(item(person, after, optin=body))


def at(after: float) -> datetime:
    """The instant `after` seconds after T0."""
    return datetime.fromtimestamp(T0 / 1000 + after, UTC)


def rfc3339(after: float) -> str:
    """The same as text, as it stands in JSON."""
    return at(after).isoformat().replace("+00:00", "Z")


class HookContext:
    """What the gateway hands to a hook."""

    def __init__(
        self,
        config: Config,
        *,
        person: Person | None = None,
        first_seen: datetime | None = None,
        namespace: str = "support",
        account: str = PAGE,
        store: Store | None = None,
    ) -> None:
        self.config = config
        self._store = store
        self.account = AccountInfo(object="page", id=account, namespace=namespace, name="harbour", app_id="1")
        self.attempt = 1
        self.idempotency_key = "event:crm-sync"
        self.asked_for_person = 0
        self._person = person
        self._first_seen = first_seen

    @property
    def store(self) -> Store:
        """What is kept for the conversation; a test that wants something kept hands in a store."""
        assert self._store is not None
        return self._store

    @property
    def log(self) -> "logging.LoggerAdapter[Any]":
        """A logger."""
        return logging.LoggerAdapter(logging.getLogger("pagewire.plugin"), {})

    async def person(self) -> Person | None:
        """The profile."""
        self.asked_for_person += 1
        return self._person

    async def conversation(self) -> ConversationState:
        """What is known of the conversation."""
        return ConversationState(first_seen=self._first_seen)


class ManualClock(Clock):
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._slept = asyncio.Condition()

    def now(self) -> float:
        """Seconds since 1970."""
        return self.time

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return self.time - 1_000_000_000.0

    async def sleep(self, seconds: float) -> None:
        """Wait until somebody calls `advance`."""
        sleeper = (self.time + seconds, asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        try:
            async with self._slept:
                self._slept.notify_all()
            await sleeper[1]
        finally:
            self._sleepers.remove(sleeper)

    async def sleeping(self, seconds: float | None = None) -> None:
        """Wait until somebody sleeps, for `seconds` if they are given."""
        due = None if seconds is None else self.time + seconds
        async with self._slept:
            await self._slept.wait_for(lambda: any(due is None or abs(at_ - due) < 1e-6 for at_, _ in self._sleepers))

    def advance(self, seconds: float) -> None:
        """Move time, and wake whoever has slept enough."""
        self.time += seconds
        for due, sleeper in self._sleepers:
            if due <= self.time and not sleeper.done():
                sleeper.set_result(None)


class FastClock(Clock):
    """Time runs `speed` times as fast."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since 1970."""
        return 1_790_000_000.0 + self.monotonic()

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return (time.monotonic() - self._began) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait, but not for long."""
        await asyncio.sleep(seconds / self.speed)

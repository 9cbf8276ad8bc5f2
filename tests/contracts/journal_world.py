"""Small things for the suite of the journal: events, marks, replies, and a clock that only moves when told."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Protocol

from pagewire import wire
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.port import Appended, EventFilter, Journal, LaneView, Mark, NewReply, OutboxMark

PAGE, ANN, BOB = "108000000000001", "24000000000000001", "24000000000000002"
START = 1_790_000_000_000
LANE, OTHER = "auto-reply", "logging"
APP = "support/acme"
TALK = Conversation("page", PAGE, ANN)


class Clock:
    """Milliseconds since 1970, by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


class World(Protocol):
    """What a subclass of the suite has to give."""

    journal: Journal
    clock: Clock

    async def another(self) -> Journal:
        """The same journal, as another process has it open. Closed with the world."""


def items(
    *messaging: dict[str, Any], account: str = PAGE, object_: str = "page", standby: bool = False
) -> tuple[Item, ...]:
    """The items of a delivery body."""
    channel = "standby" if standby else "messaging"
    body = {"object": object_, "entry": [{"id": account, "time": START, channel: list(messaging)}]}
    return wire.read(json.dumps(body).encode(), START).items


def said(mid: str, person: str = ANN, at: int = START, account: str = PAGE, **message: Any) -> dict[str, Any]:
    """A messaging item: a person wrote."""
    content = {"mid": mid, "text": f"words of {mid}", **message}
    return {"sender": {"id": person}, "recipient": {"id": account}, "timestamp": at, "message": content}


def echo(mid: str, person: str = ANN, at: int = START) -> dict[str, Any]:
    """A messaging item: the business wrote."""
    ends = {"sender": {"id": PAGE}, "recipient": {"id": person}}
    return {**ends, "timestamp": at, "message": {"mid": mid, "is_echo": True, "text": "ours"}}


def seen(person: str = ANN, at: int = START) -> dict[str, Any]:
    """A messaging item: a person read; it opens no window."""
    return {"sender": {"id": person}, "recipient": {"id": PAGE}, "timestamp": at, "read": {"watermark": at}}


def arrived(person: str = ANN, at: int = START) -> dict[str, Any]:
    """A messaging item: what was sent has arrived."""
    return {"sender": {"id": person}, "recipient": {"id": PAGE}, "timestamp": at, "delivery": {"watermark": at}}


def handed(how: str, owner: str | None, person: str = ANN, at: int = START) -> dict[str, Any]:
    """A messaging item: the thread has another owner; none for a release."""
    ends = {"sender": {"id": person}, "recipient": {"id": PAGE}}
    return {**ends, "timestamp": at, f"{how}_thread_control": {"new_owner_app_id": owner, "metadata": "why"}}


def opted(token: str, person: str = ANN, at: int = START, status: str | None = None) -> dict[str, Any]:
    """A messaging item: the person asked for marketing messages, or wants no more."""
    said = {"type": "notification_messages", "notification_messages_token": token, "title": "News"}
    optin = {**said, "notification_messages_status": status} if status else said
    return {"sender": {"id": person}, "recipient": {"id": PAGE}, "timestamp": at, "optin": optin}


async def append(
    journal: Journal, *messaging: dict[str, Any], received: int = START, standby: bool = False, **of: str
) -> Appended:
    """Append one delivery body."""
    return await journal.append(items(*messaging, standby=standby, **of), received, APP)


async def append_many(journal: Journal, count: int, prefix: str = "m", **message: Any) -> list[int]:
    """Append so many bodies of one message each; returns their places."""
    bodies = [append(journal, said(f"{prefix}-{number}", **message)) for number in range(count)]
    return [event.seq for done in await asyncio.gather(*bodies) for event in done.new]


def mark(seq: int, state: Any = "done", *replies: NewReply, lane: str = LANE, **fields: Any) -> Mark:
    """What became of an event."""
    facts = {"attempts": 1, "at": START, **fields}
    return Mark(seq=seq, plugin=lane, state=state, replies=replies, **facts)


def reply(id_: str, index: int = 0, state: Any = "queued", target: str = "") -> NewReply:
    """A reply to store."""
    return NewReply(id=id_, index=index, body=b'{"type":"text","text":"hello"}', state=state, target=target)


async def lease(journal: Journal, holder: str = "us", ttl: int = 10_000) -> int:
    """Take the lease of dispatch."""
    fence = await journal.claim("dispatch", holder, ttl)
    assert fence is not None
    return fence


async def settle_with_replies(journal: Journal, *ids: str) -> int:
    """Append an event and settle it with these replies; returns its place. The lane has to be open."""
    place = (await append(journal, said(f"for-{ids[0]}"))).new[0].seq
    replies = [reply(id_, index) for index, id_ in enumerate(ids)]
    await journal.settle([mark(place, "done", *replies)], await lease(journal))
    return place


async def lane_of(journal: Journal, seq: int, lane: str = LANE) -> LaneView | None:
    """How a lane stands with an event."""
    (view,) = await journal.events(EventFilter(after=seq - 1, before=seq + 1))
    return view.lanes.get(lane)


async def states(journal: Journal, **query: Any) -> dict[int, str | None]:
    """The state of the lane for each event, ``None`` where it has none."""
    views = await journal.events(EventFilter(limit=1000, **query))
    return {view.stored.seq: view.lanes[LANE].state if LANE in view.lanes else None for view in views}


async def waiting(journal: Journal, lane: str = LANE, after: int = 0) -> list[int]:
    """Places the lane has not settled."""
    return [pending.stored.seq for pending in await journal.pending(lane, after, 1000)]


def sent(id_: str, mid: str, **fields: Any) -> OutboxMark:
    """A request went out."""
    return OutboxMark(id=id_, state="sent", mid=mid, **fields)


def ids_of(rows: Sequence[Any]) -> list[str]:
    """The ids of rows or events."""
    return [row.id for row in rows]

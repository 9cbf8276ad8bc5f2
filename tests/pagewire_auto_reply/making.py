"""Events and contexts for these tests. Events are made by the wire reader from bodies as Meta sends them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging import LoggerAdapter, getLogger
from typing import Any

import msgspec

from pagewire import wire
from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.events import Conversation, Event
from pagewire.replies import Reply, SenderAction, Text
from pagewire_auto_reply import Config
from pagewire_auto_reply.answers import answers
from pagewire_auto_reply.verdicts import explain
from pagewire_gateway.means.bound import BoundStore
from pagewire_gateway.means.data import Place
from pagewire_gateway.means.file import PluginFile

HAPPENED = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
"""A Monday afternoon."""
ACCOUNT = "104000000000001"
PERSON = "7100000000000001"
ADA = Person(id=PERSON, first_name="Ada", last_name="Quay")


def millis(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def event(
    *,
    on: str = "page",
    channel: str = "messaging",
    at: datetime = HAPPENED,
    received: datetime | None = None,
    sender: str | None = PERSON,
    is_self: bool = False,
    **payload: Any,
) -> Event:
    """The one event of a body with this item."""
    item: dict[str, Any] = {"recipient": {"id": ACCOUNT}, "timestamp": millis(at), **payload}
    if sender is not None:
        item["sender"] = {"id": sender}
    if is_self:
        item["is_self"] = True
    body = {"object": on, "entry": [{"id": ACCOUNT, "time": millis(at), channel: [item]}]}
    arrived = millis(received or at)
    (found,) = wire.read(json.dumps(body).encode(), arrived).items
    return wire.event_of(found, arrived)


def message(text: str | None = None, *, on: str = "page", at: datetime = HAPPENED, **fields: Any) -> Event:
    said = {"mid": "m_1", **({"text": text} if text is not None else {}), **fields}
    return event(on=on, at=at, message=said)


def tap(payload: str | None, title: str = "Tap", **fields: Any) -> Event:
    button = {"mid": "m_2", "title": title, **({"payload": payload} if payload is not None else {}), **fields}
    return event(postback=button)


def attached(*types: str, text: str | None = None) -> Event:
    parts = [{"type": type_, "payload": {"url": f"https://cdn.example/{type_}"}} for type_ in types]
    return message(text, attachments=parts)


def referral(**fields: Any) -> Event:
    return event(referral={"type": "OPEN_THREAD", **fields})


def config(rules: Any, **others: Any) -> Config:
    """A configuration, read as the gateway reads it."""
    return msgspec.convert({"rules": rules, **others}, Config, str_keys=True)


def rule(when: dict[str, Any], text: str = "yes", **others: Any) -> dict[str, Any]:
    return {"when": when, "reply": {"text": text}, **others}


def first(event_: Event) -> ConversationState:
    """What the gateway knows when this event is the first."""
    return ConversationState(first_event=event_.id, first_seen=event_.timestamp)


LATER = ConversationState(first_event="0" * 32, first_seen=HAPPENED - timedelta(days=3))


def said(
    config_: Config, event_: Event, state: ConversationState | None = LATER, person: Person | None = ADA
) -> tuple[Reply, ...]:
    """The replies to an event."""
    found = explain(event_, state, config_, event_.received)
    return answers(found, config_, event_, person)


def texts(replies: Sequence[Reply]) -> list[str]:
    """Replies in short: texts as they are, actions by name, media by address."""
    return [
        reply.text if isinstance(reply, Text) else reply.action if isinstance(reply, SenderAction) else reply.url
        for reply in replies
    ]


TALK = Conversation("page", ACCOUNT, PERSON)


def stored(data: PluginFile, conversation: Conversation = TALK) -> BoundStore:
    """What the plugin keeps for a conversation, as the gateway keeps it."""
    return BoundStore(data, Place("auto-reply", *conversation), lambda: False)


HARBOUR = AccountInfo(object="page", id=ACCOUNT, namespace="support", name="harbour", app_id="99")


@dataclass
class Desk:
    """A context that remembers what it was asked."""

    config: Config
    known_person: Person | None = None
    state: ConversationState = LATER
    attempt: int = 1
    asked: list[str] = field(default_factory=list)
    account: AccountInfo = HARBOUR
    idempotency_key: str = "auto-reply/1"
    store: Any = None
    log: "LoggerAdapter[Any]" = field(default_factory=lambda: LoggerAdapter(getLogger("pagewire.test"), {}))

    async def person(self) -> Person | None:
        self.asked.append("person")
        return self.known_person

    async def sent_here(self) -> bool:
        self.asked.append("sent_here")
        return False

    async def conversation(self) -> ConversationState:
        self.asked.append("conversation")
        return self.state

"""Events and contexts for these tests. Events are made by the wire reader from bodies as Meta sends them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging import LoggerAdapter, getLogger
from pathlib import Path
from typing import Any

import msgspec

from pagewire import wire
from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.events import Event
from pagewire_logging import Config

HAPPENED = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
NOW = datetime(2026, 9, 21, 14, 13, 25, tzinfo=UTC)
ACCOUNT = "104000000000001"
PERSON = "7100000000000001"
HARBOUR = AccountInfo(object="page", id=ACCOUNT, namespace="support", name="harbour", app_id="99")
SECRETS = ("sesame", "SESAME_PAYLOAD", "Ali-Baba", "https://cdn.example/cave.jpg?signature=s3cr3t")
"""What people wrote, tapped, are called and sent: none of it may be in a line that did not ask for it."""


def event(*, channel: str = "messaging", number: int = 1, on: str = "page", **payload: Any) -> Event:
    """The one event of a body with this item; another number is another event."""
    happened = round(HAPPENED.timestamp() * 1000) + number - 1
    item = {"sender": {"id": PERSON}, "recipient": {"id": ACCOUNT}, "timestamp": happened, **payload}
    return event_of({"object": on, "entry": [{"id": ACCOUNT, "time": happened, channel: [item]}]})


def event_of(body: dict[str, Any]) -> Event:
    received = round((HAPPENED + timedelta(milliseconds=350)).timestamp() * 1000)
    (found,) = wire.read(json.dumps(body).encode(), received).items
    return wire.event_of(found, received)


def message(number: int = 1, **fields: Any) -> Event:
    return event(number=number, message={"mid": f"m_{number}", "text": "open sesame", **fields})


def telling() -> Event:
    """A message with all that could give somebody away."""
    attachments = [{"type": "image", "payload": {"url": SECRETS[3]}}, {"type": "like_heart"}]
    return message(
        attachments=attachments,
        quick_reply={"payload": "SESAME_PAYLOAD"},
        referral={"ref": "poster", "source": "SHORTLINK"},
    )


def config(**fields: Any) -> Config:
    """A configuration, read as the gateway reads it."""
    return msgspec.convert(fields, Config, str_keys=True)


@dataclass
class Desk:
    """A context that remembers what it was asked."""

    config: Config = field(default_factory=Config)
    known_person: Person | None = field(default_factory=lambda: Person(id=PERSON, first_name="Ali-Baba"))
    attempt: int = 1
    asked: list[str] = field(default_factory=list)
    account: AccountInfo = HARBOUR
    idempotency_key: str = "logging/1"
    log: "LoggerAdapter[Any]" = field(default_factory=lambda: LoggerAdapter(getLogger("pagewire.test"), {}))

    async def person(self) -> Person | None:
        self.asked.append("person")
        return self.known_person

    async def conversation(self) -> ConversationState:
        raise AssertionError("the log needs no conversation")


def lines(path: Path) -> list[dict[str, Any]]:
    """What is in a log; every line must be JSON and whole."""
    raw = path.read_bytes()
    assert raw.endswith(b"\n") or not raw
    return [json.loads(line) for line in raw.splitlines()]

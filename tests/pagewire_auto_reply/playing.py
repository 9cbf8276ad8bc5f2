"""Plays the dialogues of `dialogues.yaml` with the plugin, over the gateway's own store."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

import pagewire_auto_reply as plugin
from pagewire import Refused, TryLater, wire
from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.events import INBOX_APP_IDS, Conversation, Event, MessageEcho
from pagewire.replies import Media, PassThread, Replies, Reply, SenderAction, TakeThread, Text, check, normalise
from pagewire.resources.durations import parse_duration
from pagewire.surfaces import surface_of
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_auto_reply.making import ACCOUNT, ADA, HAPPENED, PERSON, Desk, event, millis, stored

FILE = Path(__file__).with_name("dialogues.yaml")
BOTH = ("page", "instagram")
APP = "99"


Act = Callable[[Any], tuple[str, dict[str, Any]]]
ACTS: dict[str, Act] = {
    "says": lambda text: ("message", {"text": text}),
    "story": lambda text: ("message", {"text": text, "reply_to": {"story": {"id": "1", "url": "https://x.example/1"}}}),
    "chooses": lambda payload: ("message", {"text": "Button", "quick_reply": {"payload": payload}}),
    "sends": lambda type_: ("message", {"attachments": [{"type": type_, "payload": {"url": "https://x.example/1"}}]}),
    "unsupported": lambda _: ("message", {"is_unsupported": True}),
    "taps": lambda payload: ("postback", {"title": "Tap", "payload": payload}),
    "ad": lambda ad_id: ("referral", {"type": "OPEN_THREAD", "source": "ADS", "ad_id": ad_id}),
    "link": lambda ref: ("referral", {"type": "OPEN_THREAD", "source": "SHORTLINK", "ref": ref}),
    "reads": lambda _: ("read", {"watermark": millis(HAPPENED)}),
    "inbox": lambda text: ("message", {"text": text, "is_echo": True, "app_id": min(INBOX_APP_IDS)}),
    "app": lambda app_id: ("message", {"text": "a", "is_echo": True, **({"app_id": app_id} if app_id else {})}),
}
"""What can happen, as Meta's webhook writes it."""


@dataclass(frozen=True)
class Dialogue:
    """One row of the table on one of Meta's two."""

    name: str
    on: str
    config: str
    talk: tuple[dict[str, Any], ...]


@cache
def table() -> dict[str, Any]:
    """The file."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


def dialogues() -> Iterator[Dialogue]:
    """Every row, once for each place it is played at."""
    for row in table()["dialogues"]:
        for on in row.get("where", BOTH):
            yield Dialogue(row["name"], on, row.get("config", "shop"), tuple(row["talk"]))


@dataclass
class Party(Desk):
    """A context that knows who asked for a message."""

    asked_by: str = "auto-reply"


@dataclass
class Play:
    """A dialogue on its way. What the gateway knows of a conversation is kept as it keeps it."""

    dialogue: Dialogue
    data: PluginFile
    at: datetime = HAPPENED
    number: int = 0
    state: ConversationState = field(default_factory=ConversationState)

    async def turn(self, turn: dict[str, Any]) -> list[str]:
        """Let one turn happen; what comes back, in short."""
        self.at += parse_duration(turn.get("after", "1s"))
        self.number += 1
        happened = self._event(turn)
        if happened is None:
            return []
        self._know(happened)
        if turn.get("reads"):
            await plugin.messages_read(happened, self._desk())  # type: ignore[arg-type]
            return []
        replies = normalise(await self._hook(happened))
        return [await self._gone(reply, place) for place, reply in enumerate(replies)]

    async def _hook(self, happened: Event) -> Replies:
        name = "standby_received" if happened.channel == "standby" else happened.hook
        hook: Callable[..., Awaitable[Replies]] = getattr(plugin, name)
        try:
            return await hook(happened, self._desk())
        except TryLater:
            return await hook(happened, self._desk(attempt=2))

    async def _gone(self, reply: Reply, place: int) -> str:
        """A reply as it leaves, after the plugin's own say about it."""
        check(reply, surface_of(self.dialogue.on))
        if isinstance(reply, Text):
            desk: Any = self._desk(f"r-{self.number}-{place}:auto-reply")
            person = "" if reply.to is not None else PERSON
            said = await plugin.before_send(reply, Conversation(self.dialogue.on, ACCOUNT, person), desk)
            if isinstance(said, Refused):
                return f"[held back] {reply.text}"
            return shown(said or reply)
        return shown(reply)

    def _desk(self, key: str = "e", attempt: int = 1) -> Party:
        config = msgspec.convert(table()["configs"][self.dialogue.config], plugin.Config, str_keys=True)
        account = AccountInfo(object=self.dialogue.on, id=ACCOUNT, namespace="support", name="shop", app_id=APP)
        known = ADA if self.dialogue.on == "page" else Person(id=PERSON, first_name="Ada", username="ada")
        desk = Party(config, known, self.state, account=account, idempotency_key=key, attempt=attempt)
        desk.store = stored(self.data, Conversation(self.dialogue.on, ACCOUNT, PERSON))
        return desk

    def _know(self, happened: Event) -> None:
        if isinstance(happened, MessageEcho):
            self.state = msgspec.structs.replace(self.state, last_outbound=self.at)
        elif self.state.first_event is None and happened.person is not None:
            self.state = msgspec.structs.replace(self.state, first_event=happened.id, first_seen=self.at)

    def _event(self, turn: dict[str, Any]) -> Event | None:
        """The event of a turn; ``None`` if it only changes what the gateway knows."""
        if "passes" in turn:
            self.state = msgspec.structs.replace(self.state, owner=turn["passes"], owner_since=self.at)
            return None
        if "returns" in turn:
            self.state = msgspec.structs.replace(self.state, owner=None)
            return None
        if "comments" in turn:
            return self._comment(turn)
        received = self.at + parse_duration(turn.get("late", "0s"))
        sender = ACCOUNT if {"inbox", "app"} & turn.keys() else PERSON
        return event(
            on=self.dialogue.on,
            channel=turn.get("channel", "messaging"),
            at=self.at,
            received=received,
            sender=sender,
            **self._payload(turn),
        )

    def _payload(self, turn: dict[str, Any]) -> dict[str, Any]:
        mid = {"mid": f"m_{self.number}"}
        (act,) = ACTS.keys() & turn.keys()
        key, fields = ACTS[act](turn[act])
        own = {"is_self": True} if turn.get("by") == "self" else {}
        said = {key: fields if key in {"referral", "read"} else {**mid, **fields, **own}}
        return {**said, "recipient": {"id": PERSON}} if fields.get("is_echo") else said

    def _comment(self, turn: dict[str, Any]) -> Event:
        sender = {"id": ACCOUNT if turn.get("by") == "account" else "7200000000000002"}
        if self.dialogue.on == "instagram":
            value = {"id": "c_1", "from": {**sender, "username": "Test Commenter"}, "text": turn["comments"]}
            return change("instagram", "comments", {**value, "media": {"id": "m_1"}}, self.at)
        value = {"item": "comment", "verb": turn.get("verb", "add"), "comment_id": "c_1", "post_id": "p_1"}
        said = {"message": turn["comments"], "from": {**sender, "name": "Test Commenter"}}
        return change("page", "feed", {**value, **said, "created_time": millis(self.at) // 1000}, self.at)


def change(on: str, field_: str, value: dict[str, Any], at: datetime) -> Event:
    """The one event of a body with this change."""
    body = {
        "object": on,
        "entry": [{"id": ACCOUNT, "time": millis(at), "changes": [{"field": field_, "value": value}]}],
    }
    (found,) = wire.read(msgspec.json.encode(body), millis(at)).items
    return wire.event_of(found, millis(at))


def shown(reply: Reply) -> str:
    """A reply in short, as the table writes it."""
    match reply:
        case Text():
            text = reply.text.replace("\n\n", " / ")
            return f"[private] {text}" if reply.to is not None else text
        case SenderAction():
            return f"[{reply.action}]"
        case Media():
            return f"[{reply.media} {reply.url}]"
        case PassThread():
            return f"[pass to {reply.target_app_id or 'the default app'}]"
        case TakeThread():
            return "[take]"
    raise AssertionError(reply)

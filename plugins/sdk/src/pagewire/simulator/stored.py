"""What a living world keeps: messages, conversations, comments, assets, personas, labels, opt-ins. Plain data."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from pagewire.simulator.world import Account, ObjectName

INBOX_APPS: dict[ObjectName, str] = {"page": "263902037430900", "instagram": "1217981644879628"}
"""App ids of Meta's own inboxes (outbound.md 4.3)."""

FLOW_APP = "413038776280800"
"""App id of Meta's automated question flow, which owns threads that come from lead ads (webhooks.md 3.14)."""

THREAD_LEASE = 24 * 3600
"""Seconds after which the ownership of a silent thread lapses (outbound.md 4.3)."""


class Unknown(LookupError):
    """The world holds no such account, person, message or comment; the text says which."""


class Message(msgspec.Struct, kw_only=True, eq=False):
    """One message of a conversation, from either side.

    Attributes:
        created: milliseconds since the epoch.
        persona: id of the persona that speaks.
        notification: ``notification_type`` of the send; None is ``REGULAR``.
        assets: saved asset to its URL, for those that a template shows.
        private: the comment or post that it answers privately.
        echo: the account's own.
        edits: how often the person changed it.
        filled: its form was filled in.
    """

    mid: str
    sender: str
    recipient: str
    created: int
    text: str | None = None
    attachments: list[dict[str, Any]] = []
    quick_replies: list[dict[str, Any]] = []
    reply_to: str | None = None
    story: dict[str, Any] | None = None
    app_id: str | None = None
    metadata: str | None = None
    persona: str | None = None
    notification: str | None = None
    assets: dict[str, str] = {}
    private: str | None = None
    reactions: dict[str, str] = {}
    echo: bool = False
    unsent: bool = False
    edits: int = 0
    filled: bool = False


class Conversation(msgspec.Struct, kw_only=True, eq=False):
    """What Meta knows of one (object, account, scoped id).

    Attributes:
        last_user_ms: the person's last act that opens the 24-hour window, or None.
        consented: whether the person ever wrote, so that their profile may be read.
        blocked: the person blocked the account.
        banned: the account blocked the person.
        unbanned_ms: when it took that back, or None.
        folder: where Meta's inbox keeps it: ``inbox``, ``other`` (requests) or ``spam``.
        owner, owner_until: explicit thread owner and when (seconds) that lapses.
        unread: messages of the person that the account has not seen.
        delivered_ms, read_ms: watermarks of the account's messages on the person's side.
    """

    account: Account
    person: str
    id: str
    messages: deque[Message]
    last_user_ms: int | None = None
    updated_ms: int = 0
    consented: bool = False
    blocked: bool = False
    banned: bool = False
    unbanned_ms: int | None = None
    folder: str = "inbox"
    owner: str | None = None
    owner_until: float = 0.0
    unread: int = 0
    delivered_ms: int = 0
    read_ms: int = 0

    @property
    def lane(self) -> str:
        """The unit of ordering."""
        return f"{self.account.id}:{self.person}"

    @property
    def opened(self) -> bool:
        """Whether anything was ever said; before that nobody can be written to."""
        return self.consented or bool(self.messages)

    def owner_at(self, now: float) -> str | None:
        """The app that owns the thread at ``now`` (seconds), or None when routing is off."""
        if self.owner is not None and now < self.owner_until:
            return self.owner
        return self.account.default_app

    def stamp(self, now_ms: int) -> int:
        """A timestamp for the next thing that happens here: no two are the same."""
        self.updated_ms = max(now_ms, self.updated_ms + 1)
        return self.updated_ms


class Comment(msgspec.Struct, kw_only=True):
    """A comment, or a visitor's post. It buys one private reply within seven days (outbound.md 2.7).

    Attributes:
        visitor: a post on the Page's wall, answered by ``post_id``.
        live: on a live broadcast of an Instagram account, answered only while that lasts.
        over: that broadcast has ended.
    """

    id: str
    account_id: str
    person: str
    text: str
    created: int
    deleted: bool = False
    answered: bool = False
    visitor: bool = False
    live: bool = False
    over: bool = False


class Attachment(msgspec.Struct, kw_only=True):
    """A saved asset: reusable for 90 days by the account that uploaded it (outbound.md 3.3)."""

    id: str
    account_id: str
    kind: str
    url: str
    created: int
    reusable: bool


class Persona(msgspec.Struct, kw_only=True):
    """Somebody a Page's messages seem to come from (outbound.md 4.2)."""

    id: str
    account_id: str
    name: str
    picture: str


class Label(msgspec.Struct, kw_only=True):
    """A label of a Page, and the people who carry it (outbound.md 4.7)."""

    id: str
    account_id: str
    name: str
    people: set[str] = msgspec.field(default_factory=set)


class OptIn(msgspec.Struct, kw_only=True):
    """A person's agreement to legacy marketing messages (outbound.md 2.5).

    ``sent_ms`` is when the last one went out, ``expires_ms`` when the token ends; ``stopped`` is up to the person.
    """

    token: str
    account_id: str
    person: str
    title: str
    expires_ms: int
    sent_ms: int | None = None
    stopped: bool = False

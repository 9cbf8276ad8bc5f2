"""Faults on demand: what may go wrong between a sender and Meta, and for whom.

A fault either spoils the answer (``SPOILERS``) or its look, disturbs what follows an accepted send (the echo kinds,
``media_late``) or changes the world just before a call is looked at (``revoke_token``, ``take_thread``,
``close_window`` and the like). ``accept`` decides whether a spoilt call took effect all the same: the ambiguity of
outbound.md 5.3.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

import msgspec

Edge = Literal[
    "messages", "message_attachments", "conversations", "conversation", "message", "profile", "node",
    "thread_owner", "thread_control", "debug_token",
    "oauth", "accounts", "businesses", "system_users", "access_tokens", "permissions",
    "subscriptions", "subscribed_apps", "messenger_profile", "batch", "ids",
    "personas", "message_templates", "custom_labels", "custom_user_settings", "moderation", "insights", "stickers",
    "ids_for", "notification_messages", "*",
]  # fmt: skip


class FaultKind(StrEnum):
    """What goes wrong."""

    ERROR = "error"
    """Answer ``code``/``subcode`` with ``status``."""
    ERROR_IN_200 = "error_in_200"
    """The same body under HTTP 200."""
    HTML = "html"
    """HTTP 500 with an HTML page."""
    EMPTY = "empty"
    """An empty body with ``status``."""
    NULL = "null"
    """The body ``null`` with ``status``."""
    LIE = "lie"
    """HTTP 200 that tells of success, or of nothing found, where nothing was done."""
    NO_MESSAGE_ID = "no_message_id"
    """HTTP 200 that names the recipient and no message."""
    PLAIN_429 = "plain_429"
    """HTTP 429 without JSON."""
    DROP = "drop"
    """The connection is lost without a byte of an answer."""
    CUT = "cut"
    """The connection is lost in the middle of the answer."""
    HANG = "hang"
    """No answer for ``seconds``, then the connection is lost."""
    LATENCY = "latency"
    """The answer comes ``seconds`` later, otherwise unharmed."""
    SUCCESS_TEXT = "success_text"
    """``{"success": "true"}``, a string, instead of the boolean."""
    ECHO_FIRST = "echo_first"
    """The webhook with the echo is delivered before the answer is written."""
    ECHO_LATE = "echo_late"
    """The echo comes ``seconds`` (of the simulator's clock) later."""
    ECHO_LOST = "echo_lost"
    """No echo."""
    ECHO_TWICE = "echo_twice"
    """The echo is delivered twice."""
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - a name
    """The token used is invalidated first, with 190 and ``subcode``."""
    TAKE_THREAD = "take_thread"
    """A person answers from Meta's inbox first: the thread belongs to the inbox's app."""
    CLOSE_WINDOW = "close_window"
    """The window closes first: the person's last act is a day older, or ``seconds``."""
    EXPIRE_ATTACHMENTS = "expire_attachments"
    """The account's saved assets are past their 90 days first."""
    BLOCK = "block"
    """The person blocks the account first."""
    MEDIA_LATE = "media_late"
    """The message surfaces ``seconds`` (of the simulator's clock) later: after what is sent meanwhile."""


SPOILERS = frozenset(
    {
        FaultKind.ERROR,
        FaultKind.ERROR_IN_200,
        FaultKind.HTML,
        FaultKind.EMPTY,
        FaultKind.NULL,
        FaultKind.LIE,
        FaultKind.NO_MESSAGE_ID,
        FaultKind.PLAIN_429,
        FaultKind.DROP,
        FaultKind.CUT,
        FaultKind.HANG,
    }
)
"""The kinds that replace the answer."""


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One fault and when it strikes.

    Attributes:
        kind: what goes wrong.
        after: let so many matching calls pass first.
        times: strike so often, then be gone; None strikes until cleared.
        probability: chance to strike a matching call, 0 to 1.
        edge: which calls; ``*`` for all.
        method: only calls with this verb.
        account: only calls of this Page or Instagram account.
        person: only calls about this scoped id.
        only: ``message`` leaves sender actions alone, ``sender_action`` strikes nothing else.
        accept: whether a spoilt send takes effect all the same; one that Meta refuses hears the refusal.
        code, subcode, message: of the error body.
        status: HTTP status; None means the usual one of the kind.
        transient: the error's ``is_transient``.
        seconds: length of ``latency``, ``hang``, ``echo_late``, ``media_late`` and ``close_window``.
        regain_minutes: adds a usage header at 100 percent with this ``estimated_time_to_regain_access``.
        id: given by the simulator.
        struck: how often it struck.
    """

    kind: FaultKind
    after: int = 0
    times: int | None = 1
    probability: float = 1.0
    edge: Edge = "messages"
    method: Literal["GET", "POST", "DELETE"] | None = None
    account: str | None = None
    person: str | None = None
    only: Literal["message", "sender_action"] | None = None
    accept: bool = False
    code: int = 1
    subcode: int | None = None
    message: str | None = None
    status: int | None = None
    transient: bool | None = None
    seconds: float = 0.0
    regain_minutes: int | None = None
    id: int = 0
    struck: int = 0


class Target(msgspec.Struct, kw_only=True, frozen=True):
    """What a call is about, as far as a fault can tell."""

    edge: str
    account: str | None
    person: str | None
    action: bool
    method: str = "POST"


def throttled(code: int = 613, *, minutes: int = 5, **when: object) -> Fault:
    """A throttle: 4, 17, 32, 613 or 80006 with the usage header that says when it ends (graph.md 9.2)."""
    return msgspec.convert({"kind": "error", "code": code, "regain_minutes": minutes, **when}, Fault)


class Faults:
    """The faults in force."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._active: list[Fault] = []
        self._next = 1

    def __bool__(self) -> bool:
        return bool(self._active)

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._active))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; it comes back with its ``id``."""
        fault.id, self._next = self._next, self._next + 1
        self._active.append(fault)
        return fault

    def inject(self, kind: FaultKind | str, **settings: object) -> Fault:
        """Shorthand for ``add(Fault(kind=..., ...))`` that accepts the kind's name."""
        return self.add(msgspec.convert({"kind": str(kind), **settings}, Fault))

    def remove(self, fault_id: int) -> bool:
        """Take one fault out of force; False when it is not there."""
        before = len(self._active)
        self._active = [fault for fault in self._active if fault.id != fault_id]
        return len(self._active) < before

    def clear(self) -> None:
        """Take all faults out of force."""
        self._active.clear()

    def strike(self, target: Target) -> list[Fault]:
        """The faults that strike this call; counts them down."""
        struck = [fault for fault in self._active if _fits(fault, target) and self._fires(fault)]
        if struck:
            self._active = [fault for fault in self._active if fault.times != 0]
        return struck

    def _fires(self, fault: Fault) -> bool:
        if fault.after > 0:
            fault.after -= 1
            return False
        if fault.probability < 1 and self._chance.random() >= fault.probability:
            return False
        fault.struck += 1
        if fault.times is not None:
            fault.times -= 1
        return True


def _fits(fault: Fault, target: Target) -> bool:
    return (
        fault.edge in ("*", target.edge)
        and fault.method in (None, target.method)
        and fault.account in (None, target.account)
        and fault.person in (None, target.person)
        and (fault.only is None or (fault.only == "sender_action") == target.action)
    )

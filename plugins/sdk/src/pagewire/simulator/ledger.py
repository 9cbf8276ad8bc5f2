"""What the simulator received and sent: accepted sends, refusals, deliveries, alerts, and who waits for them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import msgspec


class Send(msgspec.Struct, kw_only=True, eq=False):
    """One accepted call of the Send API.

    Attributes:
        number: 1 for the first accepted call.
        time: milliseconds since the epoch, by the simulator's clock.
        account, object, person: whose conversation it went to (scoped id).
        recipient: as the request wrote it: ``id``, ``comment_id`` or ``post_id``.
        mid: id given to the message; None for typing and seen.
        message: the ``message`` object as sent; None for a sender action.
        sender_action: ``typing_on`` ... ``unreact``; None for a message.
        metadata: ``message.metadata``.
        messaging_type, tag: as sent.
        app_id: the sending app.
        status: HTTP status of the answer; None when the caller got none.
        fault: kind of the fault that spoilt the answer, if any.
    """

    number: int
    time: int
    account: str
    object: str
    person: str
    recipient: dict[str, Any]
    app_id: str
    mid: str | None = None
    message: dict[str, Any] | None = None
    sender_action: str | None = None
    metadata: str | None = None
    messaging_type: str | None = None
    tag: str | None = None
    status: int | None = 200
    fault: str | None = None


class RefusedCall(msgspec.Struct, kw_only=True):
    """One Send API call that was not accepted. ``code`` is None when a fault ate it without an error code."""

    number: int
    time: int
    account: str | None
    recipient: dict[str, Any] | None
    metadata: str | None
    status: int | None
    code: int | None
    subcode: int | None
    reason: str
    fault: str | None = None


class Delivery(msgspec.Struct, kw_only=True):
    """One attempt to POST a delivery body.

    Attributes:
        number: 1 for the first attempt of all.
        app_id, object, url: whose callback.
        body: the bytes as sent, escaped as Meta does.
        signature: value of ``X-Hub-Signature-256``.
        attempt: 1 for the first try of this body.
        mids: message ids in it.
        items: how many items it holds.
        status: HTTP status of the answer; None when there was none in time.
        reason: why it failed, empty when it did not.
        time: milliseconds since the epoch when it was posted.
        took: real seconds until the answer.
    """

    number: int
    app_id: str
    object: str
    url: str
    body: str
    signature: str
    attempt: int
    mids: list[str]
    items: int
    status: int | None
    reason: str
    time: int
    took: float


class Alert(msgspec.Struct, kw_only=True):
    """What Meta would tell the developer: failing deliveries, an unsubscribed account, a dropped body."""

    time: int
    app_id: str
    account: str
    kind: str
    text: str


class Tally(msgspec.Struct, kw_only=True):
    """The proof that no reply was doubled: messages accepted, by their ``metadata``."""

    accepted: int
    refused: int
    actions: int
    distinct: int
    without_metadata: int
    doubled: dict[str, int]


class Ledger:
    """Bounded records with exact totals.

    Args:
        keep: newest records kept of each sort.
        keep_metadata: distinct metadata values counted; the oldest are forgotten beyond it.
    """

    def __init__(self, *, keep: int = 100_000, keep_metadata: int = 1_000_000) -> None:
        self.keep = keep
        self.keep_metadata = keep_metadata
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self.clear()

    def clear(self) -> None:
        """Forget every record and total; those who wait go on waiting."""
        self.sends: deque[Send] = deque(maxlen=self.keep)
        self.actions: deque[Send] = deque(maxlen=self.keep)
        self.refused: deque[RefusedCall] = deque(maxlen=self.keep)
        self.deliveries: deque[Delivery] = deque(maxlen=self.keep)
        self.alerts: deque[Alert] = deque(maxlen=self.keep)
        self.accepted_total = self.actions_total = self.refused_total = self.deliveries_total = 0
        self.delivered_total = 0
        self._by_metadata: Counter[str] = Counter()
        self._without = 0

    def add_send(self, send: Send) -> None:
        """Record an accepted message or sender action."""
        if send.sender_action is not None:
            self.actions_total += 1
            self.actions.append(send)
        else:
            self.accepted_total += 1
            self.sends.append(send)
            self._count(send.metadata)
        self._wake()

    def _count(self, metadata: str | None) -> None:
        if metadata is None:
            self._without += 1
            return
        self._by_metadata[metadata] += 1
        if len(self._by_metadata) > self.keep_metadata:
            del self._by_metadata[next(iter(self._by_metadata))]

    def add_refused(self, call: RefusedCall) -> None:
        """Record a refused Send API call."""
        self.refused_total += 1
        self.refused.append(call)
        self._wake()

    def add_delivery(self, delivery: Delivery) -> None:
        """Record one attempt at a webhook delivery."""
        self.deliveries_total += 1
        delivery.number = self.deliveries_total
        self.delivered_total += delivery.status == 200
        self.deliveries.append(delivery)
        self._wake()

    def add_alert(self, alert: Alert) -> None:
        """Record an alert to the developer."""
        self.alerts.append(alert)
        self._wake()

    def metadata_count(self, metadata: str) -> int:
        """How many messages were accepted with this metadata."""
        return self._by_metadata.get(metadata, 0)

    def tally(self) -> Tally:
        """Count the accepted messages by metadata."""
        return Tally(
            accepted=self.accepted_total,
            refused=self.refused_total,
            actions=self.actions_total,
            distinct=len(self._by_metadata),
            without_metadata=self._without,
            doubled={key: count for key, count in self._by_metadata.items() if count > 1},
        )

    async def wait_until(self, condition: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109 - a limit of the API
        """Wait until ``condition`` holds; it is looked at after every record.

        Args:
            condition: cheap and without side effects.
            timeout: real seconds.

        Raises:
            TimeoutError: it did not come true in time.
        """
        if condition():
            return
        waiter = (condition, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter[1]
        finally:
            self._waiters.remove(waiter)

    def poke(self) -> None:
        """Look at the conditions again after something changed that is no record."""
        self._wake()

    def _wake(self) -> None:
        for condition, future in self._waiters:
            if not future.done() and condition():
                future.set_result(None)

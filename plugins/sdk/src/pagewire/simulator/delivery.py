"""Webhook deliveries of one app and object: batches in order, retries by Meta's schedule, the switch-off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec

from pagewire.simulator import schedule
from pagewire.simulator.clock import Clock
from pagewire.simulator.health import Health
from pagewire.simulator.lanes import Lanes
from pagewire.simulator.post import DeliveryOptions, Poster, Slot
from pagewire.simulator.webhooks import Item


class Callback(Protocol):
    """Where a courier's deliveries go, asked anew for every attempt."""

    def url(self) -> str | None:
        """The callback URL, or None when the app-level subscription is gone."""

    def listens(self, account: str) -> bool:
        """Whether the account still has the app installed."""

    def trouble(self, account: str, kind: str, text: str) -> None:
        """Tell the developer; ``kind`` is ``alert``, ``disable`` (also unsubscribe) or ``drop``."""


class _Batch(msgspec.Struct, eq=False):
    items: list[Item]
    first: float
    tries: int = 0


class Courier:
    """Delivers the items of one app and object.

    Args:
        poster: makes the attempts.
        callback: where they go.
        clock: retries wait by it.
        options: shared by all couriers.
        changed: called whenever ``outstanding`` fell.
    """

    def __init__(
        self,
        poster: Poster,
        callback: Callback,
        *,
        clock: Clock,
        options: DeliveryOptions,
        changed: Callable[[], None],
    ) -> None:
        self._poster, self._callback, self._clock = poster, callback, clock
        self._options, self._changed = options, changed
        self._lanes, self._health = Lanes(), Health()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False
        self._retrying = 0
        self.postponed = 0
        """Delivery bodies that wait for a later retry."""

    @property
    def outstanding(self) -> int:
        """Items waiting or on their way; what is postponed is not counted."""
        return len(self._lanes) + self._retrying

    def put(self, item: Item) -> None:
        """Deliver an item as soon as its lane allows."""
        if not self._started:
            self._started = True
            self._spawn(self._run())
        self._lanes.put(item)
        if item.swap:
            asyncio.get_running_loop().call_later(self._options.hold, self._let_go, item)
        self._wake.set()

    def nudge(self) -> None:
        """Look again: the options changed."""
        self._wake.set()

    async def close(self) -> None:
        """Stop at once; what was not delivered is lost."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._poster.close()

    def _let_go(self, item: Item) -> None:
        if self._lanes.release(item):
            self._wake.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._options.paused or not self._lanes.ready:
                await self._wake.wait()
                continue
            if self._options.batch > 1 and self._lanes.waiting < self._options.batch:
                await asyncio.sleep(self._options.linger)
            slot = await self._poster.slot()
            self._spawn(self._deliver(self._lanes.take(self._options.batch), slot))

    async def _deliver(self, items: list[Item], slot: Slot) -> None:
        batch = _Batch(list(items), self._clock.now())
        try:
            while batch.tries <= schedule.IMMEDIATE and not await self._attempt(batch, slot):
                pass
        finally:
            self._poster.free(slot)
            self._lanes.done(items)
        if batch.items:
            self._spawn(self._later(batch))
        self._repeat(items)
        self._wake.set()
        self._changed()

    def _repeat(self, items: list[Item]) -> None:
        for item in items:
            if item.again > 0:
                self.put(msgspec.structs.replace(item, again=item.again - 1, swap=False))

    async def _attempt(self, batch: _Batch, slot: Slot) -> bool:
        """Try once; True when nothing is left to try."""
        url = self._callback.url()
        batch.items = [item for item in batch.items if self._callback.listens(item.account)]
        if url is None or not batch.items:
            batch.items = []
            return True
        batch.tries += 1
        if await self._poster.post(slot, url, batch.items, batch.tries):
            for account in {item.account for item in batch.items}:
                self._health.succeeded(account)
            batch.items = []
            return True
        self._failed(batch)
        return False

    def _failed(self, batch: _Batch) -> None:
        for account in {item.account for item in batch.items}:
            verdict = self._health.failed(account, self._clock.now())
            if verdict == "alert":
                self._callback.trouble(account, "alert", "Webhook deliveries have failed for 15 minutes.")
            elif verdict == "disable":
                text = "Webhooks Disabled: deliveries failed for an hour; the app was unsubscribed."
                self._callback.trouble(account, "disable", text)

    async def _later(self, batch: _Batch) -> None:
        self.postponed += 1
        try:
            while batch.items:
                when = schedule.next_try(batch.tries, batch.first, self._clock.now())
                if when is None:
                    self._drop(batch)
                    return
                await self._clock.sleep_until(when)
                await self._retry(batch)
        finally:
            self.postponed -= 1
            self._changed()

    async def _retry(self, batch: _Batch) -> None:
        slot = await self._poster.slot()
        self._retrying += len(batch.items)
        count = len(batch.items)
        try:
            await self._attempt(batch, slot)
        finally:
            self._retrying -= count
            self._poster.free(slot)
            self._changed()

    def _drop(self, batch: _Batch) -> None:
        for account in {item.account for item in batch.items}:
            self._callback.trouble(account, "drop", "A delivery was dropped after 36 hours of retries.")
        batch.items = []

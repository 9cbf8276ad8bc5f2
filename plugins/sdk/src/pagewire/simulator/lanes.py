"""The order in which items leave: one lane a conversation, batches across lanes. Plain data, no I/O."""

from __future__ import annotations

from collections import deque

import msgspec

from pagewire.simulator.webhooks import Item


class _Lane(msgspec.Struct, eq=False):
    items: deque[Item]
    busy: bool = False
    held: Item | None = None


class Lanes:
    """Items waiting for delivery.

    A lane whose items are on their way is left alone until they are done, so a conversation's items never
    overtake each other, unless an item asks for it (``swap``).
    """

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._ready: deque[str] = deque()
        self.waiting = 0
        """Items not taken yet, those held back for a swap included."""
        self.in_flight = 0
        """Items taken and not done."""

    def __len__(self) -> int:
        return self.waiting + self.in_flight

    def put(self, item: Item) -> None:
        """Add an item; one that asks to be swapped is held until the next item of its lane."""
        lane = self._lanes.setdefault(item.lane, _Lane(deque()))
        self.waiting += 1
        if item.swap and lane.held is None:
            lane.held = item
            return
        self._offer(item.lane, lane, item)
        if lane.held is not None:
            held, lane.held = lane.held, None
            self._offer(item.lane, lane, held)

    def release(self, item: Item) -> bool:
        """Let a held item go though nothing followed it; False when it is no longer held."""
        lane = self._lanes.get(item.lane)
        if lane is None or lane.held is not item:
            return False
        lane.held = None
        self._offer(item.lane, lane, item)
        return True

    def _offer(self, name: str, lane: _Lane, item: Item) -> None:
        if not lane.busy and not lane.items:
            self._ready.append(name)
        lane.items.append(item)

    @property
    def ready(self) -> bool:
        """Whether ``take`` would return something."""
        return bool(self._ready)

    def take(self, limit: int) -> list[Item]:
        """Up to ``limit`` items of lanes that are not busy, in order within each lane; makes them busy."""
        taken: list[Item] = []
        while self._ready and len(taken) < limit:
            lane = self._lanes[self._ready.popleft()]
            lane.busy = True
            while lane.items and len(taken) < limit:
                taken.append(lane.items.popleft())
        self.waiting -= len(taken)
        self.in_flight += len(taken)
        return taken

    def done(self, items: list[Item]) -> None:
        """What ``take`` returned is settled: its lanes are free again."""
        self.in_flight -= len(items)
        for name in {item.lane for item in items}:
            lane = self._lanes.get(name)
            if lane is None:
                continue
            lane.busy = False
            if lane.items:
                self._ready.append(name)
            elif lane.held is None:
                del self._lanes[name]

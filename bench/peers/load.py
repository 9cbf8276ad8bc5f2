"""The load of the comparison: batches, repeats and conversations, from a process of its own.

    python -m bench.peers.load PORT PATH CONNECTIONS SECONDS FIRST_TURN LEDGER mixed|single [RATE]

Every connection has eight conversations to itself and sends a delivery only after the one before was answered, so there is no
doubt about the order. ``mixed`` deliveries hold 1, 1, 1, 2 and 5 messages in turn, of several people, some in one entry and
some in entries of their own, two of the same person; ``single`` ones hold one. Of twenty deliveries one is sent again by
*another* connection: every other time at once, as Meta does when it is impatient, else about two hundred deliveries later.
RATE in deliveries a second makes it an open loop, and latencies count from when a delivery was due. Writes to the file LEDGER
which messages were sent, acknowledged and repeated, and prints one line of JSON.
"""

import asyncio
import heapq
import json
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path

import httptools
import uvloop

from bench.peers import talk
from bench.peers.talk import Message

SHAPES = {"mixed": ((0,), (0,), (0,), (0, 1), (0, 1, 4, 4, 2)), "single": ((0,),)}
"""Which conversations a delivery is about, counted from one that moves on with every delivery."""
CONVERSATIONS, REPEAT_EVERY, LATER = 8, 20, 200


class Delivery:
    """Messages of one delivery body."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        self.made = int(time.time() * 1000)

    def request(self, path: str) -> bytes:
        return talk.request(path, talk.body(self.messages, self.made))


class Connection(asyncio.Protocol):
    """One keep-alive connection and the people who write through it."""

    def __init__(self, run: "Run", number: int) -> None:
        self.run = run
        self.number = number
        self.turns = Counter[int]()
        self.made = 0
        self.now: tuple[Delivery, float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        assert self.now
        delivery, due = self.now
        self.now = None
        self.run.answered(self, delivery, self.parser.get_status_code(), time.perf_counter() - due)

    def connection_lost(self, exc: Exception | None) -> None:
        self.run.lost(self)

    def send(self, due: float) -> None:
        delivery = self.run.repeat_for(self) or self.next_delivery()
        self.now = delivery, due
        self.transport.write(delivery.request(self.run.path))  # type: ignore[attr-defined]

    def next_delivery(self) -> Delivery:
        shape = self.run.shapes[self.made % len(self.run.shapes)]
        delivery = Delivery([self.next_message(place) for place in shape])
        self.made += 1
        self.run.new(self, delivery)
        return delivery

    def next_message(self, place: int) -> Message:
        which = self.number * CONVERSATIONS + (self.made * 3 + place) % CONVERSATIONS
        self.turns[which] += 1
        return Message(which, self.run.first + self.turns[which])


class Run:
    """One measurement."""

    def __init__(self, path: str, first: int, seconds: float, shapes: tuple[tuple[int, ...], ...]) -> None:
        self.path, self.first, self.shapes = path, first, shapes
        self.end = time.perf_counter() + seconds
        self.connections: list[Connection] = []
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.sent: list[Message] = []
        self.acknowledged: set[Message] = set()
        self.repeated: set[Message] = set()
        self.repeats: list[tuple[int, int, int, Delivery]] = []
        self.deliveries = 0
        self.tie = count()
        self.due: list[float] = []
        self.open = False
        self.idle = asyncio.Event()

    def new(self, connection: Connection, delivery: Delivery) -> None:
        self.sent += delivery.messages
        self.deliveries += 1
        if self.deliveries % REPEAT_EVERY == 0:
            later = LATER if self.deliveries % (2 * REPEAT_EVERY) == 0 else 0
            heapq.heappush(self.repeats, (self.deliveries + later, next(self.tie), connection.number, delivery))

    def repeat_for(self, connection: Connection) -> Delivery | None:
        if not self.repeats or self.repeats[0][0] > self.deliveries or self.repeats[0][2] == connection.number:
            return None
        delivery = heapq.heappop(self.repeats)[3]
        self.repeated.update(delivery.messages)
        return delivery

    def answered(self, connection: Connection, delivery: Delivery, status: int, latency: float) -> None:
        self.statuses[str(status)] += 1
        self.latencies.append(latency)
        if status == 200:
            self.acknowledged.update(delivery.messages)
        now = time.perf_counter()
        if now < self.end and (not self.open or self.due):
            connection.send(self.due.pop(0) if self.open else now)
        elif now >= self.end and all(one.now is None for one in self.connections):
            self.idle.set()

    def lost(self, connection: Connection) -> None:
        if not self.idle.is_set():
            self.statuses["lost"] += 1
            connection.now = None
            self.connections.remove(connection)
            if not self.connections:
                self.idle.set()

    async def open_loop(self, rate: float) -> None:
        self.open = True
        next_due = time.perf_counter()
        while time.perf_counter() < self.end and self.connections:
            while next_due <= time.perf_counter():
                free = next((one for one in self.connections if one.now is None), None)
                if free is None:
                    self.due.append(next_due)
                else:
                    free.send(next_due)
                    # The next one takes another connection, so that all conversations have their turn.
                    self.connections.append(self.connections.pop(self.connections.index(free)))
                next_due += 1 / rate
            await asyncio.sleep(0.001)

    def report(self, began: float) -> dict[str, object]:
        elapsed = time.perf_counter() - began
        spread = sorted(self.latencies) or [0.0]
        at = {
            f"p{share}": round(spread[min(len(spread) - 1, len(spread) * share // 100)] * 1000, 2) for share in (50, 99)
        }
        told = {
            "began": began,
            "deliveries": len(self.latencies),
            "statuses": dict(self.statuses),
            "seconds": round(elapsed, 3),
            **at,
        }
        return {**told, "sent": len(self.sent), "acknowledged": len(self.acknowledged), "repeated": len(self.repeated)}


async def measure(port: int, connections: int, run: Run, rate: float | None) -> float:
    loop = asyncio.get_running_loop()
    for number in range(connections):
        _, made = await loop.create_connection(lambda number=number: Connection(run, number), "127.0.0.1", port)
        run.connections.append(made)
    began = time.perf_counter()
    if rate is None:
        for connection in run.connections:
            connection.send(began)
    else:
        await run.open_loop(rate)
    if any(one.now for one in run.connections):
        await asyncio.wait_for(run.idle.wait(), run.end - time.perf_counter() + 60)
    return began


def main() -> None:
    port, path, connections, seconds, first, ledger, shapes = sys.argv[1:8]
    rate = float(sys.argv[8]) if len(sys.argv) > 8 else None
    run = Run(path, int(first), float(seconds), SHAPES[shapes])
    began = uvloop.run(measure(int(port), int(connections), run, rate))
    kept = {"sent": run.sent, "acknowledged": sorted(run.acknowledged), "repeated": sorted(run.repeated)}
    Path(ledger).write_text(json.dumps(kept))
    print(json.dumps(run.report(began)))


if __name__ == "__main__":
    main()

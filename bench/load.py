"""A load generator: signed delivery bodies over many connections, from a process of its own.

    python -m bench.load PORT CONNECTIONS SECONDS [RATE]

Prints one JSON line: requests, answers by status, seconds, latency percentiles in milliseconds. Without RATE it is a closed
loop (each connection sends as soon as it has its answer), with RATE an open one: latencies then count from the moment a request
was due, so a stall is not hidden by the generator waiting for it.
"""

import asyncio
import json
import sys
import time
from collections import Counter

from bench.bodies import request_bytes


class Connection(asyncio.Protocol):
    """One keep-alive connection that sends prepared requests one after the other."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.buffer = b""
        self.sent_at = 0.0
        self.idle = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.run.ready(self)

    def send(self, due: float) -> None:
        self.idle = False
        self.sent_at = due
        self.transport.write(self.run.next_request())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        self.idle = True
        self.run.answered(self, head[9:12].decode(), time.perf_counter() - self.sent_at)

    def connection_lost(self, exc: Exception | None) -> None:
        self.run.statuses["lost"] += 1
        self.run.connections.discard(self)


class Run:
    """One measurement."""

    def __init__(self, seconds: float, rate: float | None) -> None:
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.connections: set[Connection] = set()
        self.number = int(time.time() * 1000) * 1_000_000
        self.end = time.perf_counter() + seconds
        self.rate = rate
        self.due: list[float] = []
        self.done = asyncio.Event()

    def next_request(self) -> bytes:
        self.number += 1
        return request_bytes(self.number)

    def ready(self, connection: Connection) -> None:
        self.connections.add(connection)
        if self.rate is None:
            connection.send(time.perf_counter())

    def answered(self, connection: Connection, status: str, latency: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(latency)
        now = time.perf_counter()
        if now >= self.end:
            self.done.set()
        elif self.rate is None:
            connection.send(now)
        elif self.due:
            connection.send(self.due.pop(0))

    async def open_loop(self) -> None:
        assert self.rate is not None
        next_due = time.perf_counter()
        while time.perf_counter() < self.end:
            while next_due <= time.perf_counter():
                free = next((one for one in self.connections if one.idle), None)
                if free is None:
                    self.due.append(next_due)
                else:
                    free.send(next_due)
                next_due += 1 / self.rate
            # In a thread, as uvloop knows whole milliseconds only: it would spin, and take a processor from what is measured.
            await asyncio.to_thread(time.sleep, max(0.0, next_due - time.perf_counter()))


async def run(port: int, connections: int, seconds: float, rate: float | None) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    measured = Run(seconds, rate)
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(measured), "127.0.0.1", port)
    began = time.perf_counter()
    if rate is not None:
        await measured.open_loop()
    else:
        await asyncio.wait_for(measured.done.wait(), seconds + 30)
    elapsed = time.perf_counter() - began
    spread = sorted(measured.latencies)
    at = {f"p{share}": round(spread[min(len(spread) - 1, len(spread) * share // 100)] * 1000, 2) for share in (50, 99)}
    return {"requests": len(spread), "statuses": dict(measured.statuses), "seconds": round(elapsed, 3), **at}


def main() -> None:
    import uvloop

    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    rate = float(sys.argv[4]) if len(sys.argv) > 4 else None
    print(json.dumps(uvloop.run(run(port, connections, seconds, rate))))


if __name__ == "__main__":
    main()

"""The lightest possible Send API and CRM: answers at once, counts, and times how long each message was on its way.

    python -m bench.stub [DELAY_MS]

Prints its port; a line ``report`` on standard input prints one JSON line and starts the count anew; the end of the input ends it.
A reply text ``re N`` holds the monotonic nanoseconds at which message N was due.
"""

import asyncio
import json
import re
import sys
import time

_SENT = b'{"recipient_id":"24000000000000001","message_id":"m_%020d"}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_NUMBER = re.compile(rb'"re ([0-9]+)"')


class Stub(asyncio.Protocol):
    """One connection."""

    latencies: list[float] = []
    sends = 0
    others = 0
    delay = 0.0

    def __init__(self) -> None:
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            self.answer(head, rest[:length])

    def answer(self, head: bytes, body: bytes) -> None:
        if b"/messages" not in head[:100]:
            Stub.others += 1
            self.write(b"{}")
            return
        Stub.sends += 1
        number = _NUMBER.search(body)
        if number:
            Stub.latencies.append(time.monotonic_ns() / 1e9 - int(number[1]) / 1e9)
        self.write(_SENT % Stub.sends)

    def write(self, body: bytes) -> None:
        answer = _ANSWER % (len(body), body)
        if Stub.delay:
            asyncio.get_running_loop().call_later(Stub.delay, self.transport.write, answer)  # type: ignore[attr-defined]
        else:
            self.transport.write(answer)  # type: ignore[attr-defined]


def report() -> str:
    spread = sorted(Stub.latencies) or [0.0]
    at = {f"p{share}": round(spread[min(len(spread) - 1, len(spread) * share // 100)] * 1000, 2) for share in (50, 99)}
    found = json.dumps({"sends": Stub.sends, "others": Stub.others, **at})
    Stub.latencies, Stub.sends, Stub.others = [], 0, 0
    return found


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stub, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        if line.strip() == "report":
            print(report(), flush=True)


def main() -> None:
    import uvloop

    Stub.delay = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    uvloop.run(serve())


if __name__ == "__main__":
    main()

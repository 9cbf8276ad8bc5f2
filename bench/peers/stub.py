"""A Send API that remembers which message every answer was for, in the order in which they came.

    python -m bench.peers.stub

Prints its port. A line ``delay MS`` makes every answer take that long; ``count`` prints how many answers came since the last
``dump FILE``, which writes them as JSON and forgets them. The end of the input ends it.

As Meta does, it tells who asks what was said last in a conversation: Pagewire looks there after a crash, no peer does.
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict, deque
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench.peers.talk import PERSON, Message
from bench.stub import _ANSWER, Stub

_ANSWERED = re.compile(rb'"re ([0-9]+)-([0-9]+)"')
_CONVERSATION = re.compile(rb"GET /v[0-9.]+/[0-9]+/conversations\?.*user_id=([0-9]+)")
_MESSAGES = re.compile(rb"GET /v[0-9.]+/t_([0-9]+)\?")


class SendApi(Stub):
    """One connection of a peer."""

    came: list[tuple[int, int]] = []
    last = 0.0
    newest: defaultdict[int, deque[dict[str, Any]]] = defaultdict(partial(deque, maxlen=20))  # type: ignore[arg-type]

    def answer(self, head: bytes, body: bytes) -> None:
        listed = None if body else history(head)
        if listed is not None:
            Stub.others += 1
            self.write(json.dumps(listed).encode())
            return
        found = _ANSWERED.search(body)
        if found:
            remember(Message(int(found[1]), int(found[2])))
        super().answer(head, body)

    def write(self, body: bytes) -> None:
        answer = _ANSWER % (len(body), body)
        if Stub.delay:
            asyncio.get_running_loop().call_later(Stub.delay, self.written, answer)
        else:
            self.written(answer)

    def written(self, answer: bytes) -> None:
        # Who was killed meanwhile hears nothing.
        if not self.transport.is_closing():
            self.transport.write(answer)  # type: ignore[attr-defined]


def remember(message: Message) -> None:
    SendApi.last = time.perf_counter()
    SendApi.came.append((message.conversation, message.turn))
    said = {"message": f"re {message.conversation}-{message.turn}", "from": {"id": message.page}}
    named = {"id": f"m_{Stub.sends + 1:020d}", "created_time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")}
    SendApi.newest[message.conversation].appendleft({**named, **said})


def history(head: bytes) -> dict[str, Any] | None:
    """What a question for a conversation, or for its newest messages, is answered with."""
    if found := _CONVERSATION.match(head):
        return {"data": [{"id": f"t_{int(found[1])}"}]}
    if found := _MESSAGES.match(head):
        return {"messages": {"data": list(SendApi.newest[int(found[1]) - PERSON])}}
    return None


def obey(command: str, argument: str) -> str:
    if command == "delay":
        Stub.delay = float(argument) / 1000
    elif command == "dump":
        Path(argument).write_text(json.dumps(SendApi.came))
        SendApi.came = []
    return json.dumps({"came": len(SendApi.came), "last": SendApi.last})


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(SendApi, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, _, argument = line.strip().partition(" ")
        print(obey(command, argument), flush=True)


def main() -> None:
    import uvloop

    uvloop.run(serve())


if __name__ == "__main__":
    main()

"""Two plugins for the chaos run: one that writes down what it is handed, and one that does so and then misbehaves."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from pagewire.context import Context
from pagewire.events import Message
from pagewire.hooks import hookimpl


class Trace(Struct, frozen=True):
    """Where to write the id of each event."""

    path: str


def _write_down(event: Message, path: str) -> None:
    # One write to an open-for-append file: what kill -9 interrupts is either there or not.
    line = f"{event.id}\n".encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line)
    finally:
        os.close(file)


class Witness:
    """Writes down what it is handed, in a plain function: it runs in a thread."""

    Config = Trace

    @hookimpl
    def message_received(self, event: Message, context: Context[Trace]) -> None:
        _write_down(event, context.config.path)


class Unruly:
    """Writes down what it is handed, then does what the file ``mode`` beside its trace says."""

    Config = Trace

    def __init__(self) -> None:
        self._leaked: list[Any] = []

    @hookimpl
    async def message_received(self, event: Message, context: Context[Trace]) -> None:
        trace = Path(context.config.path)
        _write_down(event, context.config.path)
        mode, _, about = trace.with_name("mode").read_text().partition(" ")
        if mode == "block":
            time.sleep(float(about))
        elif mode == "leak":
            self._leaked.append(os.urandom(int(about)))
        elif mode == "raise" or (mode == "poison" and event.text == about):
            raise RuntimeError("an unruly plugin")
        elif mode == "hang":
            await asyncio.Event().wait()

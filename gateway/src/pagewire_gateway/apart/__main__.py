"""The process of one plugin: ``python -m pagewire_gateway.apart SOCKET``. The gateway starts it, and it ends with the gateway."""

import asyncio
import itertools
import logging
import os
import pickle
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Final

import msgspec

from pagewire_gateway.apart import frames
from pagewire_gateway.apart.keeping import Keeping
from pagewire_gateway.apart.offered import CALL, RemoteContext
from pagewire_gateway.apart.words import (
    Answer,
    Ask,
    Begin,
    Call,
    Cancel,
    Facts,
    Keep,
    Logged,
    Ping,
    Pong,
    Raised,
    Told,
    error_of,
    returned,
    told_error,
)
from pagewire_gateway.loops import loop_factory
from pagewire_gateway.plugins import Plugin, load

_CALL: ContextVar[int | None] = ContextVar("pagewire_call", default=None)
_NAMES: Final = ("plugin", "account", "event", "reply", "request")


class Desk:
    """Calls the plugin's hooks.

    Args:
        begin: which plugin it is.
        tell: sends the gateway a message.
    """

    def __init__(self, begin: Begin, tell: Callable[[Told], None]) -> None:
        sys.path[:] = begin.path
        self._plugin: Plugin = load(found=[EntryPoint(begin.name, begin.point, "pagewire")])[begin.name]
        self._folder = Path(begin.secrets)
        self._tell = tell
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)
        self._turn = asyncio.Lock()
        self._keeping = Keeping()

    def hear(self, told: Any) -> None:
        """Do what the gateway says."""
        match told:
            case Keep():
                self._keeping.keep(told)
            case Call():
                known = {name: self._given(told.id, value) for name, value in told.given.items()}
                task = self._calls[told.id] = asyncio.create_task(self._call(told, known))
                task.add_done_callback(lambda _: self._calls.pop(told.id, None))
            case Cancel() if told.id in self._calls:
                self._calls[told.id].cancel()
            case Answer() if told.id in self._asked:
                _end(self._asked.pop(told.id), told)
            case Ping():
                self._tell(Pong(memory=_memory(), cpu=time.process_time()))

    async def _call(self, call: Call, known: dict[str, Any]) -> None:
        _CALL.set(call.id)
        hook = self._plugin.hooks[call.hook]
        try:
            async with self._turn:
                await asyncio.sleep(
                    0
                )  # so that many calls that block do so one by one, and the gateway is heard in between
            said: Told = returned(call.id, await hook.call(known))
        except BaseException as error:  # noqa: BLE001 - whatever it raises is told
            said = Raised(id=call.id, what=told_error(error))
        self._tell(said)

    def _given(self, call: int, value: Any) -> Any:
        if not isinstance(value, Facts):
            return value
        if "config" in value.known:
            value.known["config"] = self._keeping.value(value.known["config"])

        async def ask(part: str, method: str, *given: Any, **named: Any) -> Any:
            return await self._ask(
                Ask(id=next(self._ids), of=call, part=part, method=method, given=[*given], named=named)
            )

        return RemoteContext(self._plugin.name, call, value, ask, self._tell, self._folder)

    async def _ask(self, ask: Ask) -> Any:
        future = self._asked[ask.id] = asyncio.get_running_loop().create_future()
        try:
            self._tell(ask)
            return await future
        finally:
            self._asked.pop(ask.id, None)


def _end(future: "asyncio.Future[Any]", answer: Answer) -> None:
    if future.done():
        return
    if answer.error is None:
        future.set_result(answer.value)
    else:
        future.set_exception(error_of(answer.error))


class Forwarding(logging.Handler):
    """Hands lines of the log to the gateway."""

    def __init__(self, tell: Callable[[Told], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one over."""
        names = {name: str(getattr(record, name)) for name in _NAMES if hasattr(record, name)}
        of = getattr(record, CALL, _CALL.get())
        self._tell(Logged(of=of, logger=record.name, level=record.levelno, text=record.getMessage(), names=names))


def _memory() -> int:
    """Bytes that are in memory now."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def serve(descriptor: int) -> None:
    """Work until the gateway hangs up."""
    loop, home = asyncio.get_running_loop(), threading.get_ident()
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))

    def tell(told: Told) -> None:
        body = frames.framed(msgspec.msgpack.encode(told))
        if threading.get_ident() == home:
            writer.write(body)
        else:
            loop.call_soon_threadsafe(writer.write, body)  # plain functions log from threads

    begin = await frames.read(reader)
    if begin is None:
        return
    logging.basicConfig(level=logging.INFO, handlers=[Forwarding(tell)])
    desk = Desk(pickle.loads(begin), tell)  # noqa: S301 - the other end of the socket is the gateway that started us
    while (body := await frames.read(reader)) is not None:
        desk.hear(pickle.loads(body))  # noqa: S301 - likewise


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(int(sys.argv[1])))
    os._exit(0)  # threads that hang keep nobody waiting

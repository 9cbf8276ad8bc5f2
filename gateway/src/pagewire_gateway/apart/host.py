"""One plugin's process, as the gateway has it: started when it is needed, watched, ended, and started again."""

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from opentelemetry import context as otel
from opentelemetry import trace

from pagewire.outbound import VARIABLE as PRIVATE
from pagewire_gateway.admin.ports import ProcessInfo
from pagewire_gateway.apart import frames
from pagewire_gateway.apart.asked import answered
from pagewire_gateway.apart.speaking import Speaking
from pagewire_gateway.apart.words import (
    Answer,
    Ask,
    Begin,
    Call,
    Cancel,
    Logged,
    Ping,
    Pong,
    Raised,
    Returned,
    Span,
    error_of,
    heard,
    told_error,
    value_of,
)
from pagewire_gateway.config import variables
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_LOOK: Final = 1.0
_DEATHS: Final = 3
_MEMORY: Final = 600.0
_GRACE: Final = 2.0
_NICE: Final = 15
_GREEDY: Final = 0.5
"""Share of one processor, over a stretch, after which a process loses its priority."""
_STRETCH: Final = 3.0
_STARTING: Final = 60.0
"""Seconds in which a process has to say its first word: it imports the plugin, and the machine may be busy."""
_SETTLING: Final = 3.0
"""Seconds that a process may take to start, whatever they cost."""


class PluginProcessEnded(Exception):
    """The plugin's process ended while it was at work; the event is handed over again."""


class Limits(Struct, frozen=True, kw_only=True):
    """What a plugin's process may do before it is ended.

    Attributes:
        silence: seconds for which its event loop may be kept.
        memory: bytes.
    """

    silence: float = 10.0
    memory: int = 512 << 20


class _Going(Struct):
    """A call under way."""

    future: "asyncio.Future[Any]"
    context: Any
    trace: otel.Context


class Host:
    """Runs one plugin.

    Args:
        begin: which one.
        limits: after which its process is ended.
        give_up: told why, when the process ended three times within ten minutes.
        introduce: calls ``page_added`` for every account, in a process that took over from another.
    """

    def __init__(
        self,
        begin: Begin,
        limits: Limits,
        give_up: Callable[[str, str], None],
        introduce: Callable[[], Awaitable[None]],
    ) -> None:
        self._begin, self._limits, self._give_up, self._introduce = begin, limits, give_up, introduce
        self.begins_anew = False
        """The plugin was told of its accounts before, elsewhere."""
        self._introduced, self._works = asyncio.Event(), asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._speaking: Speaking | None = None
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._going: dict[int, _Going] = {}
        self._ids = itertools.count(1)
        self._deaths: deque[float] = deque(maxlen=_DEATHS)
        self._heard = 0.0
        self._memory = 0
        self._why = ""
        self._looked, self._is_lowered = (0.0, 0.0), False
        self.caught = False
        """The plugin kept the event loop of the gateway once."""
        self._tracer = trace.get_tracer(f"pagewire.plugin.{begin.name}")

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    @property
    def process(self) -> ProcessInfo | None:
        """What it has, while there is one."""
        return ProcessInfo(self._process.pid, self._memory) if self._process else None

    async def call(self, hook: str, given: Mapping[str, Any]) -> Any:
        """Call a hook in the plugin's process.

        Raises:
            PluginProcessEnded: it ended meanwhile.
            Exception: whatever the hook raised.
        """
        speaking = await self._ready()
        if hook != "page_added":
            await self._introduced.wait()
        id_, context = next(self._ids), given.get("context")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._going[id_] = _Going(future, context, otel.get_current())
        try:
            plain = {name: speaking.facts(each) if name == "context" else each for name, each in given.items()}
            speaking.say(Call(id=id_, hook=hook, given=plain))
            await speaking.heard()
            return await future
        except (ConnectionError, asyncio.CancelledError) as error:
            if isinstance(error, ConnectionError):
                raise PluginProcessEnded(self._why) from error
            speaking.say(Cancel(id_))
            raise
        finally:
            self._going.pop(id_, None)

    async def warm(self) -> None:
        """Start the process, and wait until it works, or until it is plain that it does not: then its calls say why."""
        await self._ready()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STARTING):
                await self._works.wait()

    async def aclose(self) -> None:
        """Hang up; what does not end by itself is killed."""
        if self._speaking is not None:
            self._speaking.hang_up()
        if self._process is not None:
            try:
                async with asyncio.timeout(_GRACE):
                    await self._process.wait()
            except TimeoutError:
                self._kill("it did not end with the gateway")
        await cancelled(*self._tasks)

    async def _ready(self) -> Speaking:
        async with self._starting:
            if self._speaking is None:
                self._speaking = await self._start()
            return self._speaking

    async def _start(self) -> Speaking:
        ours, theirs = socket.socketpair()
        with theirs:
            command = (sys.executable, "-m", "pagewire_gateway.apart", str(theirs.fileno()))
            self._process = await asyncio.create_subprocess_exec(
                *command, pass_fds=[theirs.fileno()], env=_environment()
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        speaking = Speaking(writer)
        self._why, self._heard, self._memory = "", time.monotonic() + _STARTING, 0
        self._looked, self._is_lowered = (time.monotonic() + _SETTLING, 0.0), False
        speaking.say(self._begin)
        self._spawn(self._listen(self._process, reader, speaking))
        self._introduced.clear()
        self._works.clear()
        self._spawn(self._tell_of_accounts(self.begins_anew))
        self.begins_anew = True
        log.info("plugin %s runs in a process of its own, %d", self._begin.name, self._process.pid)
        return speaking

    async def _tell_of_accounts(self, anew: bool) -> None:
        try:
            if anew:
                await self._introduce()
        finally:
            self._introduced.set()

    async def _listen(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, speaking: Speaking
    ) -> None:
        watching = asyncio.create_task(self._watch(speaking))
        try:
            while (body := await frames.read(reader)) is not None:
                self._heard = time.monotonic()
                if not self._works.is_set():
                    self._begin_work()
                self._hear(heard(body), speaking)
        except ValueError as error:
            self._kill(f"it said what nobody understands ({type(error).__name__})")
        finally:
            self._works.set()
            watching.cancel()
            speaking.hang_up()
            self._speaking = None
            self._ended(await process.wait())

    def _begin_work(self) -> None:
        """It has started; a busy machine would hardly ever let it, had it come last from the beginning."""
        self._works.set()
        if self.caught:
            self._lower("it kept the event loop of the gateway")

    def _hear(self, told: Any, speaking: Speaking) -> None:
        match told:
            case Returned() | Raised() if told.id in self._going:
                _end(self._going[told.id].future, told)
            case Ask() if told.of in self._going:
                self._spawn(self._answer(told, self._going[told.of].context, speaking))
            case Logged():
                self._write(told)
            case Span() if told.of in self._going:
                within = self._going[told.of].trace
                span = self._tracer.start_span(told.name, within, start_time=told.began, attributes=told.attributes)
                span.end(told.ended)
            case Pong():
                self._judge(told)

    def _write(self, told: Logged) -> None:
        """Write a line of the log, within the trace of its call."""
        going = self._going.get(told.of) if told.of is not None else None
        token = otel.attach(going.trace) if going is not None else None
        try:
            logging.getLogger(told.logger).log(told.level, "%s", told.text, extra=told.names)
        finally:
            if token is not None:
                otel.detach(token)

    def _judge(self, pong: Pong) -> None:
        self._memory = pong.memory
        if pong.memory > self._limits.memory:
            self._kill(f"it took {pong.memory >> 20} MiB of memory, and {self._limits.memory >> 20} are allowed")
        now = time.monotonic()
        if self._process is None or now - self._looked[0] < _STRETCH:
            return
        share = (pong.cpu - self._looked[1]) / (now - self._looked[0])
        self._looked = (now, pong.cpu)
        if share > _GREEDY and not self._is_lowered:
            self._lower(f"it used {share:.0%} of a processor")

    def _lower(self, why: str) -> None:
        """When the processor is short, everybody else comes first."""
        self._is_lowered = True
        log.warning("the process of plugin %s gets a lower priority: %s", self._begin.name, why)
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid if self._process else -1, _NICE)

    async def _answer(self, ask: Ask, context: Any, speaking: Speaking) -> None:
        try:
            said = Answer(id=ask.id, value=await answered(context, ask))
        except Exception as error:  # noqa: BLE001 - whatever a context raises is for the plugin
            said = Answer(id=ask.id, error=told_error(error))
        speaking.say(said)

    async def _watch(self, speaking: Speaking) -> None:
        while True:
            speaking.say(Ping())
            began = time.monotonic()
            await asyncio.sleep(_LOOK)
            # What kept this loop from reading kept it from hearing as well.
            self._heard += max(0.0, time.monotonic() - began - 2 * _LOOK)
            silent = time.monotonic() - self._heard
            if silent > self._limits.silence:
                self._kill(f"it kept its event loop for {silent:.0f} s")
                return

    def _kill(self, why: str) -> None:
        if self._process is not None and self._process.returncode is None:
            self._why = why
            log.warning("the process of plugin %s is ended: %s", self._begin.name, why)
            self._process.kill()

    def _ended(self, status: int) -> None:
        why = self._why or f"its process ended with status {status}"
        self._process = None
        for going in self._going.values():
            if not going.future.done():
                going.future.set_exception(PluginProcessEnded(why))
        if status == 0 and not self._why:
            return
        metrics.plugin_deaths.add(self._begin.name)
        now = time.monotonic()
        self._deaths.append(now)
        if len(self._deaths) == _DEATHS and now - self._deaths[0] < _MEMORY:
            self._deaths.clear()
            self._give_up(self._begin.name, f"its process ended {_DEATHS} times; the last time because {why}")

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _environment() -> dict[str, str]:
    """Ours without the gateway's settings and secrets; where plugins may knock holds wherever they are."""
    withheld = set(variables()) - {PRIVATE}
    return {name: value for name, value in os.environ.items() if name not in withheld}


def _end(future: "asyncio.Future[Any]", told: Returned | Raised) -> None:
    if future.done():
        return
    if isinstance(told, Returned):
        future.set_result(value_of(told))
    else:
        future.set_exception(error_of(told.what))


def begin_of(name: str, point: str, secrets: Path) -> Begin:
    """What the process of a plugin is told first."""
    return Begin(name=name, point=point, path=list(sys.path), secrets=str(secrets))

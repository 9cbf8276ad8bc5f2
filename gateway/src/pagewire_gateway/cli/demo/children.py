"""The processes of the demo: each in a group of its own, each ended by its id, none left behind."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from pagewire.stopping import SIGNALS
from pagewire.terminal.exits import CommandError

GRACE: Final = 8.0
"""Seconds a process has to end by itself."""
_TAIL: Final = 5

Hear = Callable[[bytes], None]


class Child:
    """A running command.

    Args:
        name: for people.
        process: it.
        log: where its stderr goes.
    """

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self._process, self._log = name, process, log
        self.killed = False

    def check(self) -> None:
        """Complain if it has ended.

        Raises:
            CommandError: with the last lines it wrote.
        """
        if self._process.returncode is None or self.killed:
            return
        said = " | ".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL:])
        raise CommandError(f"The {self.name} ended with {self._process.returncode}: {said or 'it said nothing'}")

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        self.killed = True
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it, by force if it does not end by itself."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._process.wait()
                return
        self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def running(
    name: str,
    arguments: list[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    hear: Hear | None = None,
    foreign: bool = False,
) -> AsyncIterator[Child]:
    """Run a command of ours for as long as the block lasts.

    Args:
        name: for people.
        arguments: the command and its options.
        log: file for its stderr, and for its stdout if nobody hears it.
        environment: variables besides those of this process.
        hear: called with each line of its stdout.
        foreign: the command is a program, and none of ours.
    """
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-m",
                "pagewire_gateway.cli.child",
                str(os.getpid()),
                *(["exec"] if foreign else []),
                *arguments,
            ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if hear else file,
            stderr=file,
            env=_environment(environment or {}),
            # Ctrl-C reaches the demo alone, which then ends its children in the right order.
            process_group=0,
        )
    child = Child(name, process, log)
    ears = asyncio.create_task(_listen(process.stdout, hear)) if hear and process.stdout else None
    try:
        yield child
    finally:
        await child.stop()
        if ears is not None:
            await ears


async def _listen(stream: asyncio.StreamReader, hear: Hear) -> None:
    while line := await stream.readline():
        hear(line)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    # Settings of a real gateway on this machine are not the demo's.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAGEWIRE_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def interrupts(loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    """Set `stopped` on Ctrl-C and SIGTERM."""
    for number in SIGNALS:
        loop.add_signal_handler(number, stopped.set)

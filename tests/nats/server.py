"""A NATS server with JetStream, started for a test on a free port, ended with it."""

import asyncio
import ctypes
import signal
import socket
import sys
from pathlib import Path
from typing import Self

COMMAND = Path(sys.executable).with_name("nats-server")


def die_with_parent() -> None:
    """Runs in the child: the kernel kills it when the test process is gone, however that ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NatsServer:
    """One server with file storage.

    Args:
        folder: for its streams and its log; they stay when it is killed.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self._folder = folder
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        log = (self._folder / "nats.log").open("ab")
        options = ["-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self._folder / "store")]
        self.process = await asyncio.create_subprocess_exec(
            str(COMMAND), *options, stdout=log, stderr=log, preexec_fn=die_with_parent
        )
        log.close()
        async with asyncio.timeout(60):
            while not await self._answers():
                if self.process.returncode is not None:
                    raise RuntimeError(f"nats-server ended: {(self._folder / 'nats.log').read_text()[-2000:]}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            return (await reader.readline()).startswith(b"INFO")
        finally:
            writer.close()

"""Plugins for `bench.isolation`: one that answers, one that asks for nothing, and five that misbehave, each in its own way."""

import re
import time

from pagewire import Text, hookimpl

FLOOD = 10


class Good:
    """Says the number again under which the load sent the message, so that the Send API can tell how long it took."""

    @hookimpl
    async def message_received(self, event):
        return Text(text="re " + re.sub(r"\D", "", event.text))


class Idles:
    """Behaves well and asks for nothing: what any second plugin costs."""

    @hookimpl
    async def message_received(self, event):
        return None


class Blocks:
    """Sleeps without await."""

    @hookimpl
    async def message_received(self, event):
        time.sleep(0.3)


class Burns:
    """Computes without end in sight."""

    @hookimpl
    async def message_received(self, event):
        until = time.perf_counter() + 0.3
        while time.perf_counter() < until:
            pass


class Raises:
    """Fails at everything."""

    @hookimpl
    async def message_received(self, event):
        raise RuntimeError("always")


class Leaks:
    """Never lets memory go."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    @hookimpl
    async def message_received(self, event):
        self.kept.append(b"x" * (256 * 1024))


class Floods:
    """Returns as many replies as it may."""

    @hookimpl
    async def message_received(self, event):
        return [Text(text=f"and {number}") for number in range(FLOOD)]

"""The command: look, draw, listen to keys."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import Final

import click
from rich.live import Live

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, stdout
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.top.drawing import screen
from pagewire_gateway.cli.top.figures import Figures, Look, figures_of
from pagewire_gateway.cli.top.keys import pressed

_BETWEEN: Final = 1.0
"""Seconds between the two looks of ``-o json``."""
_KEPT: Final = 40


@click.command()
@format_option(Format.TABLE, Format.JSON)
@click.option("--every", type=click.FloatRange(0.2, 60), default=2.0, show_default=True, help="Seconds between looks.")
@admin_options
@asynchronous
async def top(*, client: AdminClient, output: str, every: float) -> None:
    """Watch a gateway: rates, lag, lanes, outbox and accounts in trouble, until q is pressed.

    With -o json it looks twice, a second apart, and prints the figures once.
    """
    async with client:
        if output == Format.JSON:
            print_json(await once(client))
            return
        with suppress(asyncio.CancelledError):
            await Watch(client, every).run()


async def once(client: AdminClient) -> Figures:
    """The figures of this second."""
    before = await look(client)
    await asyncio.sleep(_BETWEEN)
    return figures_of(await look(client), before)


async def look(client: AdminClient) -> Look:
    """Ask the admin port."""
    stats, plugins, outbox = await asyncio.gather(
        client.get("/api/v1/stats"), client.get("/api/v1/plugins", accounts=0), client.get("/api/v1/outbox")
    )
    return Look(at=time.time(), stats=stats, plugins=plugins["plugins"], outbox=outbox["outbox"])


class Watch:
    """The screen, until somebody has seen enough.

    Args:
        client: of the admin port.
        every: seconds between looks.
    """

    def __init__(self, client: AdminClient, every: float) -> None:
        self._client, self._every = client, every
        self._rates: deque[float] = deque(maxlen=_KEPT)
        self._before: Look | None = None
        self._held = False

    async def run(self) -> None:
        """Look and draw; a gateway that is away for a moment is waited for once it was there.

        Raises:
            CommandError: it never answered.
        """
        with pressed() as keys, Live(console=stdout(), auto_refresh=False, screen=stdout().is_terminal) as live:
            while True:
                await self._draw(live)
                with suppress(TimeoutError):
                    if self._pressed(await asyncio.wait_for(keys.get(), self._every)):
                        return

    async def _draw(self, live: Live) -> None:
        if self._held:
            return
        try:
            now = await look(self._client)
        except CommandError as error:
            if self._before is None or error.exit_code != Exit.UNREACHABLE:
                raise
            live.update(f"{error.message}; trying again", refresh=True)
            return
        found = figures_of(now, self._before)
        self._before = now
        self._rates.append(found.rate or 0.0)
        width = live.console.width
        drawn = screen(found, self._rates, self._client.url, self._every, held=self._held, width=width)
        live.update(drawn, refresh=True)

    def _pressed(self, key: str) -> bool:
        """Whether it is enough."""
        if key == " ":
            self._held = not self._held
        elif key in {"+", "-"}:
            self._every = min(60.0, max(0.2, self._every * (2 if key == "+" else 0.5)))
        return key in {"q", "Q", "\x1b", "\x03"}

"""``pagewire simulate``: Meta on this machine until Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import click

from pagewire.simulator.clock import Clock
from pagewire.simulator.in_process import Simulator
from pagewire.simulator.limits import Limits, unlimited
from pagewire.simulator.manifests import ManifestError, Seed, read_folder
from pagewire.simulator.meta import Options
from pagewire.simulator.post import DeliveryOptions
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import small_world
from pagewire.stopping import leaving_at_once, until_cancelled, until_told

_CHANCE = click.FloatRange(0, 1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free port.")
@click.option("--instagram-port", type=click.IntRange(0, 65535), help="A port of its own for graph.instagram.com.")
@click.option("--manifests", type=click.Path(path_type=Path), help="Folder of manifests that describe the world.")
@click.option("--webhook-base", metavar="URL", help="Origin that replaces the one of every callback URL.")
@click.option(
    "--subscriptions",
    default="open",
    show_default=True,
    type=click.Choice(["open", "enforced"]),
    help="Begin with all that the manifests subscribe to, or with nothing subscribed.",
)
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0), help="Simulated seconds a second.")
@click.option("--repeat", default=0.0, show_default=True, type=_CHANCE, help="Chance that an event comes again.")
@click.option("--disorder", default=0.0, show_default=True, type=_CHANCE, help="Chance that two events swap places.")
@click.option("--batch", default=1, show_default=True, type=click.IntRange(1, 1000), help="Most events in one POST.")
@click.option("--latency", default=0.0, show_default=True, type=click.FloatRange(0), help="Seconds added to answers.")
@click.option("--rate-limits/--no-rate-limits", default=True, show_default=True, help="Enforce Meta's rate limits.")
@click.option("--seed", type=int, help="Fix ids and chances; a second run repeats the message ids of the first.")
def simulate(  # noqa: PLR0913 - one argument an option
    *,
    host: str,
    port: int,
    instagram_port: int | None,
    manifests: Path | None,
    webhook_base: str | None,
    subscriptions: str,
    speed: float,
    repeat: float,
    disorder: float,
    batch: int,
    latency: float,
    rate_limits: bool,
    seed: int | None,
) -> None:
    """Play Meta on this machine: Graph API, webhooks, a control API and a chat page."""
    with leaving_at_once():
        found = _seed(manifests, webhook_base)
        if subscriptions == "enforced":
            found.world = bare(found.world)

    async def run() -> None:
        simulator = Simulator(
            found.world,
            host=host,
            port=port,
            instagram_port=instagram_port,
            clock=Clock(speed=speed),
            seed=seed,
            options=Options(latency=latency),
            delivery=DeliveryOptions(batch=batch, repeat=repeat, disorder=disorder, webhook_base=webhook_base),
            limits=Limits() if rate_limits else unlimited(),
        )
        await _serve(simulator, found)

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(until_told(run()))
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None


def _seed(manifests: Path | None, webhook_base: str | None) -> Seed:
    if manifests is None:
        callback = f"{webhook_base.rstrip('/')}/webhooks/support/acme" if webhook_base else None
        return Seed(world=small_world(callback), notes=[])
    try:
        return read_folder(manifests, webhook_base)
    except ManifestError as error:
        raise click.ClickException(str(error)) from None


async def _serve(simulator: Simulator, found: Seed) -> None:
    async with simulator:
        for line in _greeting(simulator, found):
            click.echo(line)
        try:
            await until_cancelled()
        finally:
            click.echo("Stopping.")


def _greeting(simulator: Simulator, found: Seed) -> list[str]:
    lines = [
        f"Graph API            {simulator.graph_url}            PAGEWIRE_GRAPH_URL",
        f"Instagram Graph API  {simulator.instagram_graph_url}  PAGEWIRE_INSTAGRAM_GRAPH_URL PAGEWIRE_INSTAGRAM_OAUTH_URL",
        f"Login dialogs        {simulator.facebook_url}            PAGEWIRE_FACEBOOK_URL",
        f"                     {simulator.instagram_url}  PAGEWIRE_INSTAGRAM_URL",
        f"Control API          {simulator.control_url}",
        f"Chat page            {simulator.chat_url}",
        "",
    ]
    state = simulator.meta.state
    for account in found.world.accounts:
        urls = [
            state.apps[app_id].subscriptions[account.object].callback_url
            for app_id in account.subscribed
            if app_id in state.apps and account.object in state.apps[app_id].subscriptions
        ]
        where = ", ".join(urls) or f"nowhere: no webhook subscription for object {account.object}"
        lines.append(f"{account.object:9} {account.id:18} {account.name}: webhooks to {where}")
    return [*lines, *(f"note: {note}" for note in found.notes), "", "Press Ctrl-C to stop."]


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it exists: several times the throughput."""
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - does not exist on Windows

    return uvloop.new_event_loop

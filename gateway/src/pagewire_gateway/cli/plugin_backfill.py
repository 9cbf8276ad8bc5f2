"""``pagewire plugins backfill``: bring a plugin what happened before it was there, at a pace, or say what that would change."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from pagewire.configs import PluginError
from pagewire.rehearsal import Rehearsal
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, progress, say, shown
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.events import EVERYTHING, filter_options, newest
from pagewire_gateway.cli.heal import healed
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.plugin_finding import config_option, found, read_config_file
from pagewire_gateway.cli.plugin_run import revealed

_BEHIND: Final = 200
"""Events that may wait in the plugin's lane before no more are handed over."""
_POLL: Final = 0.2
_CHUNK: Final = 100


@click.command()
@click.argument("name", metavar="PLUGIN")
@filter_options
@click.option(
    "--rate", type=click.FloatRange(0.1, 10_000), default=50.0, show_default=True, help="Events a second at most."
)
@click.option(
    "--from-meta", is_flag=True, help="First fetch what Meta has of --account since --since and the journal has not."
)
@click.option(
    "--dry-run", is_flag=True, help="Only print what the plugin says it would change; nothing is handed over."
)
@config_option
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def backfill(
    *,
    client: AdminClient,
    name: str,
    which: dict[str, Any],
    rate: float,
    from_meta: bool,
    dry_run: bool,
    config: Path | None,
    output: str,
) -> None:
    """Hand a plugin what is in the journal, oldest first: all of it, or what the filters leave.

    Events go into the plugin's own lane, so that its limits, retries and order hold, and no faster than --rate; while the plugin
    is behind, no more are handed over. Interrupted, it can be started anew: a plugin takes repeats for what they are. With
    --dry-run the plugin runs here, with --config, and is asked for each person what would change.
    """
    if from_meta and not ("account" in which and "since" in which):
        raise click.UsageError("--from-meta needs --account and --since: it is one account that Meta is asked about.")
    if from_meta and dry_run:
        raise click.UsageError("--from-meta writes into the journal; run `pagewire heal` first, then --dry-run.")
    async with client:
        if from_meta:
            await _fetch(client, which)
        ids = [event["id"] for event in await newest(client, EVERYTHING, which)]
        if dry_run:
            _tell(await _compared(client, ids, _rehearsal(name, config)), output)
            return
        told = await _handed_over(client, name, ids, rate)
    print_json(told) if output == Format.JSON else say(
        f"{told['events']} events handed to {name} in {told['seconds']:g} s."
    )


async def _fetch(client: AdminClient, which: dict[str, Any]) -> None:
    asked = {"object": which.get("object", "page"), **{key: which.get(key) for key in ("account", "since", "until")}}
    run = await healed(client, asked)
    say(f"Meta has {run['found']} messages that no webhook brought; {run['inserted']} are in the journal now.")
    if run["error"]:
        raise CommandError(f"Meta could not be read to the end: {run['error']}", "Start anew; what is there stays.")


async def _handed_over(client: AdminClient, plugin: str, ids: Sequence[str], rate: float) -> dict[str, Any]:
    size = max(1, min(_CHUNK, int(rate)))
    began = time.monotonic()
    with progress() as bar:
        task = bar.add_task(f"handing to {plugin}", total=len(ids))
        for start in range(0, len(ids), size):
            await asyncio.sleep(began + start / rate - time.monotonic())
            await _caught_up(client, plugin, _BEHIND)
            chunk = ids[start : start + size]
            await client.post("/api/v1/replay", {"events": chunk, "plugin": plugin})
            bar.advance(task, len(chunk))
        await _caught_up(client, plugin, 0)
    return {"plugin": plugin, "events": len(ids), "seconds": round(time.monotonic() - began, 1)}


async def _caught_up(client: AdminClient, plugin: str, behind: int) -> None:
    """Wait until the plugin's lane holds no more than so many events.

    Raises:
        CommandError: the lane is closed, so that waiting would not end.
    """
    while True:
        lane = await _lane(client, plugin)
        if lane["waiting"] + lane["in_flight"] + lane["blocked"] <= behind:
            return
        if lane["paused"] or lane["quarantined"]:
            why = lane["quarantined"] or "it is paused"
            raise CommandError(
                f"{plugin} takes nothing: {why}", f"`pagewire plugins --resume {plugin}`, then start anew."
            )
        await asyncio.sleep(_POLL)


async def _lane(client: AdminClient, plugin: str) -> dict[str, Any]:
    plugins = (await client.get("/api/v1/plugins"))["plugins"]
    lane: dict[str, Any] | None = next((each["lane"] for each in plugins if each["name"] == plugin), None)
    if lane is None:
        known = ", ".join(each["name"] for each in plugins) or "none"
        raise CommandError(f"No plugin {plugin} is at work here", f"At work: {known}.", Exit.NOT_FOUND)
    return lane


def _rehearsal(name: str, config: Path | None) -> Rehearsal:
    plugin, subject = found(name)
    if not hasattr(subject, "explain_event"):
        raise CommandError(
            f"{name} cannot say what it would do", "A plugin that can has `explain_event(event, context)`."
        )
    try:
        return Rehearsal(plugin, subject, read_config_file(config))
    except PluginError as error:
        raise CommandError(str(error), "Give the configuration of the resource with --config FILE.") from error


async def _compared(client: AdminClient, ids: Sequence[str], rehearsal: Rehearsal) -> dict[str, tuple[str, ...]]:
    """What the plugin says last of each conversation: it has all events up to then in mind."""
    said: dict[str, tuple[str, ...]] = {}
    with progress() as bar:
        task = bar.add_task("comparing", total=len(ids))
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            for event in await revealed(client, chunk):
                lines = await rehearsal.explain(event)
                if lines:
                    said[str(event.conversation or event.id)] = lines
            bar.advance(task, len(chunk))
    return said


def _tell(said: dict[str, tuple[str, ...]], output: str) -> None:
    counts = Counter(lines[0].split(" ", 1)[0] for lines in said.values())
    if output == Format.JSON:
        print_json({"counts": counts, "changes": [*said.values()]})
        return
    for lines in said.values():
        for line in lines:
            click.echo(shown(line))
    say(", ".join(f"{count} {verb}" for verb, count in counts.most_common()) or "Nothing would change.")

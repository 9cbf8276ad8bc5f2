"""``pagewire plugins``: what is installed and at work, and tools for those who write plugins."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import F, admin_options
from pagewire_gateway.cli.plugin_backfill import backfill
from pagewire_gateway.cli.plugin_check import check, schema
from pagewire_gateway.cli.plugin_new import new
from pagewire_gateway.cli.plugin_run import run
from pagewire_gateway.cli.plugin_try import try_

PATH: Final = "/api/v1/plugins"
_SHOWN: Final = 4


def _list_options(command: F) -> F:
    """What the group and ``list`` have in common, so that the short form goes on working."""
    for option in (
        admin_options,
        click.option("--hooks", metavar="NAME", help="Show which hooks this plugin implements."),
        click.option(
            "--resume",
            metavar="NAME",
            help="Let this plugin go on: out of a pause or quarantine, with its circuit closed.",
        ),
        click.option(
            "--pause", metavar="NAME", help="Hand this plugin nothing more; its events wait, other plugins go on."
        ),
        format_option(Format.TABLE, Format.JSON),
    ):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@_list_options
@click.pass_context
def plugins(ctx: click.Context, /, **how: Any) -> None:
    """List the plugins at work, or check, try and begin one.

    Without a command it does what `list` does.
    """
    if ctx.invoked_subcommand is None:
        asyncio.run(_show(**how))


@plugins.command("list")
@_list_options
@asynchronous
async def list_(**how: Any) -> None:
    """List the plugins at work, what their lanes do, and for how many accounts they are enabled."""
    await _show(**how)


plugins.add_command(check)
plugins.add_command(schema)
plugins.add_command(run)
plugins.add_command(try_)
plugins.add_command(new)
plugins.add_command(backfill)


async def _show(*, client: AdminClient, output: str, pause: str | None, resume: str | None, hooks: str | None) -> None:
    async with client:
        for action, name in (("pause", pause), ("resume", resume)):
            if name is not None:
                await client.post(f"{PATH}/{name}/{action}", None)
        found = (await client.get(PATH))["plugins"]
    if hooks is not None:
        found = [_named(hooks, found)]
    if output == Format.JSON:
        print_json(found)
        return
    if hooks is not None:
        print_rows(("hook",), [(hook,) for hook in found[0]["hooks"]], "")
        return
    figures = ("handled", "failed", "in flight", "waiting", "accounts", "hooks")
    head = ("plugin", "version", "lane", "health", "own process", *figures)
    print_rows(head, map(_row, found), "No plugin is at work; install one with pip, such as pagewire-logging.")
    for plugin in found:
        if plugin["lane"] and plugin["lane"]["quarantined"]:
            said = f"{plugin['name']} is in quarantine: {plugin['lane']['quarantined']}"
            click.echo(f"{said}; --resume {plugin['name']} releases it", err=True)
        if plugin["health"] and plugin["health"]["reason"]:
            click.echo(f"{plugin['name']} is {plugin['health']['status']}: {plugin['health']['reason']}", err=True)


def _named(name: str, plugins: list[dict[str, Any]]) -> dict[str, Any]:
    for plugin in plugins:
        if plugin["name"] == name:
            return plugin
    known = ", ".join(plugin["name"] for plugin in plugins) or "none"
    raise CommandError(f"No plugin {name} is at work", f"At work are: {known}.", Exit.NOT_FOUND)


def _row(plugin: dict[str, Any]) -> Iterable[object]:
    lane = plugin["lane"] or {}
    figures = (lane.get(key, "") for key in ("handled", "failed", "in_flight", "waiting"))
    return (
        plugin["name"],
        plugin["version"],
        _lane(lane),
        _health(plugin["health"]),
        _process(plugin["process"]),
        *figures,
        plugin["account_count"],
        _hooks(plugin["hooks"]),
    )


def _hooks(names: list[str]) -> str:
    """The hooks, or how many they are: a line of forty helps nobody, and ``--hooks`` has them all."""
    return ", ".join(names) if len(names) <= _SHOWN else str(len(names))


def _health(health: dict[str, Any] | None) -> str:
    """Empty for a plugin that does not tell."""
    return str(health["status"]) if health else ""


def _process(process: dict[str, Any] | None) -> str:
    """Its number and memory; empty for a plugin that runs in the gateway's own."""
    return f"{process['pid']}, {process['memory_bytes'] >> 20} MiB" if process else ""


def _lane(lane: dict[str, Any]) -> str:
    if not lane:
        return "standing by"
    if lane["quarantined"]:
        return "quarantined"
    if lane["paused"]:
        return "paused"
    return {"closed": "working", "open": f"resting until {lane['opens_at']}", "half_open": "trying"}[lane["circuit"]]

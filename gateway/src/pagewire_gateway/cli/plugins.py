"""``pagewire plugins``: what is installed and at work."""

from collections.abc import Iterable
from typing import Any, Final

import click

from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options

PATH: Final = "/api/v1/plugins"


@click.command()
@format_option(Format.TABLE, Format.JSON)
@click.option("--pause", metavar="NAME", help="Hand this plugin nothing more; its events wait, other plugins go on.")
@click.option("--resume", metavar="NAME", help="Let this plugin go on, and close its circuit.")
@admin_options
@asynchronous
async def plugins(*, client: AdminClient, output: str, pause: str | None, resume: str | None) -> None:
    """List the plugins at work, what their lanes do, and for how many accounts they are enabled."""
    async with client:
        for action, name in (("pause", pause), ("resume", resume)):
            if name is not None:
                await client.post(f"{PATH}/{name}/{action}", None)
        found = (await client.get(PATH))["plugins"]
    if output == Format.JSON:
        print_json(found)
        return
    names = ("plugin", "version", "lane", "health", "handled", "failed", "in flight", "waiting", "accounts", "hooks")
    print_rows(names, map(_row, found), "No plugin is at work; install one with pip, such as pagewire-logging.")


def _row(plugin: dict[str, Any]) -> Iterable[object]:
    lane = plugin["lane"] or {}
    figures = (lane.get(key, "") for key in ("handled", "failed", "in_flight", "waiting"))
    return (
        plugin["name"],
        plugin["version"],
        _lane(lane),
        _health(plugin["health"]),
        *figures,
        plugin["account_count"],
        ", ".join(plugin["hooks"]),
    )


def _health(health: dict[str, Any] | None) -> str:
    """Empty for a plugin that does not tell."""
    if not health:
        return ""
    return f"{health['status']}: {health['reason']}" if health["reason"] else str(health["status"])


def _lane(lane: dict[str, Any]) -> str:
    if not lane:
        return "standing by"
    if lane["paused"]:
        return "paused"
    return {"closed": "working", "open": f"resting until {lane['opens_at']}", "half_open": "trying"}[lane["circuit"]]

"""``pagewire heal``: find what no webhook brought."""

import asyncio
from typing import Any, Final

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import Moment, admin_options

PATH: Final = "/api/v1/healing"
_POLL: Final = 1.0


@click.command()
@click.option("--page", metavar="ID", help="Heal this Page now.")
@click.option("--instagram", metavar="ID", help="Heal this Instagram account now.")
@click.option(
    "--since", type=Moment(), help="Messages from then on: RFC 3339, or how long ago; by default since the last time."
)
@click.option("--until", type=Moment(), help="Messages up to then; by default up to a minute ago.")
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def heal(
    *, client: AdminClient, page: str | None, instagram: str | None, since: str | None, until: str | None, output: str
) -> None:
    """Compare an account with Meta's Conversations API, and insert what no webhook brought; or show how far each account is.

    Meta tells details of the newest 20 messages of a conversation only; how many more are missing is counted. Healed events are
    marked so, and never stored twice.
    """
    if page and instagram:
        raise click.UsageError("Heal one account at a time: --page or --instagram.")
    if (since or until) and not (page or instagram):
        raise click.UsageError("--since and --until need --page or --instagram.")
    async with client:
        if page or instagram:
            asked = {
                "account": page or instagram,
                "object": "page" if page else "instagram",
                "since": since,
                "until": until,
            }
            found = [await healed(client, asked)]
        else:
            found = (await client.get(PATH))["accounts"]
    _show(found, output)


async def healed(client: AdminClient, asked: dict[str, Any]) -> dict[str, Any]:
    """What the healing of an account came to, once it has come to its end."""
    done: dict[str, Any]
    try:
        done = await client.post(PATH, asked)
    except CommandError as error:
        if error.reason != "still_healing":
            raise
        say("This takes longer; waiting for its end.")
        done = await _ended(client, (asked["object"], asked["account"]))
    return done


async def _ended(client: AdminClient, account: tuple[str, str]) -> dict[str, Any]:
    while True:
        await asyncio.sleep(_POLL)
        found = (await client.get(PATH))["accounts"]
        one: dict[str, Any] = next(run for run in found if (run["object"], run["account"]) == account)
        if not one["running"]:
            return one


def _show(found: list[dict[str, Any]], output: str) -> None:
    if output == Format.JSON:
        print_json(found)
    else:
        names = ("object", "account", "since", "until", "conversations", "found", "inserted", "unreadable", "error")
        rows = [tuple(one[name] for name in names) for one in found]
        print_rows(names, rows, "No account was compared yet; `pagewire heal --page ID` does it now.")
    if any(one["error"] or one["unreadable"] for one in found):
        click.get_current_context().exit(Exit.WARNINGS)

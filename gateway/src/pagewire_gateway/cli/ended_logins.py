"""``pagewire people ended-logins``: logins whose person took the app back, and what plugins said."""

from typing import Any, Final

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options

PATH: Final = "/api/v1/logins/ended"
_MOST: Final = 500
_NAMES: Final = ("id", "state", "ground", "requested", "finished")
_RECEIPTS: Final = ("plugin", "state", "attempts", "receipt", "error", "subject")


@click.command("ended-logins")
@click.argument("ending", metavar="[ID]", required=False)
@click.option("--retry", is_flag=True, help="Tell plugins again that refused; needs an ID.")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="At most so many.")
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def ended_logins(*, client: AdminClient, ending: str | None, retry: bool, limit: int, output: str) -> None:
    """List logins that ended as their person took the app back, the newest first, or show one: accounts, and what plugins said.

    Their accounts are closed until somebody logs in again: `pagewire login`.
    """
    if retry and ending is None:
        raise click.UsageError("--retry needs the ID of a login that ended.")
    async with client:
        found = [await client.post(f"{PATH}/{ending}/retry", {})] if retry else await _latest(client, limit, ending)
    if ending is not None:
        _tell(_one(found, ending), output)
    elif output == Format.JSON:
        print_json(found)
    else:
        rows = [(*(one[name] for name in _NAMES), _accounts(one)) for one in found]
        print_rows((*_NAMES, "accounts"), rows, "No login ended.")


async def _latest(client: AdminClient, limit: int, ending: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(PATH, limit=_MOST if ending else limit))["logins"]
    return found


def _one(found: list[dict[str, Any]], ending: str) -> dict[str, Any]:
    for one in found:
        if one["id"] == ending:
            return one
    hint = f"`pagewire people ended-logins --limit {_MOST}` lists them."
    raise CommandError(f"No login that ended has the id {ending}", hint, Exit.NOT_FOUND)


def _accounts(one: dict[str, Any]) -> str:
    return ", ".join(f"{account['object']}/{account['account']}" for account in one["accounts"])


def _tell(one: dict[str, Any], output: str) -> None:
    if output == Format.JSON:
        print_json(one)
    else:
        say(f"Login {one['id']} ended at {one['requested']} ({one['ground']}): {one['state']}")
        say(f"It spoke for {_accounts(one)}")
        rows = [tuple(receipt[name] for name in _RECEIPTS) for receipt in one["receipts"]]
        print_rows(_RECEIPTS, rows, "No plugin was told yet.")
    if one["state"] == "parked":
        say(f"A plugin refuses. `pagewire people ended-logins {one['id']} --retry` tells it again.")
        click.get_current_context().exit(Exit.WARNINGS)

"""``pagewire events``: what came in, and how far each plugin is with it."""

import asyncio
import functools
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import click

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_jsonl, print_rows, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import F, Moment, admin_options
from pagewire_gateway.cli.showing import show

PATH: Final = "/api/v1/events"
PAGE: Final = 1000
POLL: Final = 0.5
EVERYTHING: Final = sys.maxsize

Event = dict[str, Any]


_FILTERS: Final[dict[str, dict[str, Any]]] = {
    "kind": {"help": "Such as message or change.feed."},
    "object": {"metavar": "OBJECT", "help": "page or instagram."},
    "account": {"metavar": "ID", "help": "Page id or Instagram account id."},
    "person": {"metavar": "ID", "help": "Scoped id of the person."},
    "conversation": {"metavar": "O/A/P", "help": "The same three at once, as in page/108.../24..."},
    "state": {
        "type": click.Choice(["pending", "retry", "done", "parked", "skipped"]),
        "help": "A lane is in this state; --plugin names the lane.",
    },
    "since": {"type": Moment(), "help": "Received then or later: RFC 3339, or how long ago, such as 2h."},
    "until": {"type": Moment(), "help": "Received before then."},
}


def filter_options(command: F) -> F:
    """The options that say which events; the command gets what is given as ``which``."""

    @functools.wraps(command)
    def with_which(*args: Any, **kwargs: Any) -> Any:
        which = {name: kwargs.pop(name) for name in _FILTERS}
        return command(*args, which={name: value for name, value in which.items() if value is not None}, **kwargs)

    decorated: Any = with_which
    for name, option in reversed(_FILTERS.items()):
        decorated = click.option(f"--{name}", **option)(decorated)
    return cast("F", decorated)


@click.command()
@click.argument("event_id", required=False)
@format_option(Format.TABLE, Format.JSON, Format.JSONL)
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help="At most so many, the newest.")
@click.option("--plugin", help="The lane that --state is about.")
@filter_options
@click.option("-f", "--follow", is_flag=True, help="Go on with new events until Ctrl-C; not with -o json.")
@click.option("--timeline", is_flag=True, help="With EVENT_ID: what happened to it, in order, and what is waited for.")
@click.option("--reveal", is_flag=True, help="With EVENT_ID: show texts and personal fields; the gateway logs this.")
@admin_options
@asynchronous
async def events(
    *,
    client: AdminClient,
    event_id: str | None,
    output: str,
    limit: int,
    plugin: str | None,
    which: dict[str, Any],
    follow: bool,
    **how: bool,
) -> None:
    """List events, oldest first, with the state of each lane; or show the one with EVENT_ID.

    Without EVENT_ID no payload is shown; with it, texts and personal fields are masked.
    """
    if follow and output == Format.JSON:
        raise click.UsageError("--follow has no end, a JSON array has: use -o jsonl.")
    if how["timeline"] and (event_id is None or how["reveal"]):
        raise click.UsageError("--timeline goes with EVENT_ID, and shows no payload.")
    async with client:
        if event_id is not None:
            await _one(client, event_id, output, how)
            return
        wanted = {**which, **({"plugin": plugin} if plugin else {})}
        found = await newest(client, limit, wanted)
        _print(found, output, _WIDTHS if follow else None)
        if follow:
            # Ctrl-C is how following ends, not a failure.
            with suppress(asyncio.CancelledError):
                headed = bool(found)
                async for page in _following(client, wanted, found[-1]["seq"] if found else 0):
                    _print(page, output, _WIDTHS, headings=not headed)
                    headed = True


async def newest(client: AdminClient, limit: int, which: dict[str, Any]) -> list[Event]:
    """The newest events that fit, oldest first."""
    found = [page async for page in pages(client, limit, which)]
    return [event for page in reversed(found) for event in page]


async def pages(client: AdminClient, limit: int, which: dict[str, Any]) -> AsyncIterator[list[Event]]:
    """The same in pages: the newest page first, each oldest first."""
    before: int | None = None
    while limit > 0:
        page = await client.get(PATH, limit=min(PAGE, limit), before=before, **which)
        yield page["events"]
        before = page["before"]
        limit = limit - len(page["events"]) if before is not None else 0


async def _following(client: AdminClient, which: dict[str, Any], after: int) -> AsyncIterator[list[Event]]:
    """New events, page by page; a gateway that is away for a while, to be restarted for instance, is waited for."""
    away = False
    while True:
        await asyncio.sleep(POLL)
        try:
            found = await newest(client, EVERYTHING, {**which, "after": after})
        except CommandError as error:
            if error.exit_code != Exit.UNREACHABLE and error.reason != "journal_unavailable":
                raise
            if not away:
                say(f"{error.message}; trying again until Ctrl-C.")
            away = True
            continue
        if away:
            say("It answers again.")
        away = False
        if found:
            after = found[-1]["seq"]
            yield found


_WIDTHS: Final = {"received": 24, "kind": 20, "conversation": 46, "plugins": 44, "replies": 8, "id": 32}
"""Of columns that go on: an event that is yet to come must not move those that are there."""


def _print(found: list[Event], output: str, widths: Mapping[str, int] | None = None, *, headings: bool = True) -> None:
    if output == Format.JSON:
        print_json(found)
    elif output == Format.JSONL:
        print_jsonl(found)
    else:
        empty = "No events yet: nothing fits, or no webhook has come in."
        print_rows(tuple(_WIDTHS), map(_row, found), empty, header=headings, widths=widths)


def _row(event: Event) -> Iterable[object]:
    standby = " (standby)" if event["channel"] == "standby" else ""
    where = event["conversation"] or f"{event['object']}/{event['account']}"
    lanes = " ".join(f"{name}={state}" for name, state in event["plugins"].items())
    replies = " ".join(reply["state"] for reply in event["replies"])
    return (event["received"], f"{event['kind']}{standby}", where, lanes, replies, event["id"])


async def _one(client: AdminClient, event_id: str, output: str, how: dict[str, bool]) -> None:
    if how["timeline"]:
        told = (await client.get(f"{PATH}/{event_id}/timeline"))["timeline"]
        show(told, told, _STEPS, output, "Nothing happened yet.")
    else:
        print_json(await client.get(f"{PATH}/{event_id}", reveal=how["reveal"] or None))


_STEPS: Final = ("at", "step", "plugin", "outcome", "attempt", "took_ms", "error", "next", "mid")

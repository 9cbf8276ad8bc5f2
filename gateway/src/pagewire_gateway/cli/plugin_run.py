"""``pagewire plugins run``: events into one plugin, on a laptop, and what it would reply."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from pagewire import samples
from pagewire.configs import PluginError
from pagewire.events import Event
from pagewire.rehearsal import Played, Rehearsal, message
from pagewire.rehearsal.telling import events_in, events_of_sample, listed_ids
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, shown
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.plugin_finding import config_option, found, read_config_file

_LARGEST: Final = 64 << 20
Outcome = tuple[Event, Played, Sequence[str]]


@click.command()
@click.argument("name", metavar="NAME|FOLDER")
@config_option
@click.option("--say", "said", multiple=True, metavar="TEXT", help="A person writes this; may be given several times.")
@click.option("--instagram", is_flag=True, help="They write it on Instagram, not on Messenger.")
@click.option(
    "--sample", "named", multiple=True, metavar="NAME", help="A sample, such as messenger/message_text, or all."
)
@click.option(
    "--events",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Events of a file: a body as Meta sends it, what `pagewire events ID --reveal` printed, or the list that "
    "`pagewire events -o json` printed, whose payloads are fetched from the gateway.",
)
@click.option("--event", "ids", multiple=True, metavar="ID", help="An event of a running gateway's journal, by its id.")
@format_option(Format.TABLE, Format.JSON)
@admin_options
@asynchronous
async def run(  # noqa: PLR0913 - one argument an option
    *,
    name: str,
    config: Path | None,
    said: tuple[str, ...],
    instagram: bool,
    named: tuple[str, ...],
    file: Path | None,
    ids: tuple[str, ...],
    output: str,
    client: AdminClient,
) -> None:
    """Hand events to one plugin here, and print what it would reply. Nothing is sent.

    The plugin's own code runs: what it calls, it calls. What it keeps lasts for this command only. If it can explain itself, as
    auto-reply does, it says how it came to its answer. Exit code 3 if it failed at an event.
    """
    plugin, subject = found(name)
    try:
        rehearsal = Rehearsal(plugin, subject, read_config_file(config))
    except PluginError as error:
        raise CommandError(str(error), "Give a configuration that fits with --config FILE.") from error
    text = _text_of(file)
    listed = listed_ids(text)
    recorded = [] if listed else _read(file, text)
    events = [*_told(said, instagram), *_sampled(named), *recorded, *await _asked(client, (*listed, *ids))]
    if not events:
        raise click.UsageError("Say what it gets: --say TEXT, --sample NAME, --events FILE or --event ID.")
    outcomes = [(event, await rehearsal.play(event), await rehearsal.explain(event)) for event in events]
    if output == Format.JSON:
        print_json([_plain(*one) for one in outcomes])
    else:
        for one in outcomes:
            _print(*one)
    if any(played.outcome == "failed" for _, played, _ in outcomes):
        click.get_current_context().exit(Exit.WARNINGS)


def _told(said: Sequence[str], instagram: bool) -> Iterator[Event]:
    object_ = "instagram" if instagram else "page"
    return (message(text, object_=object_, number=number) for number, text in enumerate(said, 1))


def _sampled(names: Sequence[str]) -> Iterator[Event]:
    for name in samples.names() if "all" in names else names:
        try:
            yield from events_of_sample(name)
        except KeyError:
            near = ", ".join(one for one in samples.names() if name in one) or ", ".join(samples.names()[:5])
            raise CommandError(f"There is no sample {name}", f"Such as: {near}.", Exit.NOT_FOUND) from None


def _text_of(file: Path | None) -> bytes:
    if file is None:
        return b""
    if file.stat().st_size > _LARGEST:
        raise CommandError(f"{file} is larger than {_LARGEST >> 20} MiB", "Play fewer events at a time.")
    return file.read_bytes()


def _read(file: Path | None, text: bytes) -> Iterator[Event]:
    if file is None:
        return
    try:
        yield from events_in(text)
    except ValueError as error:
        raise CommandError(f"{file}: {error}", "One delivery body, one event, or a list of events.") from error


async def _asked(client: AdminClient, ids: Sequence[str]) -> list[Event]:
    if not ids:
        return []
    async with client:
        return await revealed(client, ids)


async def revealed(client: AdminClient, ids: Sequence[str]) -> list[Event]:
    """Events of a gateway's journal with all that they hold, in the order of their ids."""
    found_ = [await client.get(f"/api/v1/events/{id_}", reveal=True) for id_ in ids]
    return list(events_in(msgspec.json.encode(found_)))


def _plain(event: Event, played: Played, why: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "channel": event.channel,
        "hooks": played.hooks,
        "outcome": played.outcome,
        "reason": played.reason,
        "replies": [{"type": type(one).__name__, **msgspec.to_builtins(one)} for one in played.replies],
        "explanation": why,
    }


def _print(event: Event, played: Played, why: Sequence[str]) -> None:
    said = getattr(event, "text", None)
    click.echo(
        f"{event.kind}{' (standby)' if event.channel == 'standby' else ''} {shown(said) if said else ''}".rstrip()
    )
    click.echo(f"  {played.outcome}{f': {shown(played.reason)}' if played.reason else ''}")
    for reply in played.replies:
        click.echo(f"  reply {type(reply).__name__}: {_short(reply)}")
    for line in why:
        click.echo(f"  why   {shown(line)}")


def _short(reply: Any) -> str:
    fields = {name: value for name, value in msgspec.to_builtins(reply).items() if value not in (None, "", [], ())}
    return shown(msgspec.json.encode(fields).decode())

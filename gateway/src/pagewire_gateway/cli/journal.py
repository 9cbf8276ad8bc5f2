"""``pagewire journal``: what concerns the store of events itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.progress import Progress as Bar
from rich.progress import TaskID

from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous, format_option
from pagewire.terminal.output import Format, print_json, print_rows, progress, say
from pagewire_gateway.journal.moving.digests import Digest
from pagewire_gateway.journal.moving.locations import AtNats, AtPath, located
from pagewire_gateway.journal.port import JournalError

if TYPE_CHECKING:
    from pagewire_gateway.journal.jetstream import Deployment
    from pagewire_gateway.shared.connection import Nats


_LEFT: Final = (
    "Only the journal was copied. Not copied: people, their links and who asked to be forgotten; what plugins keep; login links "
    "that were used; the audit log. Ask anew for deletions that have to hold: docs/how-to/move-the-journal.md"
)


@click.group()
def journal() -> None:
    """What concerns the store of events itself."""


@journal.command()
@click.argument("source")
@click.argument("target")
@click.option("--partitions", type=click.IntRange(1, 256), default=8, show_default=True, help="Of a new deployment.")
@click.option(
    "--replicas", type=click.Choice(["1", "3", "5"]), default="3", show_default=True, help="Of a new deployment."
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="PAGEWIRE_NATS_CREDENTIALS",
    show_envvar=True,
    help="For NATS.",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to make the folder for half-done work; it needs twice the room of the journal.  [beside the file]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds in which a server of NATS must answer.",
)
@format_option(Format.TABLE, Format.JSON)
@asynchronous
async def copy(
    *,
    source: str,
    target: str,
    partitions: int,
    replicas: str,
    credentials: Path | None,
    work: Path | None,
    timeout: float,  # noqa: ASYNC109 - it is an option's name
    output: str,
) -> None:
    """Copy a journal from SOURCE to TARGET: sqlite:///data/journal.db and nats://host:4222/deployment, in either direction.

    Stop the gateway before. The target must be new. The source is left as it is. Count and hash of what arrived are compared
    with what was sent. After an interruption the same command goes on. Nothing but the journal is copied: not who asked to be
    forgotten, nor what plugins keep. docs/how-to/move-the-journal.md leads through.
    """
    try:
        here, there = located(source), located(target)
        with progress() as bar:
            done = await _copy(here, there, _Shown(bar), (partitions, int(replicas), credentials, work, timeout))
    except JournalError as error:
        raise CommandError(f"Not copied: {error}", "The source is as it was.") from error
    rows = [{"what": name, "count": one.count, "hash": str(one)} for name, one in done.items()]
    if output == Format.JSON:
        print_json(rows)
    else:
        print_rows(("what", "count", "hash"), [row.values() for row in rows], "")
    say(f"{target} holds what {source} holds, by count and hash")
    say(_LEFT)


class _Shown:
    """Progress as bars, told from any thread."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        task = self._tasks.get(what)
        if task is None:
            task = self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(task, completed=done, total=total)


_Asked = tuple[int, int, Path | None, Path | None, float]


async def _copy(here: AtPath | AtNats, there: AtPath | AtNats, shown: _Shown, asked: _Asked) -> dict[str, Digest]:
    if isinstance(here, AtPath) and isinstance(there, AtNats):
        from pagewire_gateway.journal.moving.leaving import to_nats  # noqa: PLC0415 - needs the extra nats

        async with _deployment(there, asked) as deployment:
            return await to_nats(here.path, deployment, _folder(here.path, asked[3]), shown)
    if isinstance(here, AtNats) and isinstance(there, AtPath):
        from pagewire_gateway.journal.moving.returning import to_sqlite  # noqa: PLC0415 - needs the extra nats

        async with _deployment(here, asked) as deployment:
            return await to_sqlite(deployment, there.path, _folder(there.path, asked[3]), shown)
    raise CommandError("One of SOURCE and TARGET has to be on NATS", "To copy a file, use `pagewire backup`.")


def _folder(path: Path, work: Path | None) -> Path:
    """A folder of its own, as it is removed at the end."""
    return (work or path.parent) / f"{path.name}.moving"


@asynccontextmanager
async def _deployment(place: AtNats, asked: _Asked) -> "AsyncIterator[Deployment]":
    from pagewire_gateway.journal.jetstream import Deployment, Layout  # noqa: PLC0415 - needs the extra nats
    from pagewire_gateway.shared.connection import Nats  # noqa: PLC0415 - needs the extra nats

    partitions, replicas, credentials, _, seconds = asked
    link = Nats(place.servers, place.prefix, replicas, str(credentials or ""))
    try:
        await _reach(link, seconds)
        deployment = Deployment(link, Layout(partitions=partitions))
        await deployment.start()
        yield deployment
    finally:
        await link.aclose()


async def _reach(link: "Nats", seconds: float) -> None:
    """Connect. A gateway waits for its servers; somebody at a terminal wants to hear that there are none.

    Raises:
        CommandError: none answers in time.
    """
    try:
        async with asyncio.timeout(seconds):
            await link.start()
    except TimeoutError:
        said = f"Not copied: no server of NATS answers within {seconds:g} s"
        raise CommandError(said, "Start one, or mend its address.", Exit.UNREACHABLE) from None

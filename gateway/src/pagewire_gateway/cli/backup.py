"""``pagewire backup``: a copy of the journal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import httpx

from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous
from pagewire.terminal.output import progress, say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.options import admin_options


def _new(_: click.Context, __: click.Parameter, file: Path) -> Path:
    if os.path.lexists(file):
        raise CommandError(f"{file} exists", "Name a file that does not; a backup overwrites nothing.")
    return file


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), callback=_new)
@admin_options
@asynchronous
async def backup(*, client: AdminClient, file: Path) -> None:
    """Copy the journal, as of now, into FILE; the gateway goes on meanwhile.

    The copy holds everything people wrote: keep it as safe as the journal. To restore it, stop the gateway and put the file
    into its data folder as journal.db.
    """
    part = file.with_name(f"{file.name}.part")
    async with client, client.download("/api/v1/journal/backup") as response:
        with _opened(part) as target:
            size = await _save(response, target)
        part.rename(file)
    say(f"{file}: {size} bytes")


async def _save(response: httpx.Response, target: BinaryIO) -> int:
    expected = int(response.headers.get("content-length", 0))
    with progress() as bar:
        task = bar.add_task("bytes", total=expected or None)
        async for chunk in response.aiter_bytes():
            bar.advance(task, target.write(chunk))
    if expected and target.tell() != expected:
        raise CommandError(f"The copy broke off after {target.tell()} of {expected} bytes", "Try again.")
    return target.tell()


@contextmanager
def _opened(part: Path) -> Iterator[BinaryIO]:
    """A file for the copy that nobody else on this machine can read, and that is gone if the copy fails."""
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as target:
                yield target
                target.flush()
                os.fsync(descriptor)
        except BaseException:
            part.unlink()
            raise
    except OSError as error:
        raise CommandError(f"{part} cannot be written: {error.strerror}", "Name another place with room.") from error

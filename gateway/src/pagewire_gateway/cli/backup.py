"""``pagewire backup``: a copy of what the gateway keeps."""

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


def _new(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    if file is not None and os.path.lexists(file):
        raise CommandError(f"{file} exists", "Name a file that does not; a backup overwrites nothing.")
    return file


_path = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_path, callback=_new)
@click.option("--key", type=_path, callback=_new, metavar="FILE", help="Copy the key of people.db too, into this file.")
@admin_options
@asynchronous
async def backup(*, client: AdminClient, file: Path, key: Path | None) -> None:
    """Copy journal, people and used login links, as of now, into FILE, a tar archive; the gateway goes on meanwhile.

    It holds everything people wrote: keep it as safe as the data folder. A restore also needs the key of people.db, which never
    changes: copy it once with --key, and keep it apart from the backups. docs/how-to/back-up-and-restore.md leads through.
    """
    async with client:
        await _fetch(client, "/api/v1/backup", file)
        if key is not None:
            await _fetch(client, "/api/v1/backup/key", key)


async def _fetch(client: AdminClient, path: str, file: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    async with client.download(path) as response:
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

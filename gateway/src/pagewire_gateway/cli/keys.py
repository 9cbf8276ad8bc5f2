"""``pagewire keys``: what locks secrets on the disk of an installation without a cluster."""

import asyncio
import os
from pathlib import Path
from typing import Final

import click

from pagewire.locks import Key, LockError, Locks
from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import format_option
from pagewire.terminal.output import Format, print_json, print_rows, say
from pagewire_gateway.config import SettingsError, settings
from pagewire_gateway.login.files import FileKeeper
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.login.replacing import alone, replace

_HINT: Final = "PAGEWIRE_SECRETS_KEY_FILE names a file of keys; see docs/how-to/lock-secrets.md."


@click.group()
def keys() -> None:
    """Make and replace the keys that lock secrets on the disk."""


@keys.command()
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Put the key in front of those of FILE, so that it locks and the others still unlock.",
)
def new(*, file: Path | None) -> None:
    """Make a key, and print it or put it into a file that its owner alone can read."""
    if file is None:
        click.echo(Key.new())
        return
    try:
        _put(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}", "Name another with --file.") from error
    say(f"{file} has a new first key. Start the gateway with PAGEWIRE_SECRETS_KEY_FILE={file}, and keep a copy apart.")


@keys.command("list")
@format_option(Format.TABLE, Format.JSON)
def list_(*, output: str) -> None:
    """List the names of the keys there are; the first one locks."""
    try:
        ids = _locks().ids()
    except LockError as error:
        raise CommandError(str(error), _HINT) from error
    if output == Format.JSON:
        print_json([{"id": name, "locks": not number} for number, name in enumerate(ids)])
        return
    print_rows(("id", "use"), [(name, "unlocks" if number else "locks") for number, name in enumerate(ids)], "No keys.")


@keys.command()
@click.option(
    "--manifests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder of manifests.",
)
def rotate(*, manifests: Path) -> None:
    """Lock the logins of a folder under the first key, those that lie there in clear included."""
    locks = _locks()
    try:
        count = asyncio.run(FileKeeper(manifests, locks).renew())
        name = next(iter(locks.ids()), "none")
    except (KeepError, LockError) as error:
        raise CommandError(str(error), _HINT) from error
    say(f"{count} logins were locked anew; the key that counts is {name}.")


def _locks() -> Locks:
    try:
        return Locks(settings({}).locks)
    except SettingsError as error:
        raise CommandError(str(error)) from error


def _put(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(file.parent):
        older = file.read_bytes() if file.exists() else b""
        replace(file, f"{Key.new()}{os.linesep}".encode() + older)

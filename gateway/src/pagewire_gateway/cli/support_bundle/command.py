"""The command: gather, and put it into one file."""

import io
import os
import tarfile
import time
from pathlib import Path
from typing import Final

import click

from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous
from pagewire.terminal.output import say
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.doctor.cluster_scope import NOWHERE
from pagewire_gateway.cli.doctor.command import Scope
from pagewire_gateway.cli.doctor.meta import Graphs
from pagewire_gateway.cli.options import admin_options
from pagewire_gateway.cli.support_bundle.collecting import lacking, parts

_FOLDER: Final = "pagewire-support"


@click.command("support-bundle")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--log", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Log file; its last 2000 lines."
)
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the journal, for its disk.")
@admin_options
@asynchronous
async def support_bundle(*, client: AdminClient, target: Path | None, log: Path | None, data: Path | None) -> None:
    """Write what somebody needs to help you into TARGET, a .tar.gz; without one, into a new file here.

    It holds versions, settings, doctor's findings, figures, metrics, and why work is parked. It holds no secret, no message,
    no id of a person: of texts only what is known to be harmless stays. Look into it before you send it all the same.
    """
    scope = Scope(
        manifests=None, data=data, public="", graphs=Graphs(None, None), otlp=None,
        asked_admin=True, asked_public=False, signatures=False, cluster=NOWHERE,
    )  # fmt: skip
    async with client:
        found = [part async for part in parts(client, scope, log)]
    target = target or Path(time.strftime("pagewire-support-%Y%m%dT%H%M%SZ.tar.gz", time.gmtime()))
    try:
        size = _write(target, found)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}", "Name another file.") from error
    say(f"{target}: {size} bytes, {len(found)} files")
    if lacks := lacking(found):
        say(lacks)


def _write(target: Path, found: list[tuple[str, bytes]]) -> int:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, content in found:
                entry = tarfile.TarInfo(f"{_FOLDER}/{name}")
                entry.size, entry.mode, entry.mtime = len(content), 0o600, int(time.time())
                archive.addfile(entry, io.BytesIO(content))
        return file.tell()

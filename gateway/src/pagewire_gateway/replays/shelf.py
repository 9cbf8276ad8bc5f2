"""Jobs on disk, a small file each, so that they go on after a restart and are shown when they are over."""

import contextlib
import logging
import os
from pathlib import Path

import msgspec

from pagewire_gateway.replays.job import Job

log = logging.getLogger(__name__)


class Shelf:
    """A folder of jobs. Its calls block for a moment.

    Args:
        folder: made when the first job is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self) -> list[Job]:
        """All that are kept, oldest first; a file that cannot be read is left where it is."""
        found = []
        for file in sorted(self._folder.glob("*.json")):
            try:
                found.append(msgspec.json.decode(file.read_bytes(), type=Job))
            except (OSError, msgspec.DecodeError) as error:
                log.warning("a replay cannot be read from %s: %s", file, type(error).__name__)
        return sorted(found, key=lambda job: job.started)

    def save(self, job: Job) -> None:
        """Keep one, whole or as it was.

        Raises:
            OSError: the disk does not take it.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / f"{job.id}.json"
        partial = file.with_suffix(".part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(job))
            out.flush()
            # A job that came back older than the journal would count pieces anew that are done.
            os.fsync(out.fileno())
        partial.replace(file)

    def drop(self, job: Job) -> None:
        """Take one away."""
        with contextlib.suppress(OSError):
            (self._folder / f"{job.id}.json").unlink(missing_ok=True)

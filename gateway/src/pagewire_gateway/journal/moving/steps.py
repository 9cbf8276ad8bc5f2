"""What was done before an interruption, so that it is not done again."""

import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError


class Done(Struct):
    """What is behind.

    Attributes:
        source: tells the source as it was.
        target: where it goes.
        sent: partitions that are in the target.
    """

    source: str
    target: str
    sent: list[int] = []


class Steps:
    """A folder for half-done work, and a note of what is done.

    Args:
        folder: made if it is not there.
        source: tells the source as it is now.
        target: where it goes.
    """

    def __init__(self, folder: Path, source: str, target: str) -> None:
        self.folder = folder
        self._note = folder / "state.json"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = Done(source, target)
        self.done = self._read() or wanted
        if (self.done.source, self.done.target) != (source, target):
            if self.done.sent:
                raise JournalError(
                    f"{folder} holds a copy that was begun from {self.done.source} to {self.done.target}, and source or target "
                    "changed since; empty the target, remove the folder, and begin anew"
                )
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
            self.done = wanted
        self._write()

    def file(self, name: str) -> Path:
        """A file of the folder."""
        return self.folder / name

    def sent(self, partition: int) -> None:
        """A partition is in the target."""
        self.done.sent.append(partition)
        self._write()

    def remove(self) -> None:
        """All is done."""
        shutil.rmtree(self.folder)

    def _read(self) -> Done | None:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Done)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise JournalError(f"{self._note} cannot be read; remove {self.folder} and begin anew") from error

    def _write(self) -> None:
        partial = self._note.with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(self.done))
        partial.replace(self._note)

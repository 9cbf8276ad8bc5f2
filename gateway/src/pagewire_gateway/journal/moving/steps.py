"""What was done before an interruption, so that it is not done again."""

import fcntl
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError

_NOTE = "state.json"


class Done(Struct):
    """What is behind.

    Attributes:
        source: tells the source as it was.
        target: where it goes.
        fence: of the lease of the source.
        sent: partitions that are in the target.
        begun: partitions of which something may be in the target.
        publishing: the target's file may have its name already.
    """

    source: str
    target: str
    fence: int = 0
    sent: list[int] = []
    begun: list[int] = []
    publishing: bool = False


class Steps:
    """A folder for half-done work, and a note of what is done. To be entered; one copy at a time has it.

    Args:
        folder: made if it is not there.
        source: tells the source as it is now.
        target: where it goes.
        fence: of the lease of the source; 0 where `source` tells every change.

    Raises:
        JournalError: another process uses the folder, or source or target changed and something of it was sent.
    """

    def __init__(self, folder: Path, source: str, target: str, fence: int = 0) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(folder)
        try:
            self.done = self._found(Done(source, target, fence))
        except BaseException:
            os.close(self._lock)
            raise
        # What was being written when it was interrupted has a name with a dot until it is whole.
        self._clear(folder.glob(".*"))
        self._write()

    def _found(self, wanted: Done) -> Done:
        done = _read(self.folder) or wanted
        if _goes_on(done, wanted):
            done.fence = wanted.fence
            return done
        if done.begun or done.sent:
            raise JournalError(
                f"{self.folder} holds a copy that was begun from {done.source} to {done.target}, and source or target changed "
                "since; empty the target, remove the folder, and begin anew"
            )
        self._clear(self.folder.iterdir())
        return wanted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def file(self, name: str) -> Path:
        """A file of the folder."""
        return self.folder / name

    def begin(self, partition: int) -> None:
        """Something of a partition may be in the target from now on."""
        if partition not in self.done.begun:
            self.done.begun.append(partition)
            self._write()

    def sent(self, partition: int) -> None:
        """A partition is in the target."""
        self.done.sent.append(partition)
        self._write()

    def publish(self) -> None:
        """The target's file is given its name from now on."""
        self.done.publishing = True
        self._write()

    def remove(self) -> None:
        """All is done. The note goes last: without it, what is in the target would be nobody's."""
        self._clear(self.folder.iterdir())
        (self.folder / _NOTE).unlink()
        shutil.rmtree(self.folder)

    def _clear(self, paths: Iterable[Path]) -> None:
        for path in list(paths):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _NOTE:
                path.unlink()

    def _write(self) -> None:
        partial = self.folder / "state.part"
        partial.write_bytes(msgspec.json.encode(self.done))
        partial.replace(self.folder / _NOTE)


def _goes_on(done: Done, wanted: Done) -> bool:
    """Whether the source is as it was, and the target the same. Pure.

    A copy that was killed has its lease still, and one that gave it back the next fence. Any other is of a gateway that worked in
    between: it may have sent what waits in the half-done copy.
    """
    same = (done.source, done.target) == (wanted.source, wanted.target)
    return same and wanted.fence - done.fence in (0, 1)


def is_published(folder: Path, target: Path) -> bool:
    """Whether a file that is there is one that an interrupted copy has just given its name to."""
    done = _read(folder)
    return done is not None and done.publishing and done.target == str(target)


def _read(folder: Path) -> Done | None:
    note = folder / _NOTE
    try:
        return msgspec.json.decode(note.read_bytes(), type=Done)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise JournalError(f"{note} cannot be read; remove {folder} and begin anew") from error


def _locked(folder: Path) -> int:
    """The folder, locked until the process ends, however it ends.

    Raises:
        JournalError: another process has it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise JournalError(
            f"another copy is at work in {folder}; wait for it, or name another folder with --work"
        ) from None
    return handle

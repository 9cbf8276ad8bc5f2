"""Which manifests a folder holds, and their bytes. Nothing outside the folder is ever read.

Works with editors that rename a new file into place, with ConfigMaps and Secrets mounted by Kubernetes (whose
files are links to ``..data``, itself a link that is swapped) and with links to folders, as projected volumes make.
"""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from .problems import Place, Problem

ENDINGS: Final = (".yaml", ".yml", ".json")


class Found(msgspec.Struct, frozen=True):
    """A manifest file.

    Attributes:
        path: Its real path, with no links in it.
        signature: Another number as soon as the file is another, or written to.
    """

    path: str
    signature: int


class Scan(msgspec.Struct):
    """What a look into the folder found.

    Attributes:
        files: By path inside the folder, sorted.
        unknown: Parts of the folder that could not be looked into; what they held is neither there nor gone.
        problems: What was refused, and why.
    """

    files: dict[str, Found] = {}
    unknown: list[str] = []
    problems: list[Problem] = []

    def hides(self, file: str) -> bool:
        """Whether a file may still be there although it was not found."""
        return any(not part or file == part or file.startswith(f"{part}/") for part in self.unknown)


def scan(folder: Path) -> Scan:
    """Look for manifests in a folder and the folders in it. Hidden ones (``.git``, ``..data``) are passed over."""
    root = os.path.realpath(folder)
    seen: set[str] = {root}
    result = Scan()
    waiting = [("", root)]
    while waiting:
        inside, real = waiting.pop()
        for name, entry in _children(inside, real, result):
            path = _real(name, entry, root, result)
            if path is None:
                continue
            if _look(name, path, result) and path not in seen:
                seen.add(path)
                waiting.append((name, path))
    result.files = dict(sorted(result.files.items()))
    return result


def read(found: Found, limit: int) -> bytes:
    """The bytes of a manifest.

    Args:
        found: As `scan` gave it.
        limit: The most bytes to take.

    Raises:
        OSError: It cannot be read, or is no longer what it was.
        ValueError: It is larger than the limit.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(found.path, flags), "rb") as file:  # noqa: PTH123 - Path.open would follow a link
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "no longer a regular file")
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise ValueError(f"larger than {limit:,} bytes; split it into several files")
    return raw


def _children(inside: str, real: str, result: Scan) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(real) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield f"{inside}/{entry.name}".removeprefix("/"), entry
    except OSError as error:
        _refuse(result, inside, f"the folder cannot be read: {_words(error)}")
        result.unknown.append(inside)


def _real(name: str, entry: os.DirEntry[str], root: str, result: Scan) -> str | None:
    if not entry.is_symlink():
        return entry.path
    path = os.path.realpath(entry.path)
    if path.startswith(root.rstrip("/") + "/"):
        return path
    _refuse(result, name, "a link that leaves the folder is not followed; copy or mount the file itself")
    return None


def _look(name: str, path: str, result: Scan) -> bool:
    """Note a manifest; tell whether this is a folder to look into."""
    try:
        status = Path(path).lstat()
    except OSError as error:
        if name.endswith(ENDINGS):
            _refuse(result, name, f"cannot be looked at: {_words(error)}")
            result.unknown.append(name)
        return False
    if stat.S_ISDIR(status.st_mode):
        return True
    if not name.endswith(ENDINGS):
        return False
    if stat.S_ISREG(status.st_mode):
        result.files[name] = Found(path, _signature(path, status))
    else:
        _refuse(result, name, "not a regular file, so it is not read")
    return False


def _signature(path: str, status: os.stat_result) -> int:
    return hash((path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def _refuse(result: Scan, name: str, message: str) -> None:
    result.problems.append(Problem(place=Place(name), message=message))


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__

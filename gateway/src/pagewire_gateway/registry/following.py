"""One look at the folder after another: what is new is read, what is gone is forgotten, what is odd keeps its say."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pagewire.locks import Locks
from pagewire.manifests.folder import ENDINGS, Found, Scan, read, scan
from pagewire.manifests.problems import Problem, Severity

from .ended import Ended
from .files import Files
from .port import Name, Spoken
from .reading import Reading, unreadable
from .reading import read as read_text
from .sharing import Shared
from .store import KINDS, Snapshot, Store


class Following:
    """Keeps what is served in step with a folder. Blocking; one thread at a time.

    Args:
        folder: the folder.
        limit: bytes of the largest file.
        locks: unlock values of Secrets.
    """

    def __init__(self, folder: Path, limit: int, locks: Locks | None = None) -> None:
        self._folder = folder
        self._limit, self._locks = limit, locks
        self._files = Files(KINDS)
        self._store = Store(self._files)
        self._others: Sequence[Problem] = ()
        self._read: dict[str, int] = {}
        self._restless: dict[str, int | None] = {}

    def look(self, patient: bool) -> Snapshot:
        """Look at the folder and read what changed.

        Args:
            patient: Leave a file alone until two looks in a row find it the same, because somebody may be
                in the middle of writing it.
        """
        seen = scan(self._folder)
        shared = Shared()
        for file in self._due(seen, patient):
            found = seen.files.get(file)
            if found is None:
                self._files.put(file, Reading())
                self._read.pop(file, None)
            else:
                self._files.put(file, self._open(file, found, shared))
        self._others = seen.problems or self._emptiness(seen)
        return self.again()

    def remember(self, file: str, text: bytes) -> None:
        """Take a text as that of a file, until the file is written; it shows `again`."""
        self._files.put(file, read_text(text, file, Shared(), self._locks))

    def again(self) -> Snapshot:
        """What was read, with what was said by `end`."""
        return self._store.build(self._others)

    def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        return self._store.spoken(login)

    def end(self, ended: Mapping[Name, Ended]) -> None:
        """See `Registry.end`; it shows `again`."""
        self._store.end(ended)

    def _emptiness(self, seen: Scan) -> list[Problem]:
        said = f"{self._folder} holds no {', '.join(f'*{ending}' for ending in ENDINGS)}: nothing is served"
        return [] if seen.files else [Problem(severity=Severity.WARNING, message=said)]

    def _due(self, seen: Scan, patient: bool) -> list[str]:
        now: dict[str, int | None] = {file: found.signature for file, found in seen.files.items()}
        now.update((file, None) for file in self._read if file not in now and not seen.hides(file))
        changed = {file: signature for file, signature in now.items() if self._read.get(file) != signature}
        due = [file for file, signature in changed.items() if not patient or self._settled(file, signature)]
        self._restless = {file: signature for file, signature in changed.items() if file not in set(due)}
        return due

    def _settled(self, file: str, signature: int | None) -> bool:
        return file in self._restless and self._restless[file] == signature

    def _open(self, file: str, found: Found, shared: Shared) -> Reading:
        try:
            raw = read(found, self._limit)
        except OSError as error:
            self._read.pop(file, None)
            return unreadable(file, f"cannot be read: {error.strerror or type(error).__name__}")
        except ValueError as error:
            self._read[file] = found.signature
            return unreadable(file, str(error))
        self._read[file] = found.signature
        return read_text(raw, file, shared, self._locks)

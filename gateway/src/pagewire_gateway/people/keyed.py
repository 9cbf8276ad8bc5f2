"""Hashes that only this gateway can make: they tell whether somebody is the same, and nothing of who it is."""

import contextlib
import hmac
from pathlib import Path

from pagewire.locks import LockError, Locks
from pagewire.people import ScopedId
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.people import key_file

_DIGITS = 32


class Keyed:
    """A key in a file of its own, so that a copy of a database alone gives nobody away.

    Args:
        path: the file; made with a new key if it is not there.
        locks: lock the file, if somebody named keys for that.

    Raises:
        JournalError: it cannot be made or read, or holds no key.
    """

    def __init__(self, path: Path, locks: Locks | None = None) -> None:
        try:
            with contextlib.suppress(FileExistsError):
                key_file.make(path, locks or Locks())
            self._key = key_file.load(path, locks or Locks())
        except LockError as error:
            raise JournalError(f"the key {path} cannot be locked: {error}") from error
        except OSError as error:
            raise JournalError(
                f"the key {path} cannot be used: {error.strerror}; check the path and who owns it"
            ) from error
        if len(self._key) != key_file.BYTES:
            raise JournalError(
                f"{path} holds no key of {key_file.BYTES} bytes; restore it, or remove it to have a new one made"
            )

    def reveal(self) -> bytes:
        """The key itself, for whoever keeps it apart from backups."""
        return self._key

    @property
    def mark(self) -> str:
        """Tells whether two keys are the same, and nothing else of them."""
        return self.of_text("mark")

    def of(self, who: ScopedId) -> str:
        """The hash of a scoped id: 32 hex digits."""
        return self.of_text("/".join(who))

    def of_text(self, text: str) -> str:
        """The hash of any text: 32 hex digits."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:_DIGITS]

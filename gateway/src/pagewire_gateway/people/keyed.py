"""Hashes that only this gateway can make: they tell whether somebody is the same, and nothing of who it is."""

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from pagewire.people import ScopedId
from pagewire_gateway.journal.port import JournalError

_BYTES = 32
_DIGITS = 32


class Keyed:
    """A key in a file of its own, so that a copy of a database alone gives nobody away.

    Args:
        path: the file; made with a new key if it is not there.

    Raises:
        JournalError: it cannot be made or read, or holds no key.
    """

    def __init__(self, path: Path) -> None:
        try:
            with contextlib.suppress(FileExistsError):
                _make(path)
            self._key = path.read_bytes()
        except OSError as error:
            raise JournalError(
                f"the key {path} cannot be used: {error.strerror}; check the path and who owns it"
            ) from error
        if len(self._key) != _BYTES:
            raise JournalError(
                f"{path} holds no key of {_BYTES} bytes; restore it, or remove it to have a new one made"
            )

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


def _make(path: Path) -> None:
    # Written beside and linked into place: another process never sees half of a key.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    partial = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(partial, path)
    finally:
        partial.unlink()

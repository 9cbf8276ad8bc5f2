"""The key that sessions are sealed with."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from pagewire_gateway.config import SettingsError

_SHORTEST: Final = 32
_LENGTH: Final = 32


def session_key(configured: str, folder: Path) -> bytes:
    """The key: from what is configured, or from a file that is made once.

    Args:
        configured: the setting; empty without one.
        folder: of what the gateway keeps.

    Raises:
        SettingsError: the configured one is too short, or the file cannot be used.
    """
    if configured:
        if len(configured) < _SHORTEST:
            raise SettingsError(
                f"PAGEWIRE_CONSOLE_KEY has {len(configured)} characters; give it {_SHORTEST} or more, from `openssl rand -hex 32`"
            )
        return hashlib.sha256(configured.encode()).digest()
    return _kept(folder / "console.key")


def _kept(path: Path) -> bytes:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be used: {error.strerror}; set PAGEWIRE_CONSOLE_KEY instead") from error
    if len(key) != _LENGTH:
        raise SettingsError(f"{path} is not the key it should be; remove it, and everybody logs in again")
    return key


def _make(path: Path) -> None:
    """Make the file, whole from the first moment; of several processes that begin at once, one makes it for all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(_LENGTH))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first, and its key counts
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)

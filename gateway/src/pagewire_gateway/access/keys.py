"""The key that sessions are sealed with."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from pagewire_gateway.config import SettingsError

_SHORTEST: Final = 32


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
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(path)
        with os.fdopen(file, "wb") as out:
            out.write(key := secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise SettingsError(f"{path} cannot be used: {error.strerror}; set PAGEWIRE_CONSOLE_KEY instead") from error
    return key


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != 32:
        raise SettingsError(f"{path} is not the key it should be; remove it, and everybody logs in again")
    return key

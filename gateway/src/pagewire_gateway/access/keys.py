"""The key that sessions are sealed with."""

import contextlib
import hashlib
import secrets
from pathlib import Path
from typing import Final

from pagewire_gateway.config import SettingsError
from pagewire_gateway.made_once import make_once

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
            with contextlib.suppress(FileExistsError):  # another process was first, and its key counts
                make_once(path, secrets.token_bytes(_LENGTH))
        key = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be used: {error.strerror}; set PAGEWIRE_CONSOLE_KEY instead") from error
    if len(key) != _LENGTH:
        raise SettingsError(f"{path} is not the key it should be; remove it, and everybody logs in again")
    return key

"""The key of people in a file of its own, locked where somebody named keys to lock it with."""

import secrets
from pathlib import Path
from typing import Final

from pagewire.locks import LockError, Locks, is_locked
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.made_once import drafted, make_once

BYTES: Final = 32
_PLACE: Final = "people.key"


def load(path: Path, locks: Locks) -> bytes:
    """The key; one that lies there in clear, or under an older key, is locked on the way.

    A key of our own making is no reason to lock it: it would lie beside what it protects, and be lost with it.

    Raises:
        OSError: it cannot be read.
        JournalError: it cannot be unlocked.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("ascii", "replace")
        key = bytes.fromhex(locks.unlock(text, _PLACE)) if is_locked(text) else raw
        if len(key) == BYTES and locks.source.given and not locks.fresh(text):
            save(path, key, locks)
    except (LockError, ValueError) as error:
        raise JournalError(f"the key {path} cannot be unlocked: {error}") from error
    return key


def save(path: Path, key: bytes, locks: Locks) -> None:
    """Put a key in the place of the one that is there.

    Raises:
        OSError: it cannot be written.
    """
    drafted(path, _text(key, locks)).replace(path)


def make(path: Path, locks: Locks) -> None:
    """Have a new key, unless there is one; another process never sees half of it.

    Raises:
        OSError: it cannot be written.
        FileExistsError: another process was faster.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    make_once(path, _text(secrets.token_bytes(BYTES), locks))


def _text(key: bytes, locks: Locks) -> bytes:
    return locks.lock(key.hex(), _PLACE).encode() if locks.source.given else key

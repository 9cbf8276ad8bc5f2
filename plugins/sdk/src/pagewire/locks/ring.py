"""All keys there are: the first locks, every one unlocks, so that a key can be replaced while values of the old one lie about."""

import threading

from .keys import Key, LockError, is_locked, key_id_of
from .sources import VARIABLE, KeySource


class Locks:
    """Locks and unlocks. Keys are fetched when the first value needs one; from any thread.

    Args:
        source: where keys come from; none at all by default.
    """

    def __init__(self, source: KeySource | None = None) -> None:
        self.source = source or KeySource()
        self._keys: tuple[Key, ...] | None = None
        self._one = threading.Lock()

    def can_lock(self) -> bool:
        """Whether there is a key, or a place to make one in. Blocks; a key is made if need be.

        Raises:
            LockError: keys are configured, and cannot be had.
        """
        try:
            return bool(self._have(make=True))
        except LockError:
            if self.source.given:
                raise
            return False

    def lock(self, text: str, place: str) -> str:
        """Lock a text under the first key; nothing but the same place opens it.

        Raises:
            LockError: there is no key.
        """
        keys = self._have(make=True)
        if not keys:
            raise LockError(f"there is no key to lock it with; name a file by {VARIABLE}_FILE, see `pagewire keys new`")
        return keys[0].lock(text, place)

    def unlock(self, text: str, place: str) -> str:
        """The text of a locked value; any other value as it is.

        Raises:
            LockError: its key is not among ours, or the value was tampered with.
        """
        if not is_locked(text):
            return text
        name = key_id_of(text)
        key = next((one for one in self._have() if one.id == name), None)
        if key is None:
            raise LockError(f"it is locked under key {name}, which is not there; name it by {VARIABLE}_FILE")
        return key.unlock(text, place)

    def fresh(self, text: str) -> bool:
        """Whether a value is locked under the key that locks now."""
        keys = self._have()
        return is_locked(text) and bool(keys) and keys[0].id == key_id_of(text)

    def ids(self) -> tuple[str, ...]:
        """The names of the keys, the one that locks first."""
        return tuple(key.id for key in self._have())

    def _have(self, *, make: bool = False) -> tuple[Key, ...]:
        with self._one:
            if not self._keys:
                self._keys = self.source.make() if make else self.source.read()
            return self._keys

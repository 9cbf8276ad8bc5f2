"""Secrets that lie on a disk, locked: what is stolen or committed with the disk gives nobody away.

    locks = Locks(KeySource())
    text = locks.lock("EAAB...", "support/harbour-login/token")    # locked:v1:3f9a0c1b:...
    locks.unlock(text, "support/harbour-login/token")

A locked value is bound to its place: moved to another Secret it does not open.
"""

from .keys import Key, LockError, is_locked, key_id_of
from .ring import Locks
from .secrets import place_of, unlocked
from .sources import KeySource, source_of

__all__ = ["Key", "KeySource", "LockError", "Locks", "is_locked", "key_id_of", "place_of", "source_of", "unlocked"]

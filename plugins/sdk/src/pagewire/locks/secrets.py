"""Values of Secret documents of a folder: each may be locked."""

from collections.abc import Mapping

from .keys import LockError
from .ring import Locks


def place_of(namespace: str, name: str, key: str) -> str:
    """What a value of a Secret is bound to."""
    return f"{namespace}/{name}/{key}"


def unlocked(texts: Mapping[str, str], namespace: str, name: str, locks: Locks) -> dict[str, str]:
    """The values in clear.

    Raises:
        LockError: naming the key of the Secret that cannot be unlocked.
    """
    found: dict[str, str] = {}
    for key, text in texts.items():
        try:
            found[key] = locks.unlock(text, place_of(namespace, name, key))
        except LockError as error:
            raise LockError(f"{key}: {error}") from None
    return found

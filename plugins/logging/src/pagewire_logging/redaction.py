"""What becomes of a field that tells who somebody is, or what they wrote: left out, hashed with a key, or written. Pure."""

import hmac
import re
from typing import Final, Literal

Shown = bool | Literal["hashed"]
"""``false`` to leave out, ``true`` to write, ``hashed`` for a keyed hash: the same for the same value, and nothing else."""

_EMAIL: Final = r"[^\s@<>()\[\]\"',;:]{1,64}@[^\s@<>()\[\]\"',;:/]{1,253}"
_PHONE: Final = r"(?<![\w+])\+?\(?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,16}(?!\w)"
_PRIVATE: Final = re.compile(f"(?P<email>{_EMAIL})|(?P<phone>{_PHONE})")


def shown(value: str | None, how: Shown, key: bytes | None) -> str | None:
    """A value as it is written; ``None`` leaves it out.

    Args:
        value: what the event has.
        how: what the configuration says.
        key: for the hash; without one a value that is to be hashed is left out.
    """
    if value is None or how is False:
        return None
    if how is True:
        return value
    return None if key is None else f"hashed:{_hash(value, key, 32)}"


def masked(text: str, phones: Shown, emails: Shown, key: bytes | None) -> str:
    """A text without the telephone numbers and e-mail addresses that may not be written.

    Seven to seventeen digits count as a number, whatever stands between them: better an order number too many than a person.
    """
    return _PRIVATE.sub(lambda found: _mask(found, {"phone": phones, "email": emails}, key), text)


def _mask(found: re.Match[str], shown_as: dict[str, Shown], key: bytes | None) -> str:
    name = found.lastgroup or ""
    if shown_as[name] is True:
        return found[0]
    if shown_as[name] is False or key is None:
        return f"[{name}]"
    return f"[{name}:{_hash(_plain(name, found[0]), key, 16)}]"


def _plain(name: str, value: str) -> str:
    """The same number, or address, however it was written."""
    return re.sub(r"\D", "", value) if name == "phone" else value.casefold()


def _hash(value: str, key: bytes, digits: int) -> str:
    return hmac.digest(key, f"value\0{value}".encode("utf-8", "replace"), "sha256").hex()[:digits]

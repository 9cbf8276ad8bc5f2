"""A key, and what it does to a text. Pure but for the nonce."""

import binascii
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, Self

PREFIX: Final = "locked:v1:"
_BYTES: Final = 32
_NONCE: Final = 12
_ID_DIGITS: Final = 8


class LockError(Exception):
    """A value cannot be locked or unlocked; the message says what to do, and nothing of value or key."""


class Key:
    """256 bits for AES-GCM (NIST SP 800-38D), and a name for them that gives nothing away.

    One key may lock 2**32 values before a nonce could repeat; logins are some a day.

    Args:
        raw: 32 bytes.
    """

    def __init__(self, raw: bytes) -> None:
        # Seven megabytes, which only those have to bear that lock something.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._cipher = AESGCM(raw)
        self.id = hmac.digest(raw, b"pagewire key id", "sha256").hex()[:_ID_DIGITS]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as `new` writes it: 32 bytes in base64, with either alphabet.

        Raises:
            LockError: it is something else.
        """
        try:
            raw = urlsafe_b64decode(text.strip().translate(str.maketrans("+/", "-_")))
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != _BYTES:
            raise LockError("a key is 32 random bytes in base64; `pagewire keys new` makes one")
        return cls(raw)

    @staticmethod
    def new() -> str:
        """A new key, as text."""
        return urlsafe_b64encode(os.urandom(_BYTES)).decode()

    def lock(self, text: str, place: str) -> str:
        """Lock a text into a place."""
        nonce = os.urandom(_NONCE)
        body = urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), place.encode()))
        return f"{PREFIX}{self.id}:{body.decode()}"

    def unlock(self, locked: str, place: str) -> str:
        """The text that was locked into a place.

        Raises:
            LockError: it was changed, or comes from another place.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            body = urlsafe_b64decode(locked.removeprefix(PREFIX).partition(":")[2])
            return self._cipher.decrypt(body[:_NONCE], body[_NONCE:], place.encode()).decode()
        except (binascii.Error, InvalidTag, ValueError):
            raise LockError(f"it was changed, or locked for another place than {place}; write it anew") from None

    def __repr__(self) -> str:
        return f"Key({self.id})"


def is_locked(text: str) -> bool:
    """Whether a text is a locked value."""
    return text.startswith(PREFIX)


def key_id_of(locked: str) -> str:
    """The name of the key that opens a locked value."""
    return locked.removeprefix(PREFIX).partition(":")[0]

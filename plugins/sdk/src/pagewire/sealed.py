"""Secrets that no log, traceback or dump can show by accident."""

from hmac import compare_digest
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T", str, bytes)


class Sealed(Generic[T]):
    """A token or app secret. `reveal` gives the value; everything else shows ``Sealed(***)``.

    It can be compared (in constant time) but not hashed, pickled or encoded.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # a hash in a dict is a place to forget a secret in

    def __init__(self, value: T) -> None:
        self._value: T = value

    def reveal(self) -> T:
        """The secret itself. Hand it on at once and keep no second reference."""
        return self._value

    def __repr__(self) -> str:
        return "Sealed(***)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        return compare_digest(_bytes(self._value), _bytes(other._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled or copied; reveal it where it is used")


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value

"""What a plain YAML word means. JSON's types and no more, so that a manifest means what it means to a cluster.

YAML's dates stay text, and so does ``9:00``, which YAML 1.1 would read as 540. ``yes``, ``no``, ``on`` and
``off`` are true and false, as kubectl has them.
"""

import math
import re
from typing import Final

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{spelt: True for word in ("true", "yes", "on") for spelt in (word, word.title(), word.upper())},
    **{spelt: False for word in ("false", "no", "off") for spelt in (word, word.title(), word.upper())},
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_MAX_DIGITS: Final = 20
"""More than any 64-bit number has; Python's own conversion costs time in the square of the digits."""

Scalar = str | int | float | bool | None


class NumberError(ValueError):
    """A number that JSON's readers would not give back as it is."""

    def __init__(self) -> None:
        super().__init__("this number is too large to be kept exactly; put it in quotes")


def scalar(text: str) -> Scalar:
    """Read a plain (unquoted) scalar.

    Raises:
        NumberError: It is a number beyond 64 bits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return integer(text)
    if _FLOAT.match(text):
        return floating(text)
    return text


def integer(digits: str) -> int:
    """Read a whole number of at most 64 bits; raises `NumberError` for a larger one."""
    if len(digits) > _MAX_DIGITS or not -(2**63) <= (number := int(digits)) < 2**63:
        raise NumberError
    return number


def floating(digits: str) -> float:
    """Read a number with a fraction; raises `NumberError` if it overflows."""
    number = float(digits)
    if not math.isfinite(number):
        raise NumberError
    return number

"""Meta's JSON, looked at without trust: what is there in the expected form, and nothing where it is not. Pure.

Ids arrive as strings or numbers, flags as booleans or words, lists as lists or comma-separated text (Meta, Graph API).
One field in a wrong form must cost that field and not the answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["flag", "items", "mapping", "number", "text", "texts"]


def text(found: object) -> str | None:
    """A text, or an id that came as a number; `None` for anything else and for empty ones.

    A fraction is never taken for an id, as ids pass 2^53 and would come out changed.
    """
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) and found else None


def number(found: object) -> int | None:
    """A whole number, also from a text of digits."""
    if isinstance(found, bool):
        return None
    if isinstance(found, str) and found.isascii() and found.removeprefix("-").isdigit() and len(found) < 20:
        return int(found)
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if isinstance(found, int) else None


def flag(found: object) -> bool | None:
    """True or false, also as a word or as 1 and 0."""
    known: dict[object, bool] = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    return known.get(found.lower() if isinstance(found, str) else found) if isinstance(found, str | int) else None


def texts(found: object) -> tuple[str, ...]:
    """A list of texts, also from text with commas; entries of another form are left out."""
    listed = found.split(",") if isinstance(found, str) else found if isinstance(found, list) else []
    read = (text(one.strip() if isinstance(one, str) else one) for one in listed)
    return tuple(one for one in read if one is not None)


def mapping(found: object) -> Mapping[str, Any]:
    """An object; empty for anything else."""
    return found if isinstance(found, dict) else {}


def items(found: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; entries of another form are left out."""
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())

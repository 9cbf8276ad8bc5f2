"""Delivery bodies as Meta sends them, with invented ids and texts, and what each must come to.

Every sample is one complete POST body. Plugin authors test with them, and the suite of Pagewire reads them all. Some end in a
newline and some do not: a signature covers the bytes as they are.
"""

from functools import cache
from importlib.resources import files

import msgspec

__all__ = ["body", "kinds", "names"]

_HERE = files(__name__)


def names() -> list[str]:
    """Every sample, such as ``messenger/message_text`` or ``instagram/message_story_reply``."""
    return list(_table())


def body(name: str) -> bytes:
    """The body of a sample, byte for byte.

    Raises:
        KeyError: there is no such sample.
    """
    return _HERE.joinpath(f"{_known(name)}.json").read_bytes()


def kinds(name: str) -> tuple[str, ...]:
    """The kinds of a sample's events, in order; those on the channel ``standby`` begin with ``standby:``.

    Raises:
        KeyError: there is no such sample.
    """
    return _table()[_known(name)]


def _known(name: str) -> str:
    if name not in _table():
        raise KeyError(f"no sample {name!r}; pagewire.samples.names() lists them")
    return name


@cache
def _table() -> dict[str, tuple[str, ...]]:
    return msgspec.json.decode(_HERE.joinpath("kinds.json").read_bytes(), type=dict[str, tuple[str, ...]])

"""JSON of the API server to values. An object that is nested without end costs its depth, and nobody else anything.

The API server stores what is nested up to 10,000 deep; Python's readers give up near 1,000. Whoever may write one object
of a kind could so hide all of them.
"""

import re
from typing import Any, Final

import msgspec

DEEPEST: Final = 200
"""Levels that are read where a reader gave up: far more than a list of any sensible objects has."""

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


def decode(text: bytes) -> Any:
    """The value of a JSON text; what is nested too deep is null.

    Raises:
        msgspec.DecodeError: it is not JSON.
    """
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        return msgspec.json.decode(_shallow(text))


def _shallow(text: bytes) -> bytes:
    pieces: list[bytes] = []
    depth = kept = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            if depth == DEEPEST + 1:
                pieces.append(text[kept : token.start()])
        elif mark in b"]}":
            if depth == DEEPEST + 1:
                pieces.append(b"null")
                kept = token.end()
            depth -= 1
    return b"".join((*pieces, text[kept:]))

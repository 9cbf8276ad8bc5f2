"""Long work in a thread beside the event loop: in short turns, so that webhooks go on."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from typing import Any, Final, TypeVar

T = TypeVar("T")

TURN: Final = 0.0005
"""Seconds after which a thread lets another one run. Python's own 0.005 makes the event loop wait as long before each step."""
PIECE: Final = 2_000
"""Sorting is one turn, however long it takes; so much of it is done in one or two milliseconds."""


@contextmanager
def in_turns() -> Iterator[None]:
    """Within this, threads take short turns. For one thread at a time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def sort_in_turns(values: Iterable[T], key: Callable[[T], Any]) -> Iterator[T]:
    """What `sorted` gives, made of pieces that are sorted each in a turn of its own."""
    source = iter(values)
    pieces = iter(lambda: sorted(islice(source, PIECE), key=key), [])
    return merge(*pieces, key=key)

"""What a path leads to: a handler, and the edge by which faults name it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta

Handler = Callable[[Meta, Call], Awaitable[Answer]]


class Route(msgspec.Struct, frozen=True):
    """A handler, and the edge by which faults name it."""

    edge: str
    handler: Handler

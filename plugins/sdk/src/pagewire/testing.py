"""pytest plugin for plugin authors: typed events from real-shaped webhook bodies.

Installed with the SDK (entry point ``pytest11``); a test asks for `sample_event`::

    async def test_it_greets(sample_event):
        replies = await message_received(sample_event("messenger/message_text"))
"""

from collections.abc import Callable

import pytest

from pagewire import samples, wire
from pagewire.events import Event

__all__ = ["events_of", "sample_event"]

_RECEIVED = 1_790_000_000_500
"""Half a second after the samples happened, in milliseconds."""


def events_of(name: str) -> list[Event]:
    """The typed events of a sample body, in its order.

    Args:
        name: as `pagewire.samples.names` lists them, for example ``messenger/message_text``.
    """
    return [wire.event_of(item, _RECEIVED) for item in wire.read(samples.body(name), _RECEIVED).items]


@pytest.fixture
def sample_event() -> Callable[[str], Event]:
    """A function from a sample's name to its first event."""
    return lambda name: events_of(name)[0]

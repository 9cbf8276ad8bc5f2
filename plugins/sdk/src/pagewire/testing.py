"""pytest plugin for plugin authors: typed events from real-shaped webhook bodies.

Installed with the SDK (entry point ``pytest11``); a test asks for `sample_event`::

    async def test_it_greets(sample_event):
        [reply] = replies_of(await message_received(sample_event("messenger/message_text")))
"""

from collections.abc import Callable

import pytest

from pagewire import samples, wire
from pagewire.events import Event
from pagewire.replies import Reply, check, normalise
from pagewire.surfaces import Surface

__all__ = ["events_of", "replies_of", "sample_event"]

_RECEIVED = 1_790_000_000_500
"""Half a second after the samples happened, in milliseconds."""


def events_of(name: str) -> list[Event]:
    """The typed events of a sample body, in its order.

    Args:
        name: as `pagewire.samples.names` lists them, for example ``messenger/message_text``.
    """
    return [wire.event_of(item, _RECEIVED) for item in wire.read(samples.body(name), _RECEIVED).items]


def replies_of(returned: object, surface: Surface = Surface.MESSENGER) -> tuple[Reply, ...]:
    """What a hook returned, as the gateway takes it.

    Args:
        returned: by the hook.
        surface: where the replies would go.

    Raises:
        ReplyError: the gateway would park the event; field and limit are named.
    """
    replies = normalise(returned)
    for reply in replies:
        check(reply, surface)
    return replies


@pytest.fixture
def sample_event() -> Callable[[str], Event]:
    """A function from a sample's name to its first event."""
    return lambda name: events_of(name)[0]

"""pytest plugin for plugin authors: typed events from real-shaped webhook bodies, a rehearsal, and the contract.

Installed with the SDK (entry point ``pytest11``). The contract takes one line, and brings a test for each part of it::

    TestContract = contract_of("hours", config={"hours": "from 9 to 6"})

A test of the plugin's own asks for `rehearse`, and plays events to it::

    async def test_it_answers(rehearse):
        played = await rehearse("hours", {"hours": "from 9 to 6"}).play(message("When are you open?"))
        assert played.replies == (Text(text="We are open from 9 to 6."),)

The gateway brings the fixture `gateway`: a whole one, with a simulated Meta (`pagewire_gateway.testing`).
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pagewire import samples, wire
from pagewire.events import Event
from pagewire.installed import missing, points, subject_of
from pagewire.rehearsal import MemoryStore, Played, Rehearsal, message
from pagewire.rehearsal.checks import CHECKS, check_plugin, personal_in
from pagewire.replies import Reply, check, normalise
from pagewire.surfaces import Surface

__all__ = [
    "FakeClock",
    "MemoryStore",
    "Played",
    "Rehearsal",
    "assert_no_pii",
    "contract_of",
    "events_of",
    "fake_clock",
    "message",
    "rehearse",
    "replies_of",
    "sample_event",
]

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


class FakeClock:
    """A clock that a test turns.

    Attributes:
        now: UTC.
    """

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 21, 12, tzinfo=UTC)

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now.timestamp()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def fake_clock() -> FakeClock:
    """What plugins keep for a while in a rehearsal goes by this clock."""
    return FakeClock()


@pytest.fixture
def rehearse(fake_clock: FakeClock) -> Callable[..., Rehearsal]:
    """A function from a plugin, by its name or itself, and its configuration to a `Rehearsal`."""

    def make(plugin: Any, config: Any = None, **how: Any) -> Rehearsal:
        name, subject = found(plugin)
        return Rehearsal(name, subject, config, clock=fake_clock, **how)

    return make


def contract_of(plugin: Any, config: Any = None) -> type:
    """A class of tests, one for each part of the contract; give it a name that begins with ``Test``.

    Args:
        plugin: name of an installed plugin, or the module or object it is.
        config: a configuration that fits, as a resource would have it.
    """

    class Contract:
        """The contract between a plugin and the gateway."""

        @pytest.mark.parametrize("part", sorted(CHECKS))
        def test_contract(self, part: str) -> None:
            name, subject = found(plugin)
            checks = asyncio.run(check_plugin(name, subject, config, only=part))
            assert [one.problem for one in checks if not one.passed] == []  # noqa: S101 - a test

    return Contract


def found(plugin: Any) -> tuple[str, Any]:
    """A plugin by its name, or the object it is; a class is made into one.

    Raises:
        PluginError: it is not installed, or cannot be imported.
    """
    if not isinstance(plugin, str):
        return getattr(plugin, "__name__", type(plugin).__name__).lower(), plugin() if isinstance(
            plugin, type
        ) else plugin
    installed = points()
    if plugin not in installed:
        raise missing(plugin, installed)
    return plugin, subject_of(plugin, installed[plugin])


def assert_no_pii(text: str, *events: Event) -> None:
    """Fail if a text, such as a log or a span, holds the scoped id or the words of somebody.

    Args:
        text: to look through.
        events: whose people and words must not be in it.
    """
    for event in events:
        said = personal_in(text, event)
        assert not said, f"it holds what {said} in event {event.id}"  # noqa: S101 - for tests

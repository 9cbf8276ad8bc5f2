"""How a plugin says no."""

import math

import pytest

import pagewire
from pagewire.errors import PluginSignal, Refused, TryLater


class Busy(TryLater): ...


def test_a_signal_tells_its_reason() -> None:
    assert str(Refused("no such customer")) == "no such customer"
    assert Refused("no such customer").reason == "no such customer"
    assert TryLater(5, "closed").reason == "closed"


def test_without_a_reason_it_says_what_it_means() -> None:
    assert Refused().reason == "The plugin will never take this event; park it at once, without further attempts."
    assert TryLater().reason.startswith("The plugin cannot take the event now")


def test_a_plugins_own_signal_needs_no_docstring() -> None:
    assert Busy(after=3).reason == TryLater().reason
    assert Busy(after=3).after == 3


@pytest.mark.parametrize("after", [None, 0, 0.5, 3600, 7 * 86_400])
def test_a_pause_is_at_most_a_week(after: float | None) -> None:
    assert TryLater(after).after == after


@pytest.mark.parametrize("after", [-1, -0.001, 7 * 86_400 + 1, math.inf, math.nan])
def test_any_other_pause_is_refused(after: float) -> None:
    with pytest.raises(ValueError, match="between 0 seconds and 7 days"):
        TryLater(after)


def test_both_are_signals_and_part_of_the_public_surface() -> None:
    assert issubclass(TryLater, PluginSignal)
    assert issubclass(Refused, PluginSignal)
    assert (pagewire.TryLater, pagewire.Refused) == (TryLater, Refused)


def test_the_public_surface_is_what_it_says() -> None:
    for name in pagewire.__all__:
        assert getattr(pagewire, name).__doc__ or name == "Replies"

"""How a plugin says no.

    PluginSignal
    ├── TryLater(after)   this event can be handled, but not now
    └── Refused           this event will never be handled

Anything else a hook raises counts as a failure of the plugin: the event is tried again with growing, jittered pauses
and parked after the last attempt. Nothing a plugin raises ever reaches another plugin.
"""

__all__ = ["PluginSignal", "Refused", "TryLater"]


class PluginSignal(Exception):
    """Tells the gateway what to do with this event for this plugin.

    Args:
        reason: one sentence for the people who read parked work. It is stored and shown, so it must hold
            neither message text nor personal data.
    """

    def __init__(self, reason: str = "") -> None:
        self.reason = reason or _sentence(type(self))
        super().__init__(self.reason)


def _sentence(signal: type[PluginSignal]) -> str:
    """The first line of the nearest docstring: a plugin's own subclass may have none."""
    documented = next(one.__doc__ for one in signal.__mro__ if one.__doc__)
    return documented.strip().splitlines()[0]


class TryLater(PluginSignal):
    """The plugin cannot take the event now; hand it over again later.

    Args:
        after: seconds to wait; ``None`` leaves the pause to the gateway's back-off. Later events of the same
            conversation wait behind this one, other conversations go on.
        reason: as for `PluginSignal`.
    """

    def __init__(self, after: float | None = None, reason: str = "") -> None:
        if after is not None and not 0 <= after <= 7 * 86_400:
            raise ValueError(f"TryLater(after={after}) must lie between 0 seconds and 7 days")
        self.after = after
        super().__init__(reason)


class Refused(PluginSignal):
    """The plugin will never take this event; park it at once, without further attempts."""

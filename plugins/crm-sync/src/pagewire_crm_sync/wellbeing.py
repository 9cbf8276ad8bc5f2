"""What the state of the sinks means for the plugin's health. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from pagewire.health import Health


class Trouble(Struct, frozen=True):
    """One sink and what is wrong with it.

    Attributes:
        host: of its address; the path may hold what is nobody's business.
        reason: why the latest request did not do what it should; empty if it did, or if there was none.
    """

    host: str
    reason: str


def health_of(sinks: Sequence[Trouble]) -> Health:
    """``failing`` if no sink takes anything, ``degraded`` if some do not."""
    ill = [one for one in sinks if one.reason]
    if not ill:
        return Health()
    others = f", and {len(ill) - 1} more" if len(ill) > 1 else ""
    reason = f"{ill[0].host}: {ill[0].reason}{others}; events wait"
    return Health(status="failing" if len(ill) == len(sinks) else "degraded", reason=reason)

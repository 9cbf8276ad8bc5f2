"""When a resource is looked at again. Pure."""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from pagewire.resources import Reason, Resource, parse_duration

from .settings import Settings
from .trouble import LEAST_WAIT, Pace, Trouble

__all__ = ["again", "jittered", "resync"]

_SPREAD: Final = 0xFFFFFFFF
_CLOSED_DOUBLINGS: Final = 3
"""Looks that only found our own budget closed, whatever woke them, must not add up: its pauses grow already."""


def resync(resource: Resource, settings: Settings) -> float | None:
    """Seconds between two looks for drift; ``None`` for never (``resyncInterval: 0s``)."""
    own = resource.spec.resync_interval
    if own is None:
        seconds = settings.resync
    elif (asked := parse_duration(own).total_seconds()) > 0:
        seconds = max(asked, settings.least_resync)
    else:
        seconds = 0.0
    return jittered(seconds, resource, settings) if seconds > 0 else None


def jittered(seconds: float, resource: Resource, settings: Settings) -> float:
    """Move a time by the resource's own share, always the same, so that resources stay spread."""
    metadata = resource.metadata
    identity = metadata.uid or f"{metadata.namespace}/{metadata.name}"
    share = 2 * crc32(f"{resource.kind} {identity}".encode()) / _SPREAD - 1
    return seconds * (1 + settings.jitter * share)


def again(
    resource: Resource, trouble: Trouble | None, failures: int, own: float | None, settings: Settings
) -> float | None:
    """Seconds until the resource is due without any change; ``None`` for never.

    Args:
        resource: the one in question.
        trouble: what stands in the way.
        failures: how often in a row it stood there, this time included.
        own: when something of the kind's own is due.
        settings: the operator's.
    """
    due = resync(resource, settings) if trouble is None else _retry(resource, trouble, failures, settings)
    return _earliest((due, own))


def _retry(resource: Resource, trouble: Trouble, failures: int, settings: Settings) -> float:
    if trouble.pace is Pace.SLOW:
        seconds = settings.probe
    else:
        doublings = min(failures - 1, _CLOSED_DOUBLINGS if trouble.reason is Reason.THROTTLED else 20)
        seconds = min(settings.first_retry * 2**doublings, settings.longest_retry)
    own = jittered(seconds, resource, settings)
    if trouble.pace is Pace.WAIT:
        # Our own budget knows when it is open again; Meta often does not say.
        least = 0.0 if trouble.reason is Reason.THROTTLED else LEAST_WAIT
        return max(trouble.wait, least) + own  # on top of what Meta asked for, never off it
    if trouble.pace is Pace.SLOW and trouble.wait:
        return min(own, trouble.wait)  # answered from memory: Meta itself is asked when that ends
    return max(own, trouble.wait)


def _earliest(times: Iterable[float | None]) -> float | None:
    return min((max(time, 0.0) for time in times if time is not None), default=None)

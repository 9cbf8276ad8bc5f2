"""Which events are written. Pure: the same event is in or out on every repeat, replay and machine."""

import hashlib

from pagewire.events import Event
from pagewire_logging.config import Config
from pagewire_logging.kinds import holds, nearest

_RANGE = 1 << 64


def rate_of(config: Config, kind: str) -> float:
    """The part of a kind's events that is written, from 0 to 1; 0 for kinds that are left out."""
    if any(holds(name, kind) for name in config.exclude_kinds):
        return 0.0
    if config.kinds and not any(holds(name, kind) for name in config.kinds):
        return 0.0
    name = nearest(config.sample_by_kind, kind)
    return config.sample if name is None else config.sample_by_kind[name]


def is_written(event: Event, rate: float) -> bool:
    """Whether an event belongs to the part that is written. What is in at one rate is in at every higher one."""
    digest = hashlib.sha256(event.id.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8]) < rate * _RANGE

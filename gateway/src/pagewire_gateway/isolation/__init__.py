"""What keeps a plugin from harming the others beyond its lane: a watchdog over the event loop, and quarantine."""

from pagewire_gateway.isolation.quarantine import Quarantine
from pagewire_gateway.isolation.watchdog import Watchdog

__all__ = ["Quarantine", "Watchdog"]

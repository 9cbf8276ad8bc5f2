"""Handing many events to plugins again, and taking up or giving up parked work, in the background."""

from pagewire_gateway.replays.job import Job, Order, Sends
from pagewire_gateway.replays.keeping import Kept
from pagewire_gateway.replays.runner import Busy, Replays

__all__ = ["Busy", "Job", "Kept", "Order", "Replays", "Sends"]

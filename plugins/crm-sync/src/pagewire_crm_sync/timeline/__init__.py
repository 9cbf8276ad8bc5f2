"""The hooks that record what happens: one a kind, each with the facts that `pagewire_crm_sync.recorded` lists for it."""

from pagewire_crm_sync.timeline.dealings import Dealings
from pagewire_crm_sync.timeline.messages import Messages
from pagewire_crm_sync.timeline.presence import Presence

__all__ = ["Timeline"]


class Timeline(Messages, Dealings, Presence):
    """All of them."""

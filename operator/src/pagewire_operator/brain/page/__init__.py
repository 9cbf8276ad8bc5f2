"""`MessengerPage`: the webhook fields and the Messenger profile of a Page."""

from .kind import PageKind

__all__ = ["PageKind"]

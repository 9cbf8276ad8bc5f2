"""Every event."""

from typing import Any

from pagewire.context import Context
from pagewire.events import Event
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def event_received(event: Event, context: Context[Any]) -> Replies:
    """Any event arrived, whatever its kind, on either channel; it is called before the hook of the kind."""


@hookspec
async def standby_received(event: Event, context: Context[Any]) -> Replies:
    """An event arrived while another app, or a human, has the conversation: all a hook may return is a wish for the thread."""

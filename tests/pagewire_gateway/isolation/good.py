"""A plugin that repeats what it is told, at once."""

from pagewire import Text, hookimpl


@hookimpl
async def message_received(event):
    """Say it again."""
    return Text(text=event.text or "")

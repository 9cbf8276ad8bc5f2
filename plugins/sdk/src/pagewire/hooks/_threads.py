"""Who may answer."""

from typing import Any

from pagewire.context import Context
from pagewire.events import HandoverAppRoles, HandoverPass, HandoverRequest, HandoverTake
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def thread_passed(event: HandoverPass, context: Context[Any]) -> Replies:
    """Control of a conversation was passed to an app."""


@hookspec
async def thread_taken(event: HandoverTake, context: Context[Any]) -> Replies:
    """Control of a conversation was taken by an app, or by a human in an inbox."""


@hookspec
async def thread_requested(event: HandoverRequest, context: Context[Any]) -> Replies:
    """An app asked for control of a conversation."""


@hookspec
async def app_roles_changed(event: HandoverAppRoles, context: Context[Any]) -> None:
    """Apps became primary or secondary receivers of the Page (old handover protocol)."""

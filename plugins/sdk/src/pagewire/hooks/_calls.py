"""Calls."""

from typing import Any

from pagewire.context import Context
from pagewire.events import Call, CallPermissionReply
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def call_permission_answered(event: CallPermissionReply, context: Context[Any]) -> Replies:
    """A person allowed or refused calls from the business."""


@hookspec
async def call_changed(event: Call, context: Context[Any]) -> Replies:
    """A call began, rang, was accepted, changed or ended; the event tells which."""

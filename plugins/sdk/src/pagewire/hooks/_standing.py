"""How Meta sees the Page."""

from typing import Any

from pagewire.context import Context
from pagewire.events import PageIntegrity, PolicyEnforcement
from pagewire.hooks._markers import hookspec


@hookspec
async def policy_enforced(event: PolicyEnforcement, context: Context[Any]) -> None:
    """Meta warned, blocked or unblocked the Page."""


@hookspec
async def integrity_changed(event: PageIntegrity, context: Context[Any]) -> None:
    """Meta found a violation, or restricted what the Page may do."""

"""Showing what is masked: to operators, and written down before it is shown."""

import logging

from pagewire_gateway.access.callers import Caller
from pagewire_gateway.admin.errors import AdminError, AnyRequest
from pagewire_gateway.audit.acting import record

log = logging.getLogger(__name__)


async def let_reveal(request: AnyRequest, action: str, on: str) -> None:
    """Write down that somebody looks at what is masked.

    Args:
        request: which asks for it.
        action: such as ``event.reveal``.
        on: what is looked at; never a raw scoped id.

    Raises:
        AdminError: their role does not go so far.
        AuditError: it cannot be written down, so it must not be shown.
    """
    caller: Caller = request.user
    if not caller.may("operator"):
        said = f"What is masked is revealed to operators; {caller.name} has the role {caller.role}."
        raise AdminError(403, "forbidden", said, "Ask whoever runs the gateway.")
    await record(request, action, on=on)
    log.warning("%s %s was shown unmasked on the admin port", action.partition(".")[0], on)

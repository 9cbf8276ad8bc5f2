"""Between a request and the audit log."""

import logging
import secrets
from typing import Any, Final, Literal

from litestar.connection import ASGIConnection
from litestar.types import Message, Scope, Send

from pagewire_gateway.access.callers import Caller
from pagewire_gateway.admin.clock import now
from pagewire_gateway.audit.port import Act, Audit, AuditError, End, Outcome, cut

log = logging.getLogger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]

_AUDIT: Final = "pagewire_audit"
_NOTES: Final = "pagewire_notes"


def give(scope: Scope, audit: Audit) -> None:
    """Let a request's handler reach the audit log."""
    scope["state"][_AUDIT] = audit


def note(request: Connection, *, on: str = "", detail: str = "") -> None:
    """Say more of the act that a request is; for the record of what came of it.

    Args:
        request: whose route names an action in `access/rules.py`.
        on: what it was about; never a raw scoped id.
        detail: more about it; never a text or a token.
    """
    request.scope["state"][_NOTES] = (cut(on), cut(detail))


async def record(
    request: Connection, action: str, *, on: str = "", detail: str = "", outcome: Outcome = "done", name: str = ""
) -> None:
    """Write down something that no route stands for, or that is known only while a request is served.

    Args:
        request: during which it happened.
        action: such as ``event.reveal``.
        on: what it was about; never a raw scoped id.
        detail: more about it; never a text or a token.
        outcome: what came of it.
        name: who asked, where the request itself does not tell.

    Raises:
        AuditError: it cannot be written; then it must not be done.
    """
    audit: Audit = request.scope["state"][_AUDIT]
    act = _act(request.scope, action, request.scope.get("user"), cut(on), cut(detail), name)
    await audit.begin(act)
    await audit.end(End(of=act.id, at=act.at, outcome=outcome))


class Recording:
    """One request that is an act: written down before it is served, and again before its answer goes out.

    Args:
        audit: the log.
        scope: of the request.
        action: what it is called.
    """

    def __init__(self, audit: Audit, scope: Scope, action: str) -> None:
        self._audit, self._scope = audit, scope
        self._act = _act(scope, action, scope.get("user"), _about(scope), "", "")
        self._ended = False

    async def begin(self) -> None:
        """Write down that it is asked for.

        Raises:
            AuditError: it cannot be written.
        """
        await self._audit.begin(self._act)

    def wrap(self, send: Send) -> Send:
        """Let no answer out before what came of it is written down."""

        async def recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self.end(_outcome(message["status"]))
            await send(message)

        return recorded

    async def end(self, outcome: Outcome) -> None:
        """Write down what came of it, once; it has happened, so a log that fails now is only told."""
        if self._ended:
            return
        self._ended = True
        on, detail = self._scope["state"].get(_NOTES, ("", ""))
        try:
            await self._audit.end(End(of=self._act.id, at=now(), outcome=outcome, on=on, detail=detail))
        except AuditError as error:
            log.error("what came of act %s is not in the audit log: %s", self._act.id, error)  # noqa: TRY400


def outcome_of(error: BaseException) -> Literal["refused", "failed"]:
    """What an error says of the request it ends."""
    return (
        "refused"
        if _outcome(getattr(error, "status", 0) or getattr(error, "status_code", 500)) == "refused"
        else "failed"
    )


def _outcome(status: int) -> Outcome:
    if status < 400:
        return "done"
    return "refused" if status < 500 else "failed"


def _about(scope: Scope) -> str:
    return cut(" ".join(str(value) for value in scope.get("path_params", {}).values()))


def _act(scope: Scope, action: str, caller: Caller | None, on: str, detail: str, name: str) -> Act:
    client = scope.get("client")
    return Act(
        id=secrets.token_hex(12),
        at=now(),
        name=cut(name or (caller.name if caller else "")),
        role=caller.role if caller else "",
        how=caller.how if caller else "",
        source=client[0] if client else "",
        action=action,
        on=on,
        detail=detail,
    )

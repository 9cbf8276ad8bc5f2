"""What is asked of an audit log. A file stands behind it, or a stream of NATS. All times are milliseconds since 1970, UTC."""

from typing import Annotated, Final, Literal, Protocol

from msgspec import Meta, Struct

Outcome = Literal["", "done", "refused", "failed"]
"""Empty while the act goes on, and for ever if the process ended before it did."""

LONGEST: Final = 300
"""Characters of a field; longer ones are cut."""


class Retention(Struct, frozen=True, kw_only=True):
    """How long records stay.

    Attributes:
        days: older ones go.
        records: above so many, the oldest go. An act is two records: that it was asked for, and what came of it.
    """

    days: Annotated[int, Meta(ge=1)] = 400
    records: Annotated[int, Meta(ge=1000)] = 1_000_000


class Act(Struct, frozen=True, kw_only=True):
    """Something that somebody did on the admin port.

    Attributes:
        id: of the act.
        at: when it was asked for.
        name: who asked.
        role: what they may do.
        how: how it was known who they are: ``loopback``, ``token``, ``oidc``, ``kubernetes``; empty if it was not.
        source: the address the request came from: the machine's, or that of a proxy before the port.
        action: what was asked for, such as ``plugin.pause``.
        on: what it was about; never a raw scoped id.
        detail: more about it; never a text or a token.
        outcome: see `Outcome`.
    """

    id: str
    at: int
    name: str
    role: str
    how: str
    source: str
    action: str
    on: str = ""
    detail: str = ""
    outcome: Outcome = ""


class End(Struct, frozen=True, kw_only=True):
    """What came of an act.

    Attributes:
        of: id of the act.
        on: what it was about, where that was not known before; empty leaves it.
        detail: the same.
    """

    of: str
    at: int
    outcome: Outcome
    on: str = ""
    detail: str = ""


class Query(Struct, frozen=True, kw_only=True):
    """Which acts.

    Attributes:
        limit: at most so many, the newest.
        before: only acts before this time.
        name: only of this person or token.
        action: only this action, or those that begin with it and a dot.
    """

    limit: int = 100
    before: int | None = None
    name: str = ""
    action: str = ""

    def fits(self, act: Act) -> bool:
        """Whether an act is asked for."""
        return (
            (self.before is None or act.at < self.before)
            and self.name in {"", act.name}
            and (self.action in {"", act.action} or act.action.startswith(f"{self.action}."))
        )


class AuditError(Exception):
    """The audit log cannot be written or read, so nothing was changed. Look at the disk, or at the servers of NATS."""


class Audit(Protocol):
    """Appends, and never changes what it appended."""

    async def begin(self, act: Act) -> None:
        """Write down that something is asked for; when it returns that survives power loss.

        Raises:
            AuditError: it cannot be written.
        """

    async def end(self, end: End) -> None:
        """Write down what came of it.

        Raises:
            AuditError: it cannot be written.
        """

    async def latest(self, query: Query) -> list[Act]:
        """The newest acts that fit, newest first, each with what came of it.

        Raises:
            AuditError: it cannot be read.
        """


def cut(text: str) -> str:
    """A field no longer than it may be, and on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"

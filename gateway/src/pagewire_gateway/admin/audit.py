"""Who changed or saw what."""

from typing import Annotated, Final

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import invalid
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.audit.port import Act, Query

PAGE: Final = 500


class ActView(Struct, frozen=True, kw_only=True):
    """One act.

    Attributes:
        name: who did it.
        role: what they may do.
        how: how it was known who they are: ``loopback``, ``token``, ``oidc`` or ``kubernetes``.
        source: address the request came from.
        action: such as ``plugin.pause``.
        on: what it was about.
        outcome: ``done``, ``refused``, ``failed``, or ``unknown``: the process ended before it answered, or still works on it.
    """

    at: str
    name: str
    role: str
    how: str
    source: str
    action: str
    on: str
    detail: str
    outcome: str


class Acts(Struct, frozen=True):
    """A page of acts, the newest first; `before` asks for the next one."""

    acts: list[ActView]
    before: str | None


@get("/api/v1/audit", tags=["Audit"])
async def list_acts(
    gateway: GatewayHere,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE)] = 100,
    before: Annotated[str | None, QueryParameter(description="Only acts before then; RFC 3339.")] = None,
    name: Annotated[str, QueryParameter(description="Only what this person or token did.")] = "",
    action: Annotated[str, QueryParameter(description="Only this, or all that begins with it, such as `plugin`.")] = "",
) -> Acts:
    """Who changed or saw what on the admin port, the newest first; no texts and no scoped ids."""
    return await acts(gateway, limit, before, name, action)


async def acts(gateway: GatewayView, limit: int, before: str | None, name: str, action: str) -> Acts:
    """A page of acts."""
    try:
        upto = moments.read(before) if before else None
    except ValueError as error:
        raise invalid(f"before: {error}") from None
    found = await gateway.audit.latest(Query(limit=limit, before=upto, name=name, action=action))
    return Acts([act_of(one) for one in found], moments.show(found[-1].at) if len(found) == limit else None)


def act_of(act: Act) -> ActView:
    """One act."""
    return ActView(
        at=moments.show(act.at),
        name=act.name,
        role=act.role,
        how=act.how,
        source=act.source,
        action=act.action,
        on=act.on,
        detail=act.detail,
        outcome=act.outcome or "unknown",
    )


HANDLERS: Final = (list_acts,)

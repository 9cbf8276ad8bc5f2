"""ID matching on demand: which ids are one person by Meta's own word."""

from typing import Final

from litestar import post
from litestar.params import JSONBody
from msgspec import Struct

from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.admin.people import read_id
from pagewire_gateway.people.matching import MatchError

_ANSWERS: Final = {
    "off": (409, "Set PAGEWIRE_ID_MATCHING=true and restart, or link by hand: `pagewire people link`."),
    "not_a_page": (400, "Write page/account/id, of a Page that is served."),
    "unknown": (404, "`pagewire people list` shows who is."),
    "no_token": (409, "See its resource's conditions."),
    "refused": (502, "Meta may refuse for good: link by hand instead, with `pagewire people link`."),
    "too_slow": (504, "`GET /api/v1/outbox` shows whether the account rests; try again later."),
}


class MatchRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask about, as ``page/account/id``."""

    id: str


class MatchView(Struct, frozen=True, kw_only=True):
    """One id that Meta calls the same person; `reason` says why it is not linked."""

    id: str
    linked: bool
    reason: str


class Matches(Struct, frozen=True):
    """All of them on Pages of the same namespace."""

    matches: list[MatchView]


@post("/api/v1/people/match", tags=["People"], status_code=200)
async def match(gateway: GatewayHere, data: JSONBody[MatchRequest]) -> Matches:
    """Ask Meta's ID matching, which it documents no more, who is one person with this PSID, and link them. Off by default."""
    try:
        found = await gateway.matcher.match(read_id(data.id))
    except MatchError as error:
        status, hint = _ANSWERS[error.code]
        raise AdminError(status, f"matching_{error.code}", str(error), hint) from None
    return Matches([MatchView(id="/".join(one.who), linked=one.linked, reason=one.reason) for one in found])


HANDLERS: Final = (match,)

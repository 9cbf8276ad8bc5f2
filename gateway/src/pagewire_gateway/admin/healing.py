"""Healing gaps: how far each account is, and a look on demand."""

import asyncio
from typing import Final, Literal

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import AdminError, invalid
from pagewire_gateway.admin.finding import one_account
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.healing.port import Healed

PATIENCE: Final = 20.0
"""Seconds for which a request waits for the end of a run; longer ones go on, and are asked for again."""


class HealRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which account to compare with the Conversations API.

    Attributes:
        account: Page id or Instagram account id.
        object: which of the two it is.
        since: messages from then on; RFC 3339; by default from where it was healed last.
        until: messages up to then; by default up to a little before now.
    """

    account: str
    object: Literal["page", "instagram"] = "page"
    since: str | None = None
    until: str | None = None


class HealedView(Struct, frozen=True, kw_only=True):
    """What the latest run over an account came to.

    Attributes:
        healed: up to then all is known to be in the journal, except for what could not be read; null if it is not known.
        running: a run is at work.
        found: messages that no webhook had brought.
        inserted: of those, the ones that became events.
        unreadable: messages of which Meta tells no details, because twenty newer ones follow.
        kept_out: messages of people who asked to be forgotten.
        error: why it did not come to its end.
    """

    object: str
    account: str
    healed: str | None
    running: bool
    since: str
    until: str
    began: str
    ended: str | None
    calls: int
    conversations: int
    found: int
    inserted: int
    unreadable: int
    kept_out: int
    error: str


class Healing(Struct, frozen=True):
    """The latest run of each account."""

    accounts: list[HealedView]


@get("/api/v1/healing", tags=["Healing"])
async def list_healing(gateway: GatewayHere) -> Healing:
    """How far each account is healed, and what its latest run came to."""
    working = gateway.healer.working()
    found = await gateway.healer.runs()
    return Healing([view_of(run, healed, running=(run.object, run.account) in working) for run, healed in found])


@post("/api/v1/healing", tags=["Healing"], status_code=200)
async def heal(gateway: GatewayHere, data: JSONBody[HealRequest]) -> HealedView:
    """Compare an account with the Conversations API now; answers when that is done, or 504 while it goes on."""
    account = one_account(gateway, data.object, data.account)
    if account.token is None or not account.send_as_id:
        raise AdminError(
            409, "no_token", "The account has no token, so nothing can be read.", "See its resource's conditions."
        )
    try:
        run = await asyncio.wait_for(gateway.healer.heal(account, _time(data.since), _time(data.until)), PATIENCE)
    except TimeoutError:
        hint = "GET /api/v1/healing shows how far it is."
        raise AdminError(504, "still_healing", "The account is still being healed.", hint) from None
    return view_of(run, 0, running=False)


def view_of(run: Healed, healed: int, *, running: bool) -> HealedView:
    """One run."""
    return HealedView(
        object=run.object,
        account=run.account,
        healed=moments.show_set(healed),
        running=running,
        since=moments.show(run.since),
        until=moments.show(run.until),
        began=moments.show(run.began),
        ended=moments.show_set(run.ended),
        calls=run.calls,
        conversations=run.conversations,
        found=run.found,
        inserted=run.inserted,
        unreadable=run.unreadable,
        kept_out=run.kept_out,
        error=run.error,
    )


def _time(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return moments.read(text)
    except ValueError as error:
        raise invalid(str(error)) from None


HANDLERS: Final = (list_healing, heal)

"""Login links, and logins that ended."""

import logging
import secrets
from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import AdminError, not_found
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.people_views import ReceiptView, deletion_of
from pagewire_gateway.login import links
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.login.visit import MOST_TOKENS
from pagewire_gateway.people.port import LOGIN_ENDED, DeletionState, DeletionStatus

log = logging.getLogger(__name__)

_LOOKED_AT: Final = 200
"""Logins that ended, the newest, among which an account's is looked for."""
_STATUS: Final = {"not_found": 404, "invalid": 400}


class LinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which login a link is for.

    Attributes:
        tokens: AccessTokens of one MessengerApp, each as ``namespace/name``.
        seconds: how long it is good for.
    """

    tokens: Annotated[list[str], Meta(min_length=1, max_length=MOST_TOKENS)]
    seconds: Annotated[int, Meta(ge=60, le=links.LONGEST)] = 3600


class LoginLink(Struct, frozen=True, kw_only=True):
    """A login link.

    Attributes:
        url: whoever has it can log in for these tokens: send it to that person alone.
        tokens: what it is for.
        until: when it ends.
    """

    url: str
    tokens: list[str]
    until: str


@post("/api/v1/logins", tags=["Logins"], status_code=201)
async def make_link(gateway: GatewayHere, data: JSONBody[LinkRequest]) -> LoginLink:
    """Make a link to the login pages, good once for each token and for a while."""
    logins = gateway.logins
    until = logins.clock() // 1000 + data.seconds
    try:
        link, tokens = links.make(logins.registry, data.tokens, secrets.token_urlsafe(24), until)
        for token in tokens:
            await logins.keeper.check(token)
    except links.LinkError as error:
        raise AdminError(_STATUS.get(error.code, 409), error.code, str(error), error.hint) from error
    except KeepError as error:
        raise AdminError(409, "cannot_store", f"The token could not be stored: {error}.", "Then ask again.") from error
    log.info("a login link for %s was made on request of the admin port", ", ".join(link.tokens))
    return LoginLink(url=link.url, tokens=list(link.tokens), until=moments.show(link.until * 1000))


class SpokenFor(Struct, frozen=True, kw_only=True):
    """An account that a login spoke for; with object ``token`` none did.

    Attributes:
        token: the AccessToken that the login was for.
    """

    object: str
    account: str
    token: str


class EndedView(Struct, frozen=True, kw_only=True):
    """A login that ended because its person took the app back; it does not name them.

    Attributes:
        id: of the request.
        ground: ``deauthorize_callback`` or ``data_deletion_callback``.
        state: ``erasing``: the token is being taken away; ``telling``, ``parked`` and ``done``: plugins.
        receipts: what plugins said.
    """

    id: str
    ground: str
    state: DeletionState
    requested: str
    finished: str | None
    accounts: list[SpokenFor]
    receipts: list[ReceiptView]


class EndedLogins(Struct, frozen=True):
    """Logins that ended, the newest first."""

    logins: list[EndedView]


@get("/api/v1/logins/ended", tags=["Logins"])
async def list_ended(gateway: GatewayHere, limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100) -> EndedLogins:
    """Logins that ended because people took the app back, and whether plugins know."""
    return EndedLogins([_ended(one) for one in await gateway.deletion.latest(limit, LOGIN_ENDED)])


@post("/api/v1/logins/ended/{ending:str}/retry", tags=["Logins"], status_code=200)
async def retry_ended(gateway: GatewayHere, ending: FromPath[str]) -> EndedView:
    """Tell plugins again that did not agree."""
    await ended_of(gateway, ending)
    await gateway.deletion.retry(ending)
    return await ended_of(gateway, ending)


async def ended_of(gateway: GatewayView, ending: str) -> EndedView:
    """The login that ended, of that id.

    Raises:
        AdminError: there is none.
    """
    found = await gateway.deletion.status(ending)
    if found is None or found.hook != LOGIN_ENDED:
        raise not_found(f"No login that ended has the id {ending}.", "`GET /api/v1/logins/ended` lists them.")
    return _ended(found)


async def last_ended(gateway: GatewayView, object_: str, account: str) -> EndedView | None:
    """Of the newest logins that ended, the last that spoke for an account."""
    for one in await gateway.deletion.latest(_LOOKED_AT, LOGIN_ENDED):
        if any((subject.object, subject.account) == (object_, account) for subject in one.subjects):
            return _ended(one)
    return None


def _ended(status: DeletionStatus) -> EndedView:
    view = deletion_of(status)
    return EndedView(
        id=view.id,
        ground=view.ground,
        state=view.state,
        requested=view.requested,
        finished=view.finished,
        accounts=[SpokenFor(object=one.object, account=one.account, token=one.token) for one in status.subjects],
        receipts=view.receipts,
    )


HANDLERS: Final = (make_link, list_ended, retry_ended)

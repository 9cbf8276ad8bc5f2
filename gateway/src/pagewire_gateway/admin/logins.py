"""Login links."""

import logging
import secrets
from typing import Annotated, Final

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.login import links
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.login.visit import MOST_TOKENS

log = logging.getLogger(__name__)

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


HANDLERS: Final = (make_link,)

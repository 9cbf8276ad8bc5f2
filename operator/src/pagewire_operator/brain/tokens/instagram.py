"""Tokens of Instagram Login: made long, and refreshed as long as they live (Meta, Instagram Platform).

Nothing says when such a token ends but the answer it comes with, nor whether one that somebody pasted is a short one or
a long one. So it is exchanged; if Instagram refuses that, it is refreshed; if that is refused too although the token
works, it is younger than a day, and kept until its time comes.
"""

from pagewire.graph import Rejected
from pagewire.graph.admin import AdminError, InstagramAdminClient, IssuedToken
from pagewire.resources import ConditionType, Reason
from pagewire.sealed import Sealed
from pagewire_operator.brain.trouble import Blocked, Trouble

__all__ = ["lengthened", "refreshed"]


async def lengthened(client: InstagramAdminClient, token: Sealed[str]) -> IssuedToken | None:
    """A token of 60 days for one that somebody gave us; ``None`` if it works, and is too young to be refreshed.

    Raises:
        AdminError: Instagram could not be asked, or does not take the app's secret.
        Blocked: the token is dead.
    """
    try:
        return await client.tokens.exchange(token)
    except AdminError as error:
        _raise_unless_refused(error)
    try:
        return await client.tokens.refresh(token)
    except AdminError as error:
        _raise_unless_refused(error)
    await _confirm(client, token)
    return None


async def refreshed(client: InstagramAdminClient, token: Sealed[str]) -> IssuedToken:
    """Another token for 60 days from now.

    Instagram refuses with code 100 whatever is wrong: it proves nothing about the token before ``/me`` says so too.

    Raises:
        AdminError: Instagram could not be asked.
        Blocked: the token is dead, or works and is not refreshed.
    """
    try:
        return await client.tokens.refresh(token)
    except AdminError as error:
        _raise_unless_refused(error)
        await _confirm(client, token)
        said = (
            "Instagram accepts the token and does not refresh it: it needs instagram_business_basic and an age of a day. "
            "It is tried again by itself; before the token ends, log in again."
        )
        trouble = Trouble(reason=Reason.TOKEN_EXPIRING, message=said, code=error.code, subcode=error.subcode)
        raise Blocked(trouble) from None


def _raise_unless_refused(error: AdminError) -> None:
    if error.secret_refused or not isinstance(error, Rejected):
        raise error


async def _confirm(client: InstagramAdminClient, token: Sealed[str]) -> None:
    try:
        await client.tokens.me(token)
    except AdminError as error:
        if not error.token_refused:
            raise
        said = "Instagram does not accept the token any more, and an ended one cannot be refreshed: log in again."
        about = ConditionType.TOKEN_VALID
        raise Blocked(Trouble(reason=Reason.TOKEN_INVALID, message=said, about=about, code=error.code)) from None

"""Whose settings a call is about, and whether it may touch them (graph.md 5.2, 5.3, 7)."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account, App

APP_TOKEN_REQUIRED = Refusal(15, None, "(#15) This method must be called with an app access_token.")
NO_CAPABILITY = Refusal(3, None, "(#3) Application does not have the capability to make this API call.")


def app_of(meta: Meta, call: Call) -> App:
    """The app of an edge of apps, which takes nothing but that app's own token.

    Raises:
        Refused: as ``authenticate``; 15 for a token of another type, 100/33 for another app.
    """
    caller = access.authenticate(meta, call)
    if caller.token is not None:
        raise Refused(APP_TOKEN_REQUIRED)
    if call.segments[0] not in (caller.app.id, "app"):
        raise Refused(errors.no_object(call.method, call.segments[0]))
    return caller.app


def account_of(meta: Meta, call: Call) -> tuple[Caller, Account]:
    """The caller of an edge of accounts and the account it stands for.

    Raises:
        Refused: as ``access.account_of``.
    """
    caller = access.account_of(meta, call)
    if caller.account is None:
        raise Refused(errors.PAGE_TOKEN_REQUIRED)
    return caller, caller.account


def linked_of(meta: Meta, call: Call) -> tuple[Caller, Account]:
    """The caller of an edge of accounts; a Page's token also opens the Instagram account behind it by its id.

    Raises:
        Refused: as ``access.account_of``.
    """
    named = instagram_named(meta, call)
    if named is None or named.page_id is None:
        return account_of(meta, call)
    segments, call.segments = call.segments, ("me", *call.segments[1:])
    try:
        caller, page = account_of(meta, call)
    finally:
        call.segments = segments
    if named.page_id != page.id:
        raise Refused(errors.no_object(call.method, named.id))
    return caller, named


def instagram_named(meta: Meta, call: Call) -> Account | None:
    """The Instagram account that a call to the Facebook host names in its path, or None."""
    named = meta.state.accounts.get(call.segments[0]) if call.host == "facebook" else None
    return named if named is not None and named.object == "instagram" else None

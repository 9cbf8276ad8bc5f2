"""Who may use what belongs to a Page: the caller of its edges and of the objects it owns."""

from __future__ import annotations

from collections.abc import Set

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, no_object
from pagewire.simulator.graph import access
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account

MESSAGING = frozenset({"pages_messaging"})


def page_of(meta: Meta, call: Call, scopes: Set[str] = MESSAGING) -> Account:
    """The Page whose edge is called with its own token.

    Raises:
        Refused: 190 and the like; 210; 100/33; 230 or 200 for a missing permission; 100 for an Instagram account.
    """
    caller = access.account_of(meta, call)
    account = caller.account
    if account is None or account.object != "page":
        raise Refused(errors.unsupported_method(call.method, call.host))
    _permitted(caller.scopes, scopes)
    return account


def own(meta: Meta, call: Call, owner: str | None, scopes: Set[str] = MESSAGING) -> Account:
    """The Page that owns the object in the path.

    Raises:
        Refused: as ``page_of``; 100/33 for what is not there or belongs to another Page.
    """
    caller = access.authenticate(meta, call)
    if caller.token is None or caller.account is None or owner is None or caller.account.id != owner:
        raise Refused(no_object(call.method, call.segments[0]))
    _permitted(caller.scopes, scopes)
    return caller.account


def _permitted(held: Set[str], needed: Set[str]) -> None:
    missing = sorted(needed - held)
    if missing == ["pages_messaging"]:
        raise Refused(errors.NEEDS_PAGES_MESSAGING)
    if missing:
        words = f"(#200) Requires {', '.join(missing)} permission to manage the object"
        raise Refused(errors.Refusal(200, None, words, status=403))

"""Businesses and the Pages they own or look after (graph.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.access import Caller
from pagewire.simulator.graph.accounts import holder_of, shown_page
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list, known, nested
from pagewire.simulator.graph.field_names import BUSINESS
from pagewire.simulator.graph.fields import Getter, Wanted, project
from pagewire.simulator.identity import refusals
from pagewire.simulator.identity.model import Business, SystemUser
from pagewire.simulator.identity.standing import reaches
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account

_CREATED = "2024-03-01T09:00:00+0000"


async def list_businesses(meta: Meta, call: Call) -> Answer:
    """``GET /{person|system user|me}/businesses``.

    Raises:
        Refused: 200 without ``business_management``.
    """
    caller = holder_of(meta, call, "businesses")
    _need_management(caller)
    return answer_list(call, businesses_of(meta, caller), lambda b, wanted: shown(meta, call, caller, b, wanted))


async def list_pages(meta: Meta, call: Call) -> Answer:
    """``GET /{business}/owned_pages`` and ``/client_pages``; a token only for Pages with a role."""
    caller, business = business_of(meta, call)
    ids = business.owned_pages if call.segments[1] == "owned_pages" else business.client_pages
    return answer_list(call, _pages(meta, ids), lambda page, wanted: _business_page(meta, call, caller, page, wanted))


async def list_clients(meta: Meta, call: Call) -> Answer:
    """``GET /{app}/connected_client_businesses``: whoever connected the app by Login for Business."""
    caller = access.authenticate(meta, call)
    if caller.token is not None or call.segments[0] != caller.app.id:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    everybody = meta.state.identity.businesses.values()
    found = [business for business in everybody if caller.app.id in business.integrations]
    return answer_list(call, found, lambda b, wanted: shown(meta, call, caller, b, wanted))


def business_of(meta: Meta, call: Call) -> tuple[Caller, Business]:
    """The caller of an edge of businesses, a member of the one in the path.

    Raises:
        Refused: 200 without ``business_management``; 100/33 for a business that is none of theirs.
    """
    caller = access.authenticate(meta, call)
    business = meta.state.identity.businesses.get(call.segments[0])
    if business is None or not member(meta, caller, business):
        raise Refused(errors.no_object(call.method, call.segments[0]))
    _need_management(caller)
    return caller, business


def _need_management(caller: Caller) -> None:
    if "business_management" not in caller.scopes:
        raise Refused(refusals.NEEDS_BUSINESS)


def member(meta: Meta, caller: Caller, business: Business) -> bool:
    """Whether a token speaks for somebody of a business, and its permission was not limited to others."""
    holder, token = caller.holder, caller.token
    if holder is None or token is None or caller.account is not None:
        return False
    inside = holder.business_id == business.id if isinstance(holder, SystemUser) else holder.id in business.users
    limited = "business_management" in caller.scopes
    return inside and (not limited or reaches(meta.state, token, "business_management", business.id))


def administers(caller: Caller, business: Business) -> bool:
    """Whether a token speaks for an administrator of a business, person or system user."""
    holder = caller.holder
    if isinstance(holder, SystemUser):
        return holder.business_id == business.id and holder.role == "ADMIN"
    return holder is not None and business.users.get(holder.id) == "ADMIN"


def businesses_of(meta: Meta, caller: Caller) -> list[Business]:
    """The businesses that a token may see."""
    if "business_management" not in caller.scopes:
        return []
    return [business for business in meta.state.identity.businesses.values() if member(meta, caller, business)]


def shown(meta: Meta, call: Call, caller: Caller, business: Business, wanted: list[Wanted]) -> dict[str, Any]:
    """A business with the wanted fields."""
    return project(wanted, business_fields(meta, call, caller, business), "Business", "id,name")


def business_fields(meta: Meta, call: Call, caller: Caller, business: Business) -> dict[str, Getter]:
    """The fields of a business."""

    def page(account: Account, wanted: list[Wanted]) -> dict[str, Any]:
        return _business_page(meta, call, caller, account, wanted)

    return known(BUSINESS) | {
        "id": lambda _: business.id,
        "name": lambda _: business.name,
        "created_time": lambda _: _CREATED,
        "link": lambda _: f"https://business.facebook.com/{business.id}",
        "is_hidden": lambda _: False,
        "timezone_id": lambda _: 1,
        "two_factor_type": lambda _: "none",
        "vertical": lambda _: "RETAIL",
        "verification_status": lambda _: "verified" if business.verified else "not_verified",
        "owned_pages": nested(lambda: _pages(meta, business.owned_pages), page),
        "client_pages": nested(lambda: _pages(meta, business.client_pages), page),
    }


def _pages(meta: Meta, ids: Iterable[str]) -> list[Account]:
    return [meta.state.accounts[page] for page in sorted(ids) if page in meta.state.accounts]


def _business_page(meta: Meta, call: Call, caller: Caller, page: Account, wanted: list[Wanted]) -> dict[str, Any]:
    return shown_page(meta, call, caller, page, wanted or [Wanted("id"), Wanted("name")])

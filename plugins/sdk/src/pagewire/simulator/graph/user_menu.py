"""A persistent menu for one person (outbound.md 4.9)."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.profile_rules import check_menu
from pagewire.simulator.world import Account


async def read(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/custom_user_settings?psid=``."""
    page, person = _who(meta, call)
    menu = meta.state.menus.get((page.id, person))
    shown = {"user_level_persistent_menu": menu} if menu is not None else {}
    return ok({"data": [shown | {"page_level_persistent_menu": page.profile.get("persistent_menu", [])}]})


async def change(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/custom_user_settings``."""
    page, person = _who(meta, call)
    menu = _decoded(call.params.get("persistent_menu"))
    check_menu(menu)
    meta.state.menus[page.id, person] = menu
    return ok({"result": "success"})


async def remove(meta: Meta, call: Call) -> Answer:
    """``DELETE /{page}/custom_user_settings?psid=&params=["persistent_menu"]``: back to the Page's menu."""
    page, person = _who(meta, call)
    meta.state.menus.pop((page.id, person), None)
    return ok({"result": "success"})


def _who(meta: Meta, call: Call) -> tuple[Account, str]:
    page = owners.page_of(meta, call)
    person = call.text("psid")
    if person is None:
        raise Refused(invalid("The parameter psid is required"))
    if page.privacy_limits:
        raise Refused(errors.PRIVACY_LIMITS)
    if meta.state.conversation(page.id, person) is None:
        raise Refused(errors.NO_SUCH_PERSON)
    return page, person


def _decoded(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return msgspec.json.decode(given)
    except msgspec.DecodeError:
        raise Refused(invalid("param persistent_menu must be a JSON array.")) from None

"""``/{page}/subscribed_apps``: which apps a Page has installed, and with which fields (graph.md 5.2)."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.settings_access import NO_CAPABILITY, account_of, instagram_named
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings import installs


async def install(meta: Meta, call: Call) -> Answer:
    """Install the calling app with exactly these fields; all of them are taken, or none."""
    _not_instagram(meta, call)
    caller, page = account_of(meta, call)
    installs.permit_base(caller.scopes, "page")
    refused = meta.settings.refused_fields
    fields = installs.read_fields(call.params, "page", refused)
    installs.permit_tasks(fields, caller.tasks)
    installs.permit_fields(fields, caller.scopes, "page", refused)
    page.subscribed[caller.app.id] = set(fields)
    return ok({"success": True})


async def read(meta: Meta, call: Call) -> Answer:
    """Every app that is installed on the Page."""
    _not_instagram(meta, call)
    caller, page = account_of(meta, call)
    installs.permit_base(caller.scopes, "page")
    return ok({"data": installs.page_listing(page, meta.state.apps)})


async def uninstall(meta: Meta, call: Call) -> Answer:
    """Take the calling app off the Page; its app token does as well, so that a dead Page token is no obstacle."""
    _not_instagram(meta, call)
    caller = access.authenticate(meta, call)
    if caller.token is not None:
        caller, page = account_of(meta, call)
        installs.permit_base(caller.scopes, "page")
    else:
        named = meta.state.accounts.get(call.segments[0])
        if named is None:
            raise Refused(errors.no_object(call.method, call.segments[0]))
        page = named
    page.subscribed.pop(caller.app.id, None)
    return ok({"success": True})


def _not_instagram(meta: Meta, call: Call) -> None:
    """Refuse the id of an Instagram account: those are reached on the Instagram host, or through their Page."""
    if instagram_named(meta, call) is not None:
        access.authenticate(meta, call)
        raise Refused(NO_CAPABILITY)

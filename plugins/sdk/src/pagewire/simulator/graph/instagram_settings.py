"""``/{ig|me}/subscribed_apps`` on the Instagram host: accounts of Instagram Login (graph.md 5.3)."""

from __future__ import annotations

from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.settings_access import account_of
from pagewire.simulator.meta import Meta
from pagewire.simulator.settings import installs


async def install(meta: Meta, call: Call) -> Answer:
    """Install the calling app with exactly these fields, in Instagram's spelling."""
    caller, account = account_of(meta, call)
    installs.permit_base(caller.scopes, "instagram")
    refused = meta.settings.refused_fields
    fields = installs.read_fields(call.params, "instagram", refused)
    installs.permit_fields(fields, caller.scopes, "instagram", refused)
    account.subscribed[caller.app.id] = set(fields)
    return ok({"success": True})


async def read(meta: Meta, call: Call) -> Answer:
    """The calling app's own installation, under the id of its Instagram app."""
    caller, account = account_of(meta, call)
    installs.permit_base(caller.scopes, "instagram")
    shown = caller.app.instagram_app_id or caller.app.id
    return ok({"data": installs.instagram_listing(account, caller.app.id, shown)})


async def uninstall(meta: Meta, call: Call) -> Answer:
    """Take the calling app off the account."""
    caller, account = account_of(meta, call)
    installs.permit_base(caller.scopes, "instagram")
    account.subscribed.pop(caller.app.id, None)
    return ok({"success": True})

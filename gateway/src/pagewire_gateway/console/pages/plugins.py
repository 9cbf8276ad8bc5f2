"""Plugins: how they do, how they are configured, and the lever of their lane."""

from typing import Any, Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pagewire_gateway.admin import state
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.finding import check_plugin
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.console import charts, latency
from pagewire_gateway.console.moods import plugin_mood
from pagewire_gateway.console.render import Page, go, page

_ACCOUNTS: Final = 50


@get("/console/plugins")
async def list_plugins(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Every plugin at work."""
    found = (await state.list_plugins.fn(gateway, accounts=0)).plugins
    rows = [(one, *plugin_mood(one), latency.of(one.name)) for one in found]
    return page(request, "plugins.html", "Plugins", rows=rows)


@get("/console/plugins/{name:str}")
async def show(request: AnyRequest, gateway: GatewayHere, name: FromPath[str]) -> Page:
    """One plugin."""
    check_plugin(gateway, name)
    found = next(one for one in (await state.list_plugins.fn(gateway, accounts=_ACCOUNTS)).plugins if one.name == name)
    lanes = (await gateway.journal.stats()).lanes
    shown: dict[str, Any] = {
        "plugin": found,
        "state": plugin_mood(found),
        "lane": next((one for one in lanes if one.plugin == name), None),
        "spread": charts.bars(latency.spread(name)),
        "latency": latency.of(name),
    }
    return page(request, "plugin.html", name, **shown)


@post("/console/plugins/{name:str}/pause")
async def pause(gateway: GatewayHere, name: FromPath[str]) -> Redirect:
    """Hand the plugin nothing more."""
    await state.pause.fn(gateway, name)
    return go(f"/console/plugins/{name}", f"{name} is paused; its events wait in the journal.", "wait")


@post("/console/plugins/{name:str}/resume")
async def resume(gateway: GatewayHere, name: FromPath[str]) -> Redirect:
    """Let it go on."""
    await state.resume.fn(gateway, name)
    return go(f"/console/plugins/{name}", f"{name} goes on.")


HANDLERS: Final = (list_plugins, show, pause, resume)

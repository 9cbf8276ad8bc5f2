"""What the gateway knows and does right now, and the two levers of a lane."""

import logging
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from pagewire_gateway.admin import settings, things, views
from pagewire_gateway.admin.finding import check_plugin
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.ports import LaneInfo

log = logging.getLogger(__name__)

MOST_ACCOUNTS: Final = 10_000


class Plugins(Struct, frozen=True):
    """The plugins at work, by name."""

    plugins: list[things.PluginStatus]


class Apps(Struct, frozen=True):
    """All apps, by namespace and name."""

    apps: list[things.AppStatus]


class Accounts(Struct, frozen=True):
    """Some of all accounts, Pages first, by namespace and name; `total` counts them all."""

    accounts: list[things.AccountStatus]
    total: int


class OutboxAccounts(Struct, frozen=True):
    """Every account that has something waiting or is paused."""

    outbox: list[things.OutboxStatus]


class Problems(Struct, frozen=True):
    """What is wrong with the resources right now."""

    problems: list[things.ProblemStatus]


@get("/api/v1/plugins", tags=["Plugins"])
async def list_plugins(
    gateway: GatewayHere,
    accounts: Annotated[
        int, QueryParameter(ge=0, le=MOST_ACCOUNTS, description="Name at most so many accounts each.")
    ] = 100,
) -> Plugins:
    """The plugins at work, what their lanes do, and where they are enabled."""
    lanes = await gateway.steering.lanes()
    return Plugins([_plugin(gateway, name, lanes, accounts) for name in sorted(gateway.plugins)])


@post("/api/v1/plugins/{name:str}/pause", tags=["Plugins"], status_code=200)
async def pause(gateway: GatewayHere, name: FromPath[str]) -> things.PluginStatus:
    """Hand the plugin nothing more; its events wait in the journal, other plugins go on."""
    check_plugin(gateway, name)
    await gateway.steering.pause(name)
    log.warning("lane %s was paused on the admin port", name)
    return _plugin(gateway, name, await gateway.steering.lanes(), 0)


@post("/api/v1/plugins/{name:str}/resume", tags=["Plugins"], status_code=200)
async def resume(gateway: GatewayHere, name: FromPath[str]) -> things.PluginStatus:
    """Let a paused lane go on, and close an open circuit."""
    check_plugin(gateway, name)
    await gateway.steering.resume(name)
    log.warning("lane %s was resumed on the admin port", name)
    return _plugin(gateway, name, await gateway.steering.lanes(), 0)


@get("/api/v1/apps", tags=["Registry"])
async def list_apps(gateway: GatewayHere) -> Apps:
    """All apps, without their secrets."""
    return Apps([things.app_of(app) for app in gateway.registry.apps()])


@get("/api/v1/accounts", tags=["Registry"])
async def list_accounts(
    gateway: GatewayHere,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ACCOUNTS)] = 1000,
    offset: Annotated[int, QueryParameter(ge=0, description="Leave out so many first.")] = 0,
) -> Accounts:
    """Pages and Instagram accounts, without their tokens."""
    found = list(gateway.registry.accounts())
    last = gateway.last_events
    shown = islice(found, offset, offset + limit)
    return Accounts([things.account_of(one, last.get((one.object, one.id), 0)) for one in shown], len(found))


@get("/api/v1/problems", tags=["Registry"])
async def list_problems(gateway: GatewayHere) -> Problems:
    """What is wrong with the resources, and what plugins do not take of them; what is right is served all the same."""
    return Problems([things.problem_of(problem) for problem in gateway.mistakes.problems()])


@get("/api/v1/outbox", tags=["Outbox"])
async def show_outbox(gateway: GatewayHere) -> OutboxAccounts:
    """Accounts with requests on their way to the Graph API, and the ones that are paused, with the reason."""
    return OutboxAccounts([things.outbox_of(status) for status in await gateway.steering.waiting()])


@get("/api/v1/settings", tags=["Registry"])
async def show_settings(gateway: GatewayHere) -> dict[str, Any]:
    """How the gateway was started: numbers and switches as they are, of texts only whether they are set."""
    return settings.told(gateway.settings)


@get("/api/v1/stats", tags=["Journal"])
async def show_stats(gateway: GatewayHere) -> views.Figures:
    """Figures of the journal: sizes, backlog of each lane, outbound requests by state."""
    return views.figures_of(await gateway.journal.stats())


def _plugin(gateway: GatewayView, name: str, lanes: Sequence[LaneInfo], most: int) -> things.PluginStatus:
    lane = next((lane for lane in lanes if lane.plugin == name), None)
    health = gateway.health.latest.get(name)
    process = gateway.processes.get(name)
    return things.plugin_of(gateway.plugins[name], lane, health, process, gateway.registry.accounts(), most)


HANDLERS: Final = (
    list_plugins,
    pause,
    resume,
    list_apps,
    list_accounts,
    list_problems,
    show_outbox,
    show_settings,
    show_stats,
)

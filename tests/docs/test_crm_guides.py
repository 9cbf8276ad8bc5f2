"""Each guide to a CRM: its configuration and the file of its secret, as written, in a running gateway; who writes is there.

Tryton is a real one. HubSpot and Salesforce are played; what that can and cannot show stands in the fakes.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.pagewire_crm_sync import hubspot_fake, salesforce_fake, tryton_server
from tests.pagewire_gateway import making
from tests.whole.system import System

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
Opened = AsyncIterator["Crm"]


class Crm(NamedTuple):
    """What a reader puts in the place of the page's own names, and who is known by now."""

    secret: str
    own: dict[str, str]
    known: Callable[[], set[str]]


@asynccontextmanager
async def hubspot(_: Path, fields: set[str]) -> Opened:
    async with hubspot_fake.running(time.monotonic) as portal:
        portal.properties |= fields
        yield Crm(hubspot_fake.TOKEN, {"apiUrl": portal.url}, lambda: set(portal.by_name()))


@asynccontextmanager
async def salesforce(_: Path, fields: set[str]) -> Opened:
    async with salesforce_fake.running(time.monotonic) as org:
        org.fields |= fields
        own = {"apiUrl": org.url, "clientId": salesforce_fake.CLIENT}
        yield Crm(salesforce_fake.SECRET, own, lambda: {str(name) for name in org.by_name()})


@asynccontextmanager
async def tryton(folder: Path, _: set[str]) -> Opened:
    async with tryton_server.running(folder) as server:
        own = {"apiUrl": server.url, "database": "crm", "user": tryton_server.USER}
        yield Crm(tryton_server.PASSWORD, own, lambda: set(server.parties()))


class Shop(System):
    """A gateway with the page's plugin."""

    wanted: tuple[dict[str, Any], ...] = ()

    def plugins(self) -> list[dict[str, Any]]:
        return list(self.wanted)


@pytest.mark.slow(15)
@pytest.mark.timeout(200)
@pytest.mark.parametrize("opened", [hubspot, salesforce, tryton], ids=lambda opened: opened.__name__)
async def test_who_writes_is_there(opened: Callable[..., Any], tmp_path: Path) -> None:
    name, page = opened.__name__, (HOW_TO / f"keep-contacts-in-{opened.__name__}.md").read_text()
    (plugin,) = yaml.safe_load(re.findall(r"```yaml\n(plugins:.*?)```", page, re.DOTALL)[0])["plugins"]
    config = plugin["config"]
    (said,) = re.findall(r"`/var/run/secrets/pagewire-plugins/(\S+)`", page)
    async with opened(tmp_path, {field["to"] for field in config[name]["fields"]}) as crm:
        config[name] |= crm.own
        secret = tmp_path / "secrets" / said
        secret.parent.mkdir(parents=True)
        secret.write_text(crm.secret)
        environment = {
            "PAGEWIRE_PLUGIN_SECRETS": str(tmp_path / "secrets"),
            "PAGEWIRE_PRIVATE_ADDRESSES": "127.0.0.0/8",
        }
        shop = Shop(tmp_path, environment)
        shop.wanted = (plugin,)
        async with shop, asyncio.timeout(120):
            await shop.sim.say(making.PAGE, "ann", "hello")
            wanted = f"page:{making.PAGE}:{shop.sim.scoped_id(making.PAGE, 'ann')}"
            while wanted not in crm.known():
                await asyncio.sleep(0.1)

"""How the plugin is, and which accounts it serves."""

import msgspec
import pytest

from pagewire import TryLater
from pagewire.health import Health
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.wellbeing import Trouble, health_of
from tests.pagewire_crm_sync.sink_server import Says, Sink, running
from tests.pagewire_crm_sync.world import INSTAGRAM, HookContext, ManualClock, message


async def test_it_is_well_before_anything_was_sent(plugin: CrmSync, config: Config) -> None:
    await plugin.page_added(HookContext(config))
    assert await plugin.health() == Health()


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (
            Says(401),
            "127.0.0.1: the sink answered 401: check secretEnv, secretFile, tokenEnv or tokenFile; events wait",
        ),
        (Says(503), "127.0.0.1: the sink answered 503; events wait"),
    ],
)
async def test_it_fails_while_the_sink_puts_everything_off_and_is_well_again_after(
    says: Says, reason: str, sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    sink.script.append(says)
    with pytest.raises(TryLater):
        await plugin.event_received(message(), HookContext(config))
    assert await plugin.health() == Health(status="failing", reason=reason)
    clock.advance(61)
    await plugin.event_received(message(), HookContext(config))
    assert await plugin.health() == Health()


async def test_a_missing_secret_is_told(sink: Sink, plugin: CrmSync) -> None:
    config = Config(url=sink.url, secret_env="PAGEWIRE_CRM_SECRET")
    with pytest.raises(TryLater):
        await plugin.event_received(message(), HookContext(config))
    found = await plugin.health()
    assert found.status == "failing"
    assert "PAGEWIRE_CRM_SECRET" in found.reason


async def test_one_bad_upsert_is_no_illness(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Says(422))
    with pytest.raises(Exception, match="422"):
        await plugin.event_received(message(), HookContext(config))
    assert (await plugin.health()).status == "ok"


def test_some_ill_sinks_degrade_and_all_fail() -> None:
    well, ill = Trouble("a.example.com", ""), Trouble("b.example.com", "the sink answered 500")
    assert health_of([]) == Health()
    assert health_of([well, ill]).status == "degraded"
    both = health_of([ill, ill])
    assert (both.status, both.reason) == ("failing", "b.example.com: the sink answered 500, and 1 more; events wait")


async def test_the_last_account_that_leaves_closes_the_feed(plugin: CrmSync) -> None:
    async with running() as other:
        config = msgspec.convert({"url": other.url, "interval": "60s"}, Config)
        here, there = HookContext(config), HookContext(config, account=INSTAGRAM)
        await plugin.page_added(here)
        await plugin.page_added(there)
        await plugin.event_received(message(after=0), here)
        await plugin.event_received(message(after=1), here)
        await plugin.page_removed(there)
        await plugin.event_received(message(after=2), here)
        assert len(other.requests) == 1
        await plugin.page_removed(here)
        await other.received(2)  # what waited for the end of the interval is sent before the feed closes
        await other.quiet()
        assert await plugin.health() == Health()

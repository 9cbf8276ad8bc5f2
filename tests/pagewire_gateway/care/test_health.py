"""How plugins are: asked for in time, shown to people, and never in the way of webhooks."""

import asyncio

import httpx
import pytest

from pagewire import hookimpl
from pagewire.health import Health
from pagewire_gateway.config import CareSettings
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged

QUICK = CareSettings(health_every=0.05, health_timeout=0.3)


def saying(answer):
    """A plugin whose health is what `answer` gives."""

    class Ill:
        @hookimpl
        async def health(self, context):
            return await answer(context)

    return Ill


async def raises(context):
    raise ValueError("call me on 555-0101")


async def exits(context):
    raise SystemExit(3)


async def gives_up(context):
    raise asyncio.CancelledError


async def hangs(context):
    await asyncio.sleep(3600)


async def mumbles(context):
    return "fine, thanks"


async def worries(context):
    return Health(status="degraded", reason="half the sinks are away")


async def knows(context):
    return Health(reason=", ".join(sorted(f"{account.name}={config}" for account, config in context.configs.items())))


CASES = [
    (raises, "failing", "health raised builtins.ValueError"),
    (exits, "failing", "health raised builtins.SystemExit"),
    (gives_up, "failing", "health raised asyncio.exceptions.CancelledError"),
    (hangs, "failing", "no answer within 0.3 s"),
    (mumbles, "failing", "health returned something else than pagewire.Health"),
    (worries, "degraded", "half the sinks are away"),
    (knows, "ok", "harbour-ig={}, harbour={}"),
]


@pytest.mark.parametrize(("answer", "status", "reason"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_what_is_said_is_shown_and_the_gateway_stays_ready(tmp_path, answer, status, reason):
    async with staged(tmp_path, plugins(ill=saying(answer), well=saying(worries)), care=QUICK) as stage:
        await stage.until(lambda: {"ill", "well"} <= set(stage.gateway.health.latest))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{stage.gateway.admin_port}") as client:
            shown = {one["name"]: one for one in (await client.get("/api/v1/plugins")).json()["plugins"]}
            assert (shown["ill"]["health"]["status"], shown["ill"]["health"]["reason"]) == (status, reason)
            assert shown["ill"]["hooks"] == ["health"]
            assert (await client.get("/readyz")).status_code == 200
            place = {"ok": 0.0, "degraded": 1.0, "failing": 2.0}[status]
            figures = (await client.get("/metrics")).text
            assert f'pagewire_plugin_health{{pagewire_plugin_name="ill"}} {place}' in figures


async def test_it_is_asked_again_and_each_turn_is_logged_once(tmp_path, caplog):
    words = [Health(), Health(status="failing", reason="no sink"), Health(status="failing", reason="no sink"), Health()]
    asked = asyncio.Event()

    async def next_word(context):
        word = words.pop(0) if words else Health()
        if not words:
            asked.set()
        return word

    async with staged(tmp_path, plugins(ill=saying(next_word)), care=QUICK):
        await asyncio.wait_for(asked.wait(), 10)
    told = [one.getMessage() for one in caplog.records if one.getMessage().startswith("plugin ill is")]
    assert told == ["plugin ill is failing no sink", "plugin ill is ok "]


async def test_a_plugin_that_does_not_tell_is_not_asked(tmp_path):
    class Quiet:
        @hookimpl
        async def message_received(self, event): ...

    async with staged(tmp_path, plugins(quiet=Quiet), care=QUICK) as stage:
        event_id = (await stage.deliver(making.message())).new[0].id
        await stage.until_state(event_id, "quiet", "done")
        assert stage.gateway.health.latest == {}

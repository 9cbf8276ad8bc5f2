"""The running product: a conversation on both channels, a restart in the middle, a reload without a lost request."""

import asyncio

import httpx
import pytest

from tests.pagewire_gateway import making
from tests.whole.system import running_system


@pytest.mark.timeout(120)
async def test_a_conversation_on_messenger_and_instagram_passes_all_three_plugins():
    async with running_system() as system:
        for account in (making.PAGE, making.INSTAGRAM):
            await system.sim.say(account, "ann", "no 1")
        await system.sim.wait_for_sends(2, timeout=20)
        await system.settled()
        said = list(await system.gateway.events(kind="message"))
        assert [event["plugins"] for event in said] == [
            {"auto-reply": "done", "crm-sync": "done", "logging": "done"}
        ] * 2
        assert len(system.crm.contacts) == 2
        assert "no 1" not in (system.folder / "events.jsonl").read_text()


@pytest.mark.timeout(120)
async def test_a_polite_restart_loses_and_repeats_nothing():
    # Meta delivers again after 15 s, which are less than one here.
    async with running_system(speed=20.0) as system:
        for number in range(20):
            await system.sim.say(making.PAGE, f"p{number}", f"no {number}")
        assert await system.gateway.stop() == 0
        await system.gateway.start()
        await system.sim.wait_for_sends(20, timeout=60)
        await system.settled()
        texts = sorted(send.message["text"] for send in system.sim.sends)
        assert texts == sorted(f"re {number}" for number in range(20))


@pytest.mark.timeout(120)
async def test_manifests_change_under_load_without_a_refused_request():
    async with running_system() as system:
        url = f"http://127.0.0.1:{system.gateway.public}/webhooks/support/acme"
        statuses: list[int] = []

        async def load(client: httpx.AsyncClient) -> None:
            for number in range(150):
                content = making.body(making.message(f"no {number}"))
                statuses.append((await client.post(url, content=content, headers=making.signed(content))).status_code)

        async with httpx.AsyncClient() as client:
            loads = [asyncio.ensure_future(load(client)) for _ in range(4)]
            for _ in range(8):
                system.write_manifests()
                await asyncio.sleep(0.1)
            await asyncio.gather(*loads)
        assert (set(statuses), len(statuses)) == ({200}, 600)

"""The gateway is refused first; the token's resource tells it at once, and not with the operator's next round."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire.kube.refusals import REASON
from pagewire.resources import Reason
from pagewire.simulator.manifests import read_folder
from tests.e2e.test_journey import EXAMPLES, PAGE
from tests.e2e.town import Town, running
from tests.kube.cluster import Cluster

NEVER = {"PAGEWIRE_RESYNC": "10h", "PAGEWIRE_PROBE": "10h"}
"""The operator looks again when it is told to, and not before."""


@pytest.fixture
async def town(private_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(private_cluster, tmp_path, read_folder(EXAMPLES).world) as town:
        yield town


@pytest.mark.slow(20)
@pytest.mark.timeout(300)
async def test_a_refused_token_shows_at_its_resource_at_once(town: Town) -> None:
    await town.kubectl("create", "namespace", "support")
    operator, gateway = town.operator(**NEVER), town.gateway()
    async with running(operator, gateway):
        await town.kubectl("apply", "--server-side", "-f", str(EXAMPLES))
        for kind, name in (("MessengerPage", "harbour"), ("InstagramAccount", "harbour-ig")):
            await town.until_says(kind, "support", name, Synced="True")
        await town.sim.say(PAGE, "24000000000000001", "What are your hours?")
        await town.sim.wait_for_sends(1, timeout=60)
        town.sim.meta.state.tokens["EAAPAGETOKEN1"].revoked = 460
        await town.sim.say(PAGE, "24000000000000002", "What are your hours?")
        told = await town.until_event("support", "AccessToken", "harbour", REASON)
        assert "190/460" in told
        await town.until_says("AccessToken", "support", "harbour", TokenValid=f"False {Reason.TOKEN_INVALID}")

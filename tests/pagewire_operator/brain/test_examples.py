"""The manifests that users begin with become ready."""

from pathlib import Path

import yaml

from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID
from tests.pagewire_operator.brain.world import KINDS, Stage

EXAMPLES = Path(__file__).parents[3] / "deploy" / "examples"


async def test_the_examples_become_ready() -> None:
    documents = [one for file in sorted(EXAMPLES.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
    async with Stage(*documents, verify_token="letmein") as stage:
        stage.sim.meta.state.apps[APP_ID].instagram_by_api = True
        await stage.settle()
        found = [one for kind in KINDS for one in stage.world.all(kind)]
        assert len(found) == 6
        for one in found:
            assert stage.ready(one.kind, one.metadata.name) == ("True", "Reconciled"), one.status
        assert "standby" in stage.sim.settings.subscribed(PAGE_ID)[APP_ID]
        assert set(stage.sim.settings.subscriptions(APP_ID)) == {"page", "instagram"}
        assert set(stage.sim.settings.profile(INSTAGRAM_ID)) == {"ice_breakers"}

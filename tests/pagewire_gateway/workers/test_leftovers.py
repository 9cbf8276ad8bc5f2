"""A partition that another worker has now leaves no file behind for good."""

import time
from pathlib import Path

from pagewire_gateway.workers.leftovers import GRACE, Leftovers
from tests.contracts.journal_world import append, said
from tests.pagewire_gateway.journal_jetstream.world import Town


async def test_the_file_of_a_partition_that_moved_away_goes_after_a_while(
    nats_url: str, nats_prefix: str, tmp_path: Path
):
    town, folder = Town(nats_url, nats_prefix, tmp_path), tmp_path / "ours"
    async with town.journal("ours") as journal:
        await append(journal, said("a", text="what somebody wrote"))
    (folder / "people-copy.db").write_text("of another store")
    now, held = time.time() * 1000, {0}
    async with town.deployment() as deployment:
        Leftovers(deployment, folder, lambda: held, lambda: int(now + 2 * GRACE * 1000)).remove()
        assert deployment.files(0, folder), "it is at work"
        held.clear()
        Leftovers(deployment, folder, lambda: held, lambda: int(now + GRACE * 500)).remove()
        assert deployment.files(0, folder), "it may come back"
        Leftovers(deployment, folder, lambda: held, lambda: int(now + 2 * GRACE * 1000)).remove()
    assert [path.name for path in folder.iterdir()] == ["people-copy.db"]
    async with town.journal("ours") as journal:
        assert (await journal.stats()).last_seq == 1
    await town.raze()

"""kill -9 at any step of a deletion: the next gateway goes on, and nothing of the person is left."""

import asyncio
import sys

import pytest

from pagewire_gateway.people import statuses
from pagewire_gateway.people.store import Store
from tests.pagewire_gateway.people.victim import ANN, PLANTED


async def live(folder, steps: int) -> int:
    """Run the victim to its end; its exit code."""
    command = [sys.executable, "-m", "tests.pagewire_gateway.people.victim", str(folder), str(steps)]
    victim = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    return await victim.wait()


@pytest.mark.slow(10)
@pytest.mark.parametrize("steps", [1, 4, 9])
async def test_a_killed_deletion_goes_on(tmp_path, steps):
    assert await live(tmp_path, steps) == -9
    data = tmp_path / "data"
    if steps == 1:
        assert any(PLANTED.encode() in file.read_bytes() for file in data.glob("journal.db*"))
    assert await live(tmp_path, 0) == 0
    left = [file.name for file in data.iterdir() if {PLANTED.encode(), ANN.encode()} & found_in(file.read_bytes())]
    assert left == []
    store = Store(data)
    await store.start()
    (proof,) = await store.run(lambda db: statuses.latest(db, 10))
    await store.aclose()
    assert (proof.state, proof.removed["events"] >= 5, proof.removed["identities"]) == ("done", True, 1)
    assert [one.receipt for one in proof.receipts] == ["agreed"]


def found_in(data: bytes) -> set[bytes]:
    return {text for text in (PLANTED.encode(), ANN.encode()) if text in data}

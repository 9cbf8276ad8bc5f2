"""While Meta does not answer, replies go on coming: so many are in memory, and the rest waits in the journal, in order."""

import msgspec

from pagewire_gateway.config import OutboxSettings
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_outbox import Parrot, texts
from tests.pagewire_gateway.stage import OUTBOX, Stage, plugins, staged

SMALL: OutboxSettings = msgspec.structs.replace(OUTBOX, window=20)
PEOPLE, MESSAGES = 7, 84


async def _talked(stage: Stage, text: str) -> None:
    for number in range(MESSAGES):
        await stage.sim.say(making.PAGE, f"p{number % PEOPLE}", text.format(number))


async def _stored(stage: Stage, count: int) -> None:
    async def there() -> bool:
        return (await stage.gateway.journal.stats()).outbox.get("queued", 0) >= count

    await stage.until(there, 30)


async def test_memory_is_bounded_while_meta_is_away_and_order_holds_when_it_is_back(tmp_path):
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=SMALL) as stage:
        stage.sim.faults.inject(kind="error", code=4, times=None)
        await _talked(stage, "{}")
        await _stored(stage, MESSAGES - PEOPLE)
        assert stage.gateway.outbox.waiting() <= SMALL.window + 1
        stage.sim.faults.clear()
        await stage.sim.wait_for_sends(MESSAGES, timeout=60)
        said = texts(stage)
    assert sorted(said) == sorted(f"re {number}" for number in range(MESSAGES))
    for person in range(PEOPLE):
        own = [int(text.removeprefix("re ")) for text in said]
        own = [number for number in own if number % PEOPLE == person]
        assert own == sorted(own)


async def test_a_start_takes_up_as_many_as_there_is_room_for(tmp_path):
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=SMALL) as stage:
        stage.sim.faults.inject(kind="error", code=4, times=None)
        await _talked(stage, "many {}")
        await _stored(stage, 3 * MESSAGES - PEOPLE)
        sim = stage.sim
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, plugins(parrot=Parrot), outbox=SMALL, sim=sim) as again:
            # The journal is read by the page, and an answer is taken whole.
            assert again.gateway.outbox.waiting() <= SMALL.window + 1000
            sim.faults.clear()
            await sim.wait_for_sends(3 * MESSAGES, timeout=60)
            said = texts(again)
    assert len(set(said)) == len(said) == 3 * MESSAGES
    for number in range(MESSAGES):
        assert [text for text in said if text.startswith(f"many {number} ")] == [f"many {number} {n}" for n in range(3)]

"""Jobs are done in order, so many at a time, and one that waits holds up no other."""

import asyncio

from pagewire_gateway.dispatch.hands import Hands


async def test_jobs_that_never_wait_are_done_in_order():
    done: list[int] = []

    async def do(job: int) -> None:
        done.append(job)

    hands: Hands[int] = Hands(do, 4)
    for job in range(100):
        hands.offer(job)
    while len(done) < 100:
        await asyncio.sleep(0)
    assert done == list(range(100))


async def test_no_more_than_so_many_at_a_time_and_the_rest_follows():
    begun: list[int] = []
    go_on = asyncio.Event()

    async def do(job: int) -> None:
        begun.append(job)
        await go_on.wait()

    hands: Hands[int] = Hands(do, 3)
    for job in range(8):
        hands.offer(job)
    for _ in range(20):
        await asyncio.sleep(0)
    assert begun == [0, 1, 2]
    go_on.set()
    while len(begun) < 8:
        await asyncio.sleep(0)
    assert begun == list(range(8))


async def test_a_hand_that_stumbles_is_replaced(caplog):
    done: list[int] = []

    async def do(job: int) -> None:
        done.append(job)
        if job == 0:
            raise RuntimeError("on purpose")

    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
    hands: Hands[int] = Hands(do, 1)
    for job in range(3):
        hands.offer(job)
    while len(done) < 3:
        await asyncio.sleep(0)
    assert told == ["a lane's hand stumbled"]


async def test_stopping_lets_go_on_what_ends_in_time_and_begins_nothing():
    begun: list[int] = []
    ended: list[int] = []
    go_on = asyncio.Event()

    async def do(job: int) -> None:
        begun.append(job)
        await (go_on.wait() if job == 0 else asyncio.Event().wait())
        ended.append(job)

    hands: Hands[int] = Hands(do, 2)
    for job in range(5):
        hands.offer(job)
    while len(begun) < 2:
        await asyncio.sleep(0)
    go_on.set()
    await hands.stop(0.05)
    assert (begun, ended) == ([0, 1], [0])

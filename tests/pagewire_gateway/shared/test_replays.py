"""Replays of several processes on a real NATS: all see them, anybody stops them, and nobody takes one up that another began."""

import asyncio
import itertools

import msgspec
import pytest

from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.replays import Job, Order
from pagewire_gateway.replays.keeping import Stopped
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.replays import SharedJobs

PERSON = "24000000000000077"


@pytest.fixture
async def process(nats_url, nats_prefix):
    """Starts processes, each with its folder's name; one that is not to live says nothing and hears nothing from then on."""
    opened, tasks = [], []

    async def start(name, lost_after=60.0):
        nats = Nats(nats_url, nats_prefix)
        await nats.start()
        opened.append(nats)
        clock = itertools.count(1_790_000_000_000).__next__
        jobs = SharedJobs(nats, lambda: name, clock, lost_after)
        await jobs.start()
        jobs.running = [asyncio.ensure_future(work) for work in (jobs.follow(), jobs.beat())]
        tasks.extend(jobs.running)
        return jobs

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for nats in opened:
        await nats.aclose()


def made(id_="a1", **more):
    return Job(
        id=id_, order=Order(query=EventFilter(person=PERSON)), by="ci", started=1_790_000_000_000, total=9, **more
    )


async def until_heard(jobs, id_, state):
    async with asyncio.timeout(30):
        while [one.state for one in jobs.others() if one.id == id_] != [state]:
            await asyncio.sleep(0.01)
    return next(one for one in jobs.others() if one.id == id_)


async def test_others_see_how_far_a_job_is_and_its_process_goes_on_with_it_after_a_restart(process):
    ours, other = await process("ours"), await process("other")
    job = made()
    await ours.save(job)
    job.looked = 4
    await ours.save(job)
    await until_heard(other, "a1", "running")
    async with asyncio.timeout(30):
        while other.others()[0].looked != 4:
            await asyncio.sleep(0.01)
    assert (await other.load(), ours.others()) == ([], [])
    (again,) = await (await process("ours")).load()
    assert again == job


async def test_whoever_is_asked_to_stop_does_before_the_next_piece_and_all_see_where(process):
    ours, other = await process("ours"), await process("other")
    job = made()
    await ours.save(job)
    stopping = asyncio.ensure_future(other.stop(await until_heard(other, "a1", "running")))
    with pytest.raises(Stopped):
        async with asyncio.timeout(30):
            while True:
                await ours.save(job)
                await asyncio.sleep(0.1)
    job.state = "cancelled"
    await ours.save(job)
    await stopping
    assert (await until_heard(other, "a1", "cancelled")).looked == job.looked


async def test_a_job_whose_process_is_gone_ends_where_it_is_names_nobody_and_is_carried_on_by_nobody(process):
    ours, other = await process("ours"), await process("other", lost_after=0.4)
    for task in ours.running:
        task.cancel()
    job = made(looked=3)
    await ours.save(job)
    ended = await until_heard(other, "a1", "failed")
    assert "is gone" in ended.problem
    assert ended.looked == 3
    assert PERSON.encode() not in msgspec.json.encode(ended)
    # It was only slow, and finds out; so does the next process in its folder.
    job.looked = 4
    with pytest.raises(Stopped):
        await ours.save(job)
    (again,) = await (await process("ours")).load()
    assert (again.state, again.looked) == ("failed", 3)


async def test_what_is_dropped_is_gone_for_all(process):
    ours, other = await process("ours"), await process("other")
    await ours.save(made(state="done"))
    await other.drop(await until_heard(other, "a1", "done"))
    async with asyncio.timeout(30):
        while other.others():
            await asyncio.sleep(0.01)
    assert await (await process("ours")).load() == []

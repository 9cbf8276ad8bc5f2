"""From nothing to Ready: a clean start, and everything applied to an operator that runs; ours and the bare one."""

import asyncio
from time import monotonic

from msgspec import Struct

from bench.operator_pages import create
from bench.operator_phases import phase
from bench.operator_program import Program
from bench.operator_town import Counts, Town, town
from bench.operator_watch import Onlooker


class Start(Struct, kw_only=True):
    """A start, with everything applied before.

    Attributes:
        seconds: from the start of the process to the last Page that is Ready; 0 where none had to become so.
        cpu: seconds of processor time of the operator.
        queued: seconds it was ready to run and no core was free.
        memory: most memory it ever held, in MB.
        graph: calls to Meta, by verb and edge.
        api: requests to the API server for our kinds, Secrets and Events, by verb and plural.
    """

    seconds: float
    cpu: float
    queued: float
    memory: float
    graph: Counts
    api: Counts


class Warm(Struct, kw_only=True):
    """Everything applied to an operator that runs.

    Attributes:
        created: seconds until the last object was there.
        seconds: from the first object to the last Page that is Ready.
        cpu: seconds of processor time that took.
        queued: seconds it was ready to run and no core was free.
        graph, api: as for `Start`; of what the API server was asked, creating is the bench's own.
    """

    created: float
    seconds: float
    cpu: float
    queued: float
    graph: Counts
    api: Counts


async def clean_start(here: Town, onlooker: Onlooker, pages: int, operator: Program) -> Start:
    """See a new operator through until all Pages are Ready."""
    graph, api, began = await here.meta.calls(), await here.served(), monotonic()
    await operator.start()
    last = await operator.until(onlooker.until_ready(pages))
    return Start(
        seconds=last - began,
        cpu=operator.cpu(),
        queued=operator.queued(),
        memory=operator.memory(),
        graph=await here.meta.calls() - graph,
        api=await here.served() - api,
    )


async def bare(pages: int) -> tuple[Start, Start]:
    """The bare operator: a clean start, and a start with nothing changed."""
    async with town(pages) as here:
        async with phase("the bare operator starts", pages):
            await create(here.client, pages)
            async with Onlooker(here.client) as onlooker:
                operator = here.bare()
                start = await clean_start(here, onlooker, pages, operator)
                await operator.kill()
        async with phase("the bare operator starts again", pages):
            return start, await _nothing_changed(here)


async def warm(pages: int, *, own: bool) -> Warm:
    """Everything is applied by many clients at once."""
    whose = "ours" if own else "the bare operator"
    async with town(pages) as here, phase(f"everything is applied while {whose} runs", pages):
        operator = await (here.ours() if own else here.bare()).start()
        await operator.until_ready()
        await asyncio.sleep(3.0)  # probes answer a moment before the first watch is open
        async with Onlooker(here.client) as onlooker:
            graph, api = await here.meta.calls(), await here.served()
            cpu, queued, began = operator.cpu(), operator.queued(), monotonic()
            await create(here.client, pages)
            created = monotonic()
            last = await operator.until(onlooker.until_ready(pages))
        return Warm(
            created=created - began,
            seconds=last - began,
            cpu=operator.cpu() - cpu,
            queued=operator.queued() - queued,
            graph=await here.meta.calls() - graph,
            api=await here.served() - api,
        )


async def _nothing_changed(here: Town) -> Start:
    before = await here.served()
    operator = await (await here.bare().start()).until_ready()
    await _until_quiet(operator)
    asked = await here.served() - before
    return Start(
        seconds=0.0,
        cpu=operator.cpu(),
        queued=operator.queued(),
        memory=operator.memory(),
        graph=Counts(),
        api=asked,
    )


async def _until_quiet(operator: Program) -> None:
    """Wait until it has used no processor time to speak of for three seconds."""
    before = -1.0
    while operator.cpu() - before > 0.1:
        before = operator.cpu()
        await asyncio.sleep(3.0)

"""A real Prometheus scrapes a running gateway: what is asked of it gives data, and what is misspelt does not."""

import asyncio
import math
import subprocess
from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest
import pytest_asyncio

from tests.e2e.programs import running
from tests.observability.asking import Questions
from tests.observability.daemons import prometheus
from tests.observability.queries import asked, filled
from tests.pagewire_gateway import making
from tests.whole.system import System, running_system
from tools.observability.programs import program

pytestmark = [pytest.mark.slow(12), pytest.mark.asyncio(loop_scope="module")]

FIRST: Final = ("pagewire-overview", "Gateways", "Journal left", "Oldest unsettled", "Received to done by each plugin")
"""Panels that the first minute of a gateway must fill."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[System]:
    async with running_system() as system:
        for number in range(5):
            await system.sim.say(making.PAGE, "ada", f"no {number}")
        await system.sim.wait_for_sends(5)
        yield system


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ask(system: System) -> AsyncIterator[Questions]:
    watcher = prometheus(system.folder, {"gateway": f"127.0.0.1:{system.gateway.admin}"})
    async with running(watcher), Questions(watcher.origin) as ask, asyncio.timeout(60):
        while not await ask.now("count_over_time(up[30s]) > 3"):
            await asyncio.sleep(0.2)
        yield ask


async def test_panels_of_the_overview_have_data(ask: Questions, system: System) -> None:
    """A rate needs a change between two scrapes, so people go on writing."""
    await system.sim.say(making.PAGE, "ada", "no 6")
    await system.sim.wait_for_sends(6)
    board, *titles = FIRST
    wanted = {
        query.where: filled(query.expr, "30s") for query in asked() if query.board == board and query.panel in titles
    }
    async with asyncio.timeout(60):
        while empty := [where for where, expr in wanted.items() if not _data(await ask.now(expr))]:
            await asyncio.sleep(0.5)
    assert not empty


async def test_a_misspelt_metric_has_no_data(ask: Questions) -> None:
    assert not await ask.now("pagewire_journal_size_byte")


async def test_promtool_finds_nothing_to_complain_about_in_what_is_exposed(system: System) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{system.gateway.admin}", trust_env=False) as client:
        text = (await client.get("/metrics")).content
    done = await asyncio.to_thread(
        subprocess.run, [program("promtool"), "check", "metrics"], input=text, capture_output=True, check=False
    )
    ours = [line for line in done.stderr.decode().splitlines() if line.startswith(("pagewire", "http"))]
    assert not ours


def _data(samples: list[tuple[dict[str, str], float]]) -> bool:
    return any(not math.isnan(value) for _, value in samples)

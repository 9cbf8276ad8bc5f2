"""docs/how-to/call-the-graph-api.md: every block runs against the simulator and gives what the page says."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pagewire.graph import GraphClient, open_http
from pagewire.simulator import Simulator, unlimited
from pagewire.simulator.world import APP_ID, PAGE_ID

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "call-the-graph-api.md"
TOKEN, SECRET = "EAAPAGETOKEN1", "s3cr3t-app-secret-for-tests"


def _namespace() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        exec(compile(block, PAGE.name, "exec"), found)  # noqa: S102 - our own page
    return found


SAID = _namespace()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(limits=unlimited()) as sim:
        yield sim


@pytest.fixture
async def graph(sim: Simulator) -> AsyncIterator[GraphClient]:
    async with open_http() as http:
        yield GraphClient(sim.graph_url, http=http, app_secret=SECRET)


async def test_the_client_that_it_makes_speaks_for_the_page(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GRAPH_URL": sim.graph_url, "APP_SECRET": SECRET, "PAGE_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    assert await SAID["main"]() == sim.meta.state.accounts[PAGE_ID].name


async def test_what_replies_refer_to_is_there_afterwards(sim: Simulator, graph: GraphClient) -> None:
    assert await SAID["somebody_to_write_as"](graph, PAGE_ID, TOKEN) in sim.meta.state.personas
    assert await SAID["a_template_for_parcels"](graph, PAGE_ID, TOKEN) == "APPROVED"
    assert await SAID["a_picture_for_later"](graph, PAGE_ID, TOKEN) in sim.meta.state.attachments


async def test_it_reads_what_the_simulator_knows(sim: Simulator, graph: GraphClient) -> None:
    await sim.say(PAGE_ID, "ada", "Ahoy!")
    psid = sim.scoped_id(PAGE_ID, "ada")
    sim.meta.state.accounts[PAGE_ID].default_app = APP_ID
    assert await SAID["who_is_it"](graph, psid, TOKEN)
    sim.people.conversation(PAGE_ID, "ben")
    assert await SAID["who_is_it"](graph, sim.scoped_id(PAGE_ID, "ben"), TOKEN) is None
    assert await SAID["the_last_words"](graph, PAGE_ID, TOKEN, psid) == ["Ahoy!"]
    assert await SAID["the_last_words"](graph, PAGE_ID, TOKEN, "1") == []
    assert await SAID["make_a_vip"](graph, PAGE_ID, TOKEN, psid) == ["vip"]
    assert await SAID["who_may_answer"](graph, PAGE_ID, TOKEN, psid) is None
    assert await SAID["complaints"](graph, PAGE_ID, TOKEN) == 0


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (None, "blocked"),
        ({"kind": "error", "code": 613, "regain_minutes": 2}, "again in 120.0 s"),
        ({"kind": "drop"}, "again: blocking twice is blocking once"),
        ({"kind": "error", "code": 190}, "the token needs renewing"),
        ({"kind": "error", "code": 3801}, "it will not go: "),
    ],
)
async def test_every_failure_has_its_answer(
    sim: Simulator, graph: GraphClient, fault: dict[str, Any] | None, told: str
) -> None:
    await sim.say(PAGE_ID, "ada", "Ahoy!")
    if fault is not None:
        sim.faults.inject(edge="moderation", **fault)
    assert (await SAID["block"](graph, PAGE_ID, TOKEN, sim.scoped_id(PAGE_ID, "ada"))).startswith(told)

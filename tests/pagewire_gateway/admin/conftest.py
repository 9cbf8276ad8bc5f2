"""A running gateway, and a client of its admin port; `shared` ones serve the tests that change nothing."""

import pytest
import pytest_asyncio

from tests.pagewire_gateway.playing import client_of, played, plugin_object, refused_event, settled_events


@pytest.fixture
async def stage(tmp_path):
    async with played(tmp_path) as running:
        yield running


@pytest.fixture
async def admin(stage):
    async with client_of(stage) as client:
        yield client


@pytest.fixture
def picky(stage):
    """The plugin object itself."""
    return plugin_object(stage, "picky")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stage(tmp_path_factory):
    async with played(tmp_path_factory.mktemp("shared")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(shared_stage):
    async with client_of(shared_stage) as client:
        yield client


@pytest.fixture
async def settled(stage):
    """Three messages that both plugins have handled; ids in order."""
    return await settled_events(stage)


@pytest.fixture
async def refused(stage):
    """The id of a message that is parked for one plugin."""
    return await refused_event(stage)

"""A sink that listens, and a plugin that talks to it."""

from collections.abc import AsyncIterator

import pytest

from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.sink_server import Sink, running
from tests.pagewire_crm_sync.world import ManualClock


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with running() as found:
        yield found


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def plugin(sink: Sink, clock: ManualClock) -> AsyncIterator[CrmSync]:
    """The plugin, with a clock that stands still and an empty environment."""
    found = CrmSync(clock, Secrets({}))
    yield found
    await found.plugin_stopped()


@pytest.fixture
def config(sink: Sink) -> Config:
    """One upsert a request."""
    return Config(url=sink.url)

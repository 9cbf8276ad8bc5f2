"""A running gateway, and the command line pointed at it."""

import asyncio

import pytest
from click.testing import CliRunner

from pagewire_gateway.cli.root import pagewire
from tests.pagewire_gateway.playing import played, plugin_object, refused_event, settled_events

NOBODY = {"doctor": {"admin": "http://127.0.0.1:9", "public": "127.0.0.1:9"}}
"""Defaults for `doctor`, so that a gateway somebody runs on this machine does not change what it finds."""


async def invoke(*arguments, admin="http://127.0.0.1:9", **environment):
    """Run a command in a thread, as it brings its own event loop; no `admin` leaves its address at the default."""
    variables = {"PAGEWIRE_ADMIN_URL": admin, "PAGEWIRE_ADMIN_TOKEN": None, "PAGEWIRE_DEBUG": None, **environment}
    return await asyncio.to_thread(CliRunner().invoke, pagewire, list(arguments), env=variables, default_map=NOBODY)


@pytest.fixture
async def stage(tmp_path):
    async with played(tmp_path) as running:
        yield running


@pytest.fixture
def run(stage):
    """What runs a command against the gateway."""
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}"

    async def run(*arguments, **environment):
        return await invoke(*arguments, admin=admin, **environment)

    return run


@pytest.fixture
def picky(stage):
    return plugin_object(stage, "picky")


@pytest.fixture
async def settled(stage):
    """Three messages that both plugins have handled; ids in order."""
    return await settled_events(stage)


@pytest.fixture
async def refused(stage):
    """The id of a message that is parked for one plugin."""
    return await refused_event(stage)

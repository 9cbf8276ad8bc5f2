"""A plugin in a process of its own works as any other, and whatever it does to that process harms nobody else."""

import asyncio
import contextlib
import io
import json
import logging
import os
import re
from importlib.metadata import EntryPoint

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider

from pagewire.logs import JsonLines
from pagewire.telemetry.export.sampling import sampler
from pagewire.telemetry.tracing import TRACING, trace_id
from pagewire_gateway.config import ApartSettings, DispatchSettings
from pagewire_gateway.plugins import load
from pagewire_gateway.trying import trying
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.stage import QUICK

NAME = "misbehaving"
DISPATCH = DispatchSettings(retry=QUICK, circuit_failures=50, loop_patience=0.2)


def found():
    """The plugin, and one beside it that answers at once."""
    points = (NAME, f"tests.pagewire_gateway.isolation.{NAME}"), ("good", "tests.pagewire_gateway.isolation.good")
    return load(found=[EntryPoint(name, where, "pagewire") for name, where in points])


@contextlib.asynccontextmanager
async def running(folder, *enabled, which=NAME, **limits):
    async with trying(
        found(),
        dict.fromkeys(enabled or (NAME,)),
        folder,
        dispatch=DISPATCH,
        apart=ApartSettings(plugins=which, **limits),
        plugin_secrets=folder / "secrets",
    ) as tried:
        yield tried


def host(tried):
    return tried.gateway.common.apart.hosts[NAME]


async def parked(tried, count=1):
    """The events that the plugin is through with, and what its lane says of the last."""
    events = await tried.settled(NAME, count)
    return events[-1].lanes[NAME]


async def test_it_answers_from_another_process_that_ends_with_the_gateway(tmp_path):
    async with running(tmp_path) as tried:
        await tried.say("hello")
        (said,) = await tried.replies(1)
        pid = int(re.search(r"Hi from (\d+),", said)[1])
        assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def written():
    """What plugins write to the log, as JSON, while everything is traced."""
    provider, lines = TracerProvider(sampler(), shutdown_on_exit=False), io.StringIO()
    handler, logger = logging.StreamHandler(lines), logging.getLogger("pagewire.plugin")
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    TRACING.use(provider.get_tracer("pagewire"), 1.0, {})
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    TRACING.stop()
    logger.removeHandler(handler)


def keep_secret(folder):
    secret = folder / "secrets/trying/misbehaving/key"
    secret.parent.mkdir(parents=True)
    secret.write_text("hush\n")


async def test_what_it_writes_to_the_log_is_of_the_trace_of_its_event(tmp_path, written):
    keep_secret(tmp_path)
    async with running(tmp_path) as tried:
        await tried.say("everything")
        await tried.replies(8)
        (event,) = await tried.settled(NAME, 1)
    (line,) = [one for one in written() if one["message"] == "asked everything"]
    assert line["trace_id"] == trace_id(event.stored.item.trace) != ""


async def test_its_configuration_and_all_that_a_context_offers_are_the_gateways(tmp_path, caplog):
    keep_secret(tmp_path)
    async with running(tmp_path) as tried:
        await tried.say("everything")
        assert await tried.replies(8) == ["2", "('seen',)", "{'a': [1]}", "True", "True", "hush", NAME, "page"]
        (line,) = [record for record in caplog.records if record.getMessage() == "asked everything"]
        assert (line.name, line.levelno) == (f"pagewire.plugin.{NAME}", logging.WARNING)
        assert (line.plugin, line.account) == (NAME, tried.page)


async def test_it_may_knock_where_it_might_in_the_gateway_and_knows_none_of_its_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("PAGEWIRE_PRIVATE_ADDRESSES", "127.0.0.0/8")
    monkeypatch.setenv("PAGEWIRE_ADMIN_TOKEN", "hush")
    async with running(tmp_path) as tried:
        await tried.say("variable PAGEWIRE_PRIVATE_ADDRESSES")
        await tried.say("variable PAGEWIRE_ADMIN_TOKEN")
        assert await tried.replies(2) == ["127.0.0.0/8", "withheld"]


async def test_its_process_and_what_memory_it_has_are_told_everywhere(tmp_path):
    async with running(tmp_path, NAME, "good") as tried:
        await tried.say("hello")
        await tried.replies(1)
        await tried.until(lambda: host(tried).process.memory > 10 << 20)
        admin = f"http://127.0.0.1:{tried.gateway.admin_port}"
        told = {one["name"]: one for one in json.loads((await invoke("plugins", "-o", "json", admin=admin)).stdout)}
        assert told["good"]["process"] is None
        assert told[NAME]["process"]["pid"] == host(tried).pid
        assert told[NAME]["process"]["memory_bytes"] > 10 << 20
        assert re.search(rf"{host(tried).pid}, \d+ MiB", (await invoke("plugins", admin=admin)).stdout)
        async with httpx.AsyncClient(base_url=admin, trust_env=False) as client:
            assert "own process, " in (await client.get("/console/plugins")).text
            assert f"its own, {host(tried).pid}, with" in (await client.get(f"/console/plugins/{NAME}")).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("later", "Refused: never"),
        ("raise", "builtins.ZeroDivisionError"),
        ("exit", "builtins.SystemExit"),
    ],
)
async def test_what_it_raises_is_what_it_would_be_in_the_gateway(tmp_path, text, says):
    async with running(tmp_path) as tried:
        await tried.say(text)
        lane = await parked(tried)
        assert (lane.state, lane.error) == ("parked", says)


async def test_an_event_at_which_its_process_dies_is_handed_over_again(tmp_path):
    async with running(tmp_path) as tried:
        await tried.say("hello")
        (first,) = await tried.replies(1)
        await tried.say("die")
        said = await tried.replies(2)
        assert said[1] != first
        assert "2 accounts" in said[1]  # the new process was told of its accounts


async def test_one_that_dies_again_and_again_is_held_with_the_reason(tmp_path):
    async with running(tmp_path) as tried:
        for number, person in enumerate(("ann", "ben", "cid"), 1):
            await tried.say("die", person)
            if number < 3:
                await tried.replies(number)  # of the next process
        await tried.until(lambda: tried.gateway.common.quarantine.reasons)
        assert (
            "its process ended 3 times; the last time because its process ended with status 3"
            in (tried.gateway.common.quarantine.reasons[NAME])
        )


async def test_one_that_leaks_is_ended_before_it_takes_the_machines_memory(tmp_path):
    async with running(tmp_path, memory_mb=150) as tried:
        await tried.say("hello")
        await tried.replies(1)
        before = host(tried).pid
        await tried.say("leak 200", "ben")
        await tried.until(lambda: host(tried).pid not in (before, None))
        await tried.say("hello")
        await tried.replies(2)


async def test_one_that_never_gives_its_loop_back_is_ended_and_the_others_never_notice(tmp_path):
    async with running(tmp_path, NAME, "good", silence=1.0) as tried:
        await tried.say("hello")
        await tried.replies(2)
        before = host(tried).pid
        await tried.say("hang", "ben")
        await tried.settled("good", 2)
        await tried.until(lambda: host(tried).pid != before)


async def test_who_keeps_the_gateways_loop_moves_and_for_good(tmp_path):
    async with running(tmp_path, NAME, "good", which="caught") as tried:
        await tried.say("hello")
        first = await tried.replies(2)
        assert any(f"Hi from {os.getpid()}" in said for said in first)
        await tried.say("block 1.5")
        await tried.until(lambda: NAME in tried.gateway.common.apart.hosts)
        await tried.say("hello", "ben")
        await tried.settled(NAME, 3)
        said = [one for one in await tried.replies(6) if one and "Hi from" in one]
        assert f"Hi from {host(tried).pid}, 2 accounts" == said[-1]
        assert not tried.gateway.common.quarantine.reasons
    assert json.loads((tmp_path / "data/apart.json").read_bytes()) == [NAME]
    async with running(tmp_path, which="caught") as tried:
        await tried.say("hello")
        await tried.until(lambda: host(tried).pid)


async def test_it_says_what_may_be_sent_and_how_it_is(tmp_path):
    async with running(tmp_path, NAME, "good") as tried:
        await tried.say("what is forbidden")
        await tried.settled("good")
        assert "what is forbidden" not in await tried.replies(1)
        await tried.until(lambda: NAME in tried.gateway.health.latest)
        assert tried.gateway.health.latest[NAME].health.reason == f"2 accounts, process {host(tried).pid}"


async def test_nobody_moves_where_that_is_switched_off(tmp_path, caplog):
    async with running(tmp_path, which="none") as tried:
        await tried.say("block 0.6")
        await tried.replies(1)
        assert not tried.gateway.common.apart.hosts
    async with running(tmp_path, which="nobody") as tried:
        await asyncio.sleep(0)
        assert "no plugin nobody is installed" in caplog.text

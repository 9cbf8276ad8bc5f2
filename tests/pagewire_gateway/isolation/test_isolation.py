"""A plugin that harms the others is found, held, and released by one command; the others go on."""

import asyncio
import json
import re
import sys
import time

import pytest

from pagewire import Text, hookimpl
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.isolation import Quarantine
from pagewire_gateway.isolation.blame import Owners, culprit
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.stage import QUICK, plugins, staged

HASTY = DispatchSettings(
    retry=QUICK, circuit_failures=3, circuit_pause=0.02, quarantine_probes=2, loop_patience=0.2, lease_ttl=1.0
)


class Good:
    @hookimpl
    async def message_received(self, event):
        return Text(text=f"You said {event.text}")


class Blocks:
    """Sleeps without await, as long as it is told to."""

    def __init__(self):
        self.seconds = 1.2
        self.calls = 0

    @hookimpl
    async def message_received(self, event):
        self.calls += 1
        time.sleep(self.seconds)


class Raises:
    def __init__(self):
        self.broken = True

    @hookimpl
    async def message_received(self, event):
        if self.broken:
            raise ZeroDivisionError


def subject(stage, name):
    return stage.gateway.plugins[name].hooks["message_received"].function.__self__


def lane(stage, name):
    return next(one for one in stage.gateway.dispatcher.lanes() if one.plugin == name)


async def test_who_keeps_the_loop_is_held_and_others_go_on(tmp_path):
    async with staged(tmp_path, plugins(good=Good, blocks=Blocks), dispatch=HASTY) as stage:
        await stage.deliver(*(making.message("hello", person=str(number)) for number in range(71, 81)))
        await stage.until(lambda: lane(stage, "blocks").quarantined, 30)
        calls = subject(stage, "blocks").calls
        assert 1 <= calls < 10
        (later,) = (await stage.deliver(making.message("still there?", "71"))).new
        await stage.until_state(later.id, "good", "done")
        assert subject(stage, "blocks").calls == calls
        assert not lane(stage, "good").quarantined
        assert "blocks" in json.loads((tmp_path / "data/quarantine.json").read_bytes())


async def test_it_stays_held_over_a_restart_until_one_command_releases_it(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    Quarantine(tmp_path / "data").put("blocks", "it kept the loop")
    async with staged(tmp_path, plugins(good=Good, blocks=Blocks), dispatch=HASTY) as stage:
        subject(stage, "blocks").seconds = 0
        (event,) = (await stage.deliver(making.message("hello", "71"))).new
        await stage.until_state(event.id, "good", "done")
        admin = f"http://127.0.0.1:{stage.gateway.admin_port}"
        shown = await invoke("plugins", admin=admin)
        assert "quarantined" in shown.stdout
        assert "blocks is in quarantine: it kept the loop; --resume blocks releases it" in shown.stderr
        assert subject(stage, "blocks").calls == 0
        assert (await invoke("plugins", "--resume", "blocks", admin=admin)).exit_code == 0
        await stage.until_state(event.id, "blocks", "done")
        assert json.loads((tmp_path / "data/quarantine.json").read_bytes()) == {}


async def test_one_that_fails_at_every_trial_is_held_too_and_its_work_waits(tmp_path):
    async with staged(tmp_path, plugins(good=Good, raises=Raises), dispatch=HASTY) as stage:
        new = (await stage.deliver(*(making.message("hello", person=str(number)) for number in range(71, 91)))).new
        await stage.until(lambda: lane(stage, "raises").quarantined, 30)
        assert "ZeroDivisionError" in lane(stage, "raises").quarantined
        for event in new:
            await stage.until_state(event.id, "good", "done")
        subject(stage, "raises").broken = False
        await stage.gateway.steering.resume("raises")

        async def all_done():
            states = {event.id: await stage.state(event.id, "raises") for event in new}
            await stage.gateway.journal.replay([id_ for id_, one in states.items() if one == "parked"], "raises", False)
            return set(states.values()) == {"done"}

        await stage.until(all_done, 30)


@pytest.mark.slow(20)
async def test_one_that_never_gives_the_loop_back_is_held_after_the_program_was_killed(tmp_path):
    command = [sys.executable, "-m", "tests.pagewire_gateway.isolation.victim", tmp_path]
    file = tmp_path / "data/quarantine.json"
    hung = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(60):
        while not (file.exists() and b"hangs" in file.read_bytes()):
            await asyncio.sleep(0.05)
        hung.kill()
        await hung.wait()
        again = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await again.communicate()
    assert (again.returncode, said) == (0, b"here I am\n")


@pytest.mark.slow(20)
async def test_code_that_lets_no_thread_run_is_seen_too(tmp_path):
    class Backtracks:
        @hookimpl
        async def message_received(self, event):
            re.match(r"(a+)+$", "a" * 24 + "b")

    async with staged(tmp_path, plugins(good=Good, backtracks=Backtracks), dispatch=HASTY) as stage:
        await stage.deliver(*(making.message("hello", person=str(number)) for number in range(71, 91)))
        await stage.until(lambda: lane(stage, "backtracks").quarantined, 60)


def test_a_machine_that_is_busy_elsewhere_is_nobodys_fault():
    assert culprit([None, None, "blocks", None], 0.7) is None
    assert culprit(["blocks", "blocks", "good", "blocks"], 0.7) == "blocks"
    assert culprit([], 0.7) is None


def test_code_is_told_apart_also_within_one_package():
    found = plugins(good=Good, blocks=Blocks)
    seen = []

    class Looks:
        @hookimpl
        def message_received(self, event):
            import sys

            seen.append(owners.of(sys._getframe()))

    owners = Owners({**found, **plugins(looks=Looks)})
    Looks().message_received(None)
    assert seen == ["looks"]
    assert owners.of(None) is None


@pytest.mark.parametrize("text", [b"", b"[]", b"{"])
def test_a_file_that_cannot_be_read_holds_nobody(tmp_path, text):
    (tmp_path / "quarantine.json").write_bytes(text)
    assert Quarantine(tmp_path).reasons == {}

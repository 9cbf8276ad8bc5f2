"""The programs are told to stop while they still open what they need: they end at once, well, and can be started again."""

import asyncio
import itertools
import os
import sys

import apsw
import httpx
import pytest

from tests.pagewire_gateway import making
from tests.ports import free_port
from tests.whole.crowd import Crowd, Process, gathered
from tests.whole.system import QUICK, GatewayProcess, die_with_parent


@pytest.mark.parametrize("role", ["serve", "work"])
async def test_a_process_that_waits_for_nats_stops_when_told(tmp_path, role):
    making.write(tmp_path / "manifests", making.page_manifest())
    process = Process(
        role, tmp_path / "one", {**os.environ, **QUICK, "PAGEWIRE_JOURNAL": f"nats://127.0.0.1:{free_port()}"}
    )
    starting = asyncio.ensure_future(process.start())
    await until_alive(process)
    assert await process.stop() == 0
    with pytest.raises(RuntimeError, match="ended"):
        await starting
    assert "Traceback" not in process.said()


async def test_a_gateway_that_waits_for_a_file_stops_when_told_and_starts_again(tmp_path):
    making.write(tmp_path / "manifests", making.page_manifest())
    gateway = GatewayProcess(tmp_path, "http://127.0.0.1:9", {})
    (tmp_path / "data").mkdir()
    held = apsw.Connection(str(tmp_path / "data" / "people.db"))
    held.execute("begin exclusive")
    await gateway.launch()
    async with asyncio.timeout(60):
        while not (tmp_path / "data" / "journal.db-wal").exists():
            await asyncio.sleep(0.02)
    assert await gateway.stop() == 0
    assert (tmp_path / "gateway.log").read_text() == ""
    held.execute("rollback")
    held.close()
    await gateway.start()
    assert await gateway.stop() == 0


async def until_alive(process: Process) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        while not await process.answers(client, "/healthz"):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "command",
    [
        ("pagewire_gateway.cli", "simulate", "--port", "0", "--manifests"),
        ("pagewire_operator", "--listen", "127.0.0.1:0", "--kubeconfig"),
    ],
    ids=["simulate", "operate"],
)
async def test_a_program_that_reads_its_files_stops_when_told(tmp_path, command):
    pipe = tmp_path / "manifests.yaml"
    os.mkfifo(pipe)
    where = tmp_path if "simulate" in command else pipe
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command, str(where)), stderr=asyncio.subprocess.PIPE, preexec_fn=die_with_parent
    )
    # It can be opened for writing once the program reads it; then the program waits for what is never written.
    with await asyncio.to_thread(pipe.open, "wb"):
        process.terminate()
        async with asyncio.timeout(60):
            _, complained = await process.communicate()
    assert (process.returncode, complained) == (0, b"")


@pytest.mark.slow(20)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("gone", ["killed", "frozen"])
async def test_processes_stop_well_though_nats_is_gone_in_the_middle_of_their_work(tmp_path, own_nats, gone):
    # Requests and hooks get three seconds here, so whoever waits for NATS for ever is told from who waits for them.
    async with gathered(tmp_path, own_nats, PAGEWIRE_STOP_GRACE="3") as crowd:
        processes = [await crowd.serve("front"), await crowd.work("worker")]
        talking = asyncio.ensure_future(talk(crowd))
        await crowd.sim.wait_for_sends(20, timeout=90)
        own_nats.kill() if gone == "killed" else own_nats.freeze()
        codes = await asyncio.gather(*(one.stop() for one in processes))
        talking.cancel()
        assert codes == [0, 0], [one.said()[-3000:] for one in processes]
        if gone == "frozen":
            own_nats.thaw()


async def talk(crowd: Crowd) -> None:
    """So that everything is at work."""
    for number in itertools.count():
        await crowd.sim.say(making.PAGE, f"person {number % 20}", f"no {number}")
        await asyncio.sleep(0.01)

"""Being told to stop, by signals to a program of its own."""

import asyncio
import signal
import sys

import pytest

from tests.whole.system import die_with_parent

SLOW = """
import asyncio
from pagewire.stopping import leaving_at_once, until_told

async def program():
    print("opening", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("closing", flush=True)
        await asyncio.to_thread(input)
        print("closed", flush=True)

with leaving_at_once():
    asyncio.run(until_told(program()))
    print("left", flush=True)
"""
EARLY = """
from pagewire.stopping import leaving_at_once

with leaving_at_once():
    print("reading", flush=True)
    input()
"""
FAILING = """
import asyncio
from pagewire.stopping import until_told

async def program():
    raise OSError("no such port")

asyncio.run(until_told(program()))
"""


async def begun(source: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", source),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_program_that_is_told_closes_what_it_opened_however_often_it_is_told(number):
    process = await begun(SLOW)
    assert await line(process) == "opening"
    process.send_signal(number)
    assert await line(process) == "closing"
    process.send_signal(number)
    said, complained = await process.communicate(b"\n")
    assert (said.decode().split(), complained, process.returncode) == (["closed", "left"], b"", 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_program_that_has_opened_nothing_leaves_at_once(number):
    process = await begun(EARLY)
    assert await line(process) == "reading"
    process.send_signal(number)
    async with asyncio.timeout(60):
        assert await process.stderr.read() == b""
        assert await process.wait() == 0


async def test_a_program_that_fails_says_so():
    process = await begun(FAILING)
    _, complained = await process.communicate()
    assert process.returncode == 1
    assert complained.decode().splitlines()[-1] == "OSError: no such port"

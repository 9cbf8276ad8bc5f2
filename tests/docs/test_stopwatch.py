"""From the template to a plugin that answers in the chat page, by the how-to alone: how many commands, and how many files.

The commands are those of the page as they stand, but for what installs: the distributions are here already, and what
`pip install -e .` leaves of the plugin is made by hand. A person in a real browser says hello.
"""

import asyncio
import os
import re
import shlex
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import page
from tests.docs.test_write_a_plugin import PAGE, blocks
from tests.ports import free_port

__all__ = ["page"]

COUNT = re.compile(r"\*\*(\d+) commands, (\d+) files touched\*\*.*?\*\*(\d+) file\*\*", re.DOTALL)


def commands() -> list[list[str]]:
    (block,) = blocks("sh")
    return [shlex.split(line) for line in block.splitlines()]


def install(folder: Path) -> None:
    """What an editable install leaves: where the package is, and its entry points."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "src" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    ((group, points),) = project["entry-points"].items()
    lines = (f"{name} = {where}" for name, where in points.items())
    (info / "entry_points.txt").write_text("\n".join((f"[{group}]", *lines)))


async def started(command: list[str], folder: Path) -> asyncio.subprocess.Process:
    """A command, with the programs of this environment."""
    module = {"pagewire": "pagewire_gateway.cli", "pytest": "pytest"}[command[0]]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(folder / "src")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *command[1:], cwd=folder, env=environ, stdout=asyncio.subprocess.PIPE
    )


@asynccontextmanager
async def trying(command: list[str], folder: Path) -> AsyncIterator[str]:
    """`pagewire plugins try`, as long as the block lasts; gives the address it prints."""
    process = await started([*command, "--port", str(free_port())], folder)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            said = (await process.stdout.readline()).decode()
        yield re.search(r"chat with it at (\S+)", said)[1]  # type: ignore[index]
    finally:
        process.terminate()
        await process.communicate()


async def says(page: Page, text: str, nth: int) -> str:
    """What is answered to the text, as it stands on the page."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")
    bubble = page.locator(".theirs .bubble").nth(nth)
    await expect(bubble).to_be_visible(timeout=30_000)
    return str(await bubble.text_content())


@pytest.mark.slow(25)
@pytest.mark.timeout(180)
async def test_by_the_page_alone_it_answers_in_the_browser_and_the_page_counts_right(
    page: Page, tmp_path: Path
) -> None:
    steps, folder = commands(), tmp_path
    *before, last = steps
    for command in before:
        if command[0] == "cd":
            folder /= command[1]
        elif command[0] == "pip":
            install(folder) if "-e" in command else None
        else:
            process = await started(command, folder)
            said, _ = await process.communicate()
            assert process.returncode == 0, said.decode()
    async with trying(last, folder) as url:
        await page.goto(url)
        await expect(page.locator("#link")).to_have_text("live")
        assert await says(page, "hello there", 0) == "Hello from opening-hours!"
    changed = folder / "config.yaml"
    changed.write_text(changed.read_text().replace("Hello from opening-hours!", "We open at nine."))
    async with trying(last, folder) as url:
        await page.goto(url)
        await expect(page.locator("#link")).to_have_text("live")
        assert await says(page, "hello there", 0) == "We open at nine."
    counted = COUNT.search(PAGE)
    assert counted is not None
    assert [int(count) for count in counted.groups()] == [len(steps), 0, 1]

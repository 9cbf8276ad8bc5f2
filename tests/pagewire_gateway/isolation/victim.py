"""A gateway with a plugin that never gives the event loop back, and one that answers: ``python -m ... FOLDER``."""

import asyncio
import sys
from pathlib import Path

from pagewire import Text, hookimpl
from pagewire_gateway.trying import trying
from tests.pagewire_gateway.stage import plugins


class Hangs:
    @hookimpl
    async def message_received(self, event):
        while True:
            pass


class Answers:
    @hookimpl
    async def message_received(self, event):
        return Text(text="here I am")


async def main(folder: Path) -> None:
    async with trying(plugins(answers=Answers, hangs=Hangs), {"hangs": None, "answers": None}, folder) as tried:
        await tried.say("hello")
        print(*await tried.replies(1), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

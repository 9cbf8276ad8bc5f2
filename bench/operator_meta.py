"""Meta in a process of its own, with every Page of the bench and nothing set on any of them.

    python -m bench.operator_meta PAGES PORT

Its rate limits are off: what is measured is the operator, which keeps within a budget of its own.
"""

import asyncio
import signal
import sys

import uvloop

from bench.operator_pages import documents
from pagewire.simulator import Simulator, unlimited
from pagewire.simulator.manifests import seed
from pagewire.simulator.settings.bare import bare


async def serve(pages: int, port: int) -> None:
    """Answer until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with Simulator(bare(seed(documents(pages)).world), port=port, limits=unlimited()):
        await stopped.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(sys.argv[1]), int(sys.argv[2])))

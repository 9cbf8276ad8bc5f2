"""The operator at size, beside the least that kopf can do: from apply to Ready, Secret to Ready, steady work, memory; in one run.

    python -m bench.operator [PAGES ...]

A real API server with RBAC, Meta and the operator are processes of their own. Every Page has a token in a Secret, five fields
and a profile of two properties. The bare operator (bench/operator_bare.py) watches the Pages and writes each a status, once.
All share one machine, so counts and processor time say more than wall time. `make kube` builds the API server.
"""

import asyncio
import sys
from collections.abc import Awaitable
from typing import Final, TypeVar

from bench.operator_changes import Changes, changes
from bench.operator_pages import create
from bench.operator_phases import phase
from bench.operator_start import Start, bare, clean_start, warm
from bench.operator_steady import Steady, steady
from bench.operator_table import Found, table
from bench.operator_town import town
from bench.operator_watch import Onlooker

T = TypeVar("T")

PAGES: Final = (500, 5000)


async def measure(pages: int) -> Found:
    """Everything for so many Pages. Each part is printed when it is there, so that one that fails takes no other along."""
    start, changed, still = await _ours(pages)
    own = await _told(warm(pages, own=True))
    bare_start, bare_again = await _told(bare(pages))
    return Found(
        pages=pages,
        start=start,
        changes=changed,
        steady=still,
        warm=own,
        bare_start=bare_start,
        bare_again=bare_again,
        bare_warm=await _told(warm(pages, own=False)),
    )


async def _ours(pages: int) -> tuple[Start, Changes, Steady]:
    async with town(pages) as here:
        async with phase("everything is applied", pages):
            await create(here.client, pages)
        async with Onlooker(here.client) as onlooker:
            operator = here.ours()
            async with phase("a clean start", pages):
                start = await _told(clean_start(here, onlooker, pages, operator))
                await operator.until_idle()
            async with phase("Secrets change", pages):
                changed = await _told(changes(here, onlooker, pages))
                await operator.until_idle()
                await operator.stop()
        async with phase("nothing changes", pages):
            return start, changed, await _told(steady(here, pages))


async def _told(measuring: Awaitable[T]) -> T:
    found = await measuring
    print(f"         {found}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    found = []
    for pages in [int(word) for word in sys.argv[1:]] or PAGES:
        found.append(asyncio.run(measure(pages)))
        print(f"\n{pages} Pages are done; the table so far:\n\n{table(found)}", flush=True)


if __name__ == "__main__":
    main()

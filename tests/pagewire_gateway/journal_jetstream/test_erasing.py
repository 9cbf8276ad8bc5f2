"""Who is forgotten stands nowhere any more: not in the files of any process, not in snapshots, not on the disk of the server."""

import asyncio
import itertools
from pathlib import Path

from tests.contracts.journal_forgetting import SECRET_WORDS, commented
from tests.contracts.journal_world import ANN, BOB, LANE, TALK, append, lease, mark, reply, said, waiting
from tests.nats.servers import Server
from tests.pagewire_gateway.journal_jetstream.world import Town


def _holding(words: str, *folders: Path) -> list[str]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if words.encode() in path.read_bytes()]


async def _chatter(journal) -> None:
    """Others write all the time."""
    for number in itertools.count():
        await append(journal, said(f"c-{number}", person=BOB))


async def test_words_of_the_forgotten_are_in_no_file(lonely: Town, own_nats: Server):
    async with lonely.journal("ours") as ours, lonely.journal("theirs") as theirs:
        await ours.open_lanes([LANE])
        event = (await append(ours, said("a", text=SECRET_WORDS), commented())).new[0]
        other = (await append(ours, said("b", person=BOB))).new[0]
        await ours.settle([mark(event.seq, "done", reply("r-1"))], await lease(ours))
        await theirs.stats()
        assert _holding(SECRET_WORDS, own_nats.store)
        await ours.snapshot()
        await ours.forget(TALK, other.seq, "d-1")
        going_on = asyncio.ensure_future(_chatter(theirs))
        assert await ours.scrub()
        going_on.cancel()
        await theirs.stats()
        assert await theirs.scrub()
        assert _holding(SECRET_WORDS, own_nats.store, lonely.folder) == []
        assert _holding(ANN, own_nats.store, lonely.folder) == []
        assert (await waiting(theirs))[0] == other.seq

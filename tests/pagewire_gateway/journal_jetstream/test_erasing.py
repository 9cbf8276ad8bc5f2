"""Who is forgotten stands nowhere any more: not in the files of any process, not in snapshots, not on the disk of the server."""

import asyncio
import itertools
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import apsw
import msgspec
import pytest

from pagewire.events import Conversation
from pagewire_gateway.journal.jetstream import Deployment, JetStreamJournal, leavings
from pagewire_gateway.journal.port import EventFilter, JournalUnavailable
from pagewire_gateway.journal.sqlite import scrubbing
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.workers.answering import Answering
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.front import Front
from pagewire_gateway.workers.places import Places
from tests.contracts.journal_forgetting import SECRET_WORDS, commented
from tests.contracts.journal_world import ANN, BOB, LANE, PAGE, TALK, append, lease, mark, reply, said, waiting
from tests.nats.servers import Server
from tests.pagewire_gateway.journal_jetstream.world import SMALL, Town


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


@asynccontextmanager
async def _all_partitions(town: Town, url: str) -> AsyncIterator[tuple[Deployment, Front, list[JetStreamJournal]]]:
    """Every partition with who answers for it, and the front that asks them."""
    link = Nats(url, town.prefix)
    await link.start()
    async with town.deployment() as deployment, AsyncExitStack() as stack:
        stack.push_async_callback(link.aclose)
        journals = [deployment.journal(number, town.folder / str(number)) for number in range(deployment.partitions)]
        for number, journal in enumerate(journals):
            await journal.start()
            stack.push_async_callback(journal.aclose)
            answering = Answering(link, number, SimpleNamespace(journal=journal))
            await answering.start()
            stack.push_async_callback(answering.stop)
        places = Places(link)
        await places.start()
        yield deployment, Front(link, deployment, Asking(link, deployment.partitions), places), journals


async def test_a_busy_partition_keeps_no_words_in_the_others_and_is_asked_again(
    lonely: Town, own_nats: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scrubbing, "_TRIES", 2)
    lonely.layout = msgspec.structs.replace(SMALL, partitions=2)
    async with _all_partitions(lonely, own_nats.url) as (deployment, front, journals):
        people = [str(24000000000000001 + number) for number in range(64)]
        whose = {deployment.partition_of_parts("page", PAGE, person): person for person in people}
        for number, journal in enumerate(journals):
            await append(journal, said(f"m-{number}", person=whose[number], text=SECRET_WORDS))
        upto = await front.ends()
        for person in whose.values():
            assert (await front.forget(Conversation("page", PAGE, person), upto, f"d-{person}")).events == 1
        reader = apsw.Connection(str(lonely.folder / "0" / "lonely-journal-0.db"), flags=apsw.SQLITE_OPEN_READONLY)
        reader.execute("begin; select count(*) from event").fetchall()
        assert not await front.scrub()
        free = [own_nats.store / "jetstream" / "$G" / "streams" / "lonely-journal-1", lonely.folder / "1"]
        assert _holding(SECRET_WORDS, *free) == []
        reader.close()
        assert await front.scrub()
        assert _holding(SECRET_WORDS, own_nats.store, lonely.folder) == []


async def _killed_in_an_upload(own_nats: Server) -> None:
    """kill -9 while a snapshot is stored: some of it is, and no entry names it."""
    command = [sys.executable, "-m", "tests.pagewire_gateway.journal_jetstream.uploader"]
    arguments = [own_nats.url, "lonely", "lonely-journal-0"]
    victim = await asyncio.create_subprocess_exec(*command, *arguments, stdout=asyncio.subprocess.PIPE)
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"half\n"
    victim.kill()
    await victim.wait()


async def test_what_a_killed_upload_left_is_purged_before_an_erasure_is_done(
    lonely: Town, own_nats: Server, monkeypatch: pytest.MonkeyPatch
):
    async with lonely.journal("ours") as journal:
        await append(journal, said("b", person=BOB))
        await journal.snapshot()
        await _killed_in_an_upload(own_nats)
        assert not await journal.scrub(), "nobody knows yet whether this upload is still at work"
        assert _holding(SECRET_WORDS, own_nats.store)
        monkeypatch.setattr(leavings, "_OLD", timedelta(seconds=-2))
        assert await journal.scrub()
        assert _holding(SECRET_WORDS, own_nats.store) == []
    async with lonely.journal("fresh") as fresh:
        assert len(await fresh.events(EventFilter())) == 1, "the snapshot that is needed stays whole"


async def test_what_a_killed_upload_left_is_purged_with_the_next_snapshot(
    lonely: Town, own_nats: Server, monkeypatch: pytest.MonkeyPatch
):
    async with lonely.journal("ours") as journal:
        await append(journal, said("b", person=BOB))
        await _killed_in_an_upload(own_nats)
        monkeypatch.setattr(leavings, "_OLD", timedelta(seconds=-2))
        await journal.snapshot()
        monkeypatch.undo()
        assert await journal._replica.snapshots.tidy(), "nothing is left, young or old"
        assert len(await journal._replica.snapshots.known()) == 1


async def test_an_upload_that_was_taken_for_left_behind_drops_no_other_snapshot(
    lonely: Town, own_nats: Server, monkeypatch: pytest.MonkeyPatch
):
    async with lonely.journal("ours") as journal:
        await append(journal, said("b", person=BOB))
        kept, snapshots = await journal.snapshot(), journal._replica.snapshots
        pipe = lonely.folder / "pipe"
        os.mkfifo(pipe)
        end = os.open(pipe, os.O_RDWR)
        uploading = asyncio.ensure_future(snapshots._put("0.00000000000000000009", pipe))
        await asyncio.to_thread(os.write, end, b"." * (160 << 10))
        while await snapshots.tidy():
            await asyncio.sleep(0.05)
        monkeypatch.setattr(leavings, "_OLD", timedelta(seconds=-2))
        assert await snapshots.tidy()
        os.close(end)
        with pytest.raises(JournalUnavailable, match="taken again"):
            await uploading
        assert await snapshots.known() == [kept]

"""Odd answers and a disk that says no: what follows and what publishes tells of it, and goes on."""

import asyncio
import json
import shutil

import pytest
from nats.aio.msg import Msg

from pagewire_gateway.journal.jetstream.following import Follower
from pagewire_gateway.journal.jetstream.publishing import Letter, Publisher
from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.shared.connection import Nats
from tests.contracts.journal_world import LANE, TALK, append, lease, said, sent, settle_with_replies
from tests.nats.servers import Server
from tests.pagewire_gateway.journal_jetstream.test_faults import _appended, _forget_since, _mids
from tests.pagewire_gateway.journal_jetstream.world import Town

PATIENCE = 60


@pytest.fixture
async def link(nats_url: str, nats_prefix: str):
    nats = Nats(nats_url, nats_prefix)
    await nats.start()
    yield nats
    await nats.aclose()


class Babbler:
    """Somebody else who answers on a subject, with what is no answer."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    async def answer(self, message: Msg) -> None:
        await message.respond(b"no JSON")
        self.heard.set()


async def test_an_answer_that_cannot_be_read_is_published_again(link: Nats, nats_prefix: str):
    babbler, subject = Babbler(), f"{nats_prefix}.odd"
    ear = await link.client.subscribe(subject, cb=babbler.answer)
    publisher = Publisher(link, PATIENCE)
    publisher.start()
    stored = publisher.put([Letter(subject, b"words", "id")])
    await babbler.heard.wait()
    await ear.unsubscribe()
    await link.js.add_stream(name=f"{nats_prefix}-odd", subjects=[subject])
    try:
        async with asyncio.timeout(PATIENCE):
            assert [receipt.sequence for receipt in await stored] == [1]
            await publisher.aclose()
    finally:
        await link.js.delete_stream(f"{nats_prefix}-odd")


async def test_answers_that_are_never_read_end_with_the_patience_and_closing_ends(link: Nats, nats_prefix: str):
    subject = f"{nats_prefix}.odd"
    await link.client.subscribe(subject, cb=Babbler().answer)
    publisher = Publisher(link, 1.0)
    publisher.start()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(JournalUnavailable, match="answers oddly"):
            await publisher.put([Letter(subject, b"words", "id")])
        await publisher.aclose()


async def test_a_file_that_cannot_be_put_aside_is_tried_again(
    lonely: Town, own_nats: Server, caplog: pytest.LogCaptureFixture
):
    async with lonely.journal("ours") as journal:
        await append(journal, said("a"))
        own_nats.stop()
        shutil.copytree(own_nats.store / "jetstream", own_nats.store / "before")
        own_nats.start()
        await asyncio.to_thread(own_nats.wait)
        await _appended(journal, ["lost"])
        in_the_way = lonely.folder / "ours" / "lonely-journal-0.db.lost"
        (in_the_way / "something").mkdir(parents=True)
        await _forget_since(own_nats)
        async with asyncio.timeout(PATIENCE):
            while "could not be replaced" not in caplog.text:
                await asyncio.sleep(0.05)
            shutil.rmtree(in_the_way)
            await _appended(journal, ["b"])
            while await _mids(journal) != ["a", "b"]:
                await asyncio.sleep(0.05)


def _restart_without_jetstream(server: Server) -> str:
    """So that nobody but the babbler answers; returns the configuration to go back to."""
    config = server._config.read_text()
    server.kill()
    server._config.write_text(
        json.dumps({name: value for name, value in json.loads(config).items() if name != "jetstream"})
    )
    server.start()
    server.wait()
    return config


async def test_a_stream_is_followed_again_after_an_answer_that_cannot_be_read(own_nats: Server):
    link, babbler, room, taken = Nats(own_nats.url, "lonely"), Babbler(), asyncio.Event(), []
    await link.start()
    room.set()
    await link.js.add_stream(name="lonely-followed", subjects=["lonely.followed"])
    follower = Follower(link, "lonely-followed", lambda place, *_: taken.append(place), lambda: None, room)
    await follower.start(0)
    await link.js.publish("lonely.followed", b"1")
    ear = await link.client.subscribe("$JS.API.STREAM.INFO.lonely-followed", cb=babbler.answer)
    async with asyncio.timeout(2 * PATIENCE):
        config = await asyncio.to_thread(_restart_without_jetstream, own_nats)
        await babbler.heard.wait()
        await ear.unsubscribe()
        own_nats._config.write_text(config)
        await asyncio.to_thread(own_nats.restart)
        while not link.connected:
            await asyncio.sleep(0.05)
        await link.js.publish("lonely.followed", b"2")
        while taken != [1, 2]:
            await asyncio.sleep(0.05)
    await follower.aclose()
    await link.aclose()


async def test_what_cannot_be_written_fails_and_its_company_does_not(town: Town):
    async with town.journal("here") as journal:
        await journal.open_lanes([LANE])
        await settle_with_replies(journal, "r-1", "r-2", "r-3")
        held = await lease(journal)
        mids = ("m_1", object(), "m_3")
        asked = (journal.record([sent(f"r-{number}", mid)], held) for number, mid in enumerate(mids, 1))
        async with asyncio.timeout(PATIENCE):
            _, wrong, _ = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(wrong, JournalError)
        assert await journal.mids(TALK, 0) == {"m_1", "m_3"}

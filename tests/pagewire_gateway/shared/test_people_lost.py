"""A server that lost power has forgotten the last changes to people: the copies still know, and go on."""

import asyncio
import shutil
from pathlib import Path

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.people import SharedStore
from tests.nats.servers import Server


async def _put(store: SharedStore, name: str, value: str) -> None:
    await store.run(lambda db: db.execute("insert or replace into meta (name, value) values (?, ?)", (name, value)))


async def _of(store: SharedStore, name: str) -> str | None:
    found = await store.run(lambda db: db.execute("select value from meta where name = ?", (name,)).fetchone())
    return found[0] if found else None


async def _open(folder: Path, url: str) -> tuple[SharedStore, Nats]:
    nats = Nats(url, "lonely")
    await nats.start()
    store = SharedStore(folder, nats)
    await store.start()
    return store, nats


async def test_what_the_server_forgot_of_people_is_told_it_again(own_nats: Server, tmp_path: Path):
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    await _put(ours, "a", "1")
    stream = own_nats.store / "jetstream" / "$G" / "streams" / "lonely-people"
    own_nats.stop()
    shutil.copytree(stream, own_nats.store / "before")
    own_nats.start()
    await asyncio.to_thread(own_nats.wait)
    while not link.connected:
        await asyncio.sleep(0.05)
    await _put(ours, "lost", "2")
    await ours.aclose()
    await link.aclose()
    own_nats.kill()
    shutil.rmtree(stream)
    shutil.copytree(own_nats.store / "before", stream)
    own_nats.start()
    await asyncio.to_thread(own_nats.wait)
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    theirs, their_link = await _open(tmp_path / "theirs", own_nats.url)
    try:
        await _put(ours, "b", "3")
        await theirs.catch_up()
        assert [await _of(theirs, name) for name in ("a", "lost", "b")] == ["1", "2", "3"]
        await _put(theirs, "c", "4")
        await ours.catch_up()
        assert await _of(ours, "c") == "4"
    finally:
        for store, nats in ((ours, link), (theirs, their_link)):
            await store.aclose()
            await nats.aclose()

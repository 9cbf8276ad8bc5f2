"""The changes to people are lost or replaced on the server: copies tell what they know, or begin anew, and never mix the two."""

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


async def _closed(store: SharedStore, link: Nats) -> None:
    await store.aclose()
    await link.aclose()


async def test_a_copy_of_a_stream_that_was_replaced_begins_anew(own_nats: Server, tmp_path: Path):
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    await _put(ours, "old", "1")
    await _closed(ours, link)
    link = Nats(own_nats.url, "lonely")
    await link.start()
    await link.js.delete_stream("lonely-people")
    await link.aclose()
    theirs, their_link = await _open(tmp_path / "theirs", own_nats.url)
    for name in ("a", "b", "c"):
        await _put(theirs, name, "2")
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    try:
        assert [await _of(ours, name) for name in ("old", "a", "b", "c")] == [None, "2", "2", "2"]
        await _put(ours, "d", "3")
        await theirs.catch_up()
        assert await _of(theirs, "d") == "3"
    finally:
        await _closed(ours, link)
        await _closed(theirs, their_link)


async def test_a_stream_that_was_lost_whole_is_told_again(own_nats: Server, tmp_path: Path):
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    await _put(ours, "old", "1")
    await link.js.delete_stream("lonely-people")
    await _closed(ours, link)
    ours, link = await _open(tmp_path / "ours", own_nats.url)
    theirs, their_link = await _open(tmp_path / "theirs", own_nats.url)
    try:
        assert [await _of(store, "old") for store in (ours, theirs)] == ["1", "1"]
        await _put(ours, "a", "2")
        await theirs.catch_up()
        assert await _of(theirs, "a") == "2"
    finally:
        await _closed(ours, link)
        await _closed(theirs, their_link)


async def test_processes_that_start_together_make_one_stream(own_nats: Server, tmp_path: Path):
    pairs = await asyncio.gather(*(_open(tmp_path / name, own_nats.url) for name in "abcd"))
    try:
        await _put(pairs[0][0], "a", "1")
        for store, _ in pairs:
            await store.catch_up()
        assert [await _of(store, "a") for store, _ in pairs] == ["1"] * 4
    finally:
        for store, link in pairs:
            await _closed(store, link)

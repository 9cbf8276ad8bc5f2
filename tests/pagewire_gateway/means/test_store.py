"""What a plugin keeps through its context: over repeats, restarts and deletions of people."""

import asyncio
import json

import pytest

from pagewire import Text, hookimpl
from pagewire.people import ScopedId
from pagewire.stores import LARGEST_VALUE, StoreError
from pagewire.wire import read
from pagewire_gateway.app import now
from pagewire_gateway.means.bound import BoundStore
from pagewire_gateway.means.data import Place
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged

ANN = ScopedId("page", making.PAGE, "71")


class Counter:
    """Tells each person how often they wrote, and keeps how many messages the Page got."""

    @hookimpl
    async def message_received(self, event, context):
        count = await context.store.change("count", lambda seen: seen + 1, default=0)
        await context.account_store.change("total", lambda seen: seen + 1, default=0)
        return Text(text=f"number {count}")

    @hookimpl
    async def feed_changed(self, event, context):
        await context.store.get("count")


class Remembering(Counter):
    """Reads what it kept when a person has to go, once it works."""

    def __init__(self):
        self.broken = True
        self.found = None

    @hookimpl
    async def person_deleted(self, person, context):
        if self.broken:
            raise OSError("the other system is away")
        self.found = await context.store.get("count")
        await context.store.put("late", "said by the hook itself")


def place(plugin, who=ANN):
    return Place(plugin, *who)


@pytest.fixture
async def store(tmp_path):
    data = PluginFile(tmp_path, now)
    await data.start()
    yield BoundStore(data, place("counter"), lambda: False)
    await data.aclose()


async def texts(stage, count):
    await stage.sim.wait_for_sends(count)
    return [send.message["text"] for send in stage.sim.sends]


async def test_what_is_kept_survives_a_restart(tmp_path):
    async with staged(tmp_path, plugins(counter=Counter)) as stage:
        for _ in range(2):
            await stage.sim.say(making.PAGE, "ann", "hello")
        assert await texts(stage, 2) == ["number 1", "number 2"]
    async with staged(tmp_path, plugins(counter=Counter)) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        assert await texts(stage, 1) == ["number 3"]
        await stage.sim.say(making.PAGE, "ben", "hello")
        assert await texts(stage, 2) == ["number 3", "number 1"]
        total = await stage.gateway.common.means.data.read(Place("counter", "page", making.PAGE), "total")
        assert total.value == b"4"


async def test_a_person_is_forgotten_at_once_by_plugins_without_a_hook_and_by_others_after_it(tmp_path):
    async with staged(tmp_path, plugins(counter=Counter, remembering=Remembering)) as stage:
        (stored,) = (await stage.deliver(making.message("hello", "71"))).new
        for name in ("counter", "remembering"):
            await stage.until_state(stored.id, name, "done")
        data = stage.gateway.common.means.data
        request = await stage.gateway.deletion.request([ANN], "operator")

        async def parked():
            status = await stage.gateway.deletion.status(request)
            return any(one.state == "parked" for one in status.receipts)

        await stage.until(parked)
        assert await data.keys(place("counter")) == []
        assert await data.keys(place("remembering")) == ["count"]

        subject = stage.gateway.plugins["remembering"].hooks["person_deleted"].function.__self__
        subject.broken = False
        await stage.gateway.deletion.retry(request)

        async def done():
            return (await stage.gateway.deletion.status(request)).state == "done"

        await stage.until(done)
        assert subject.found == 1
        assert await data.keys(place("remembering")) == []
        assert (await stage.gateway.deletion.status(request)).removed["plugin_data"] == 1


async def test_nothing_is_kept_for_whom_asked_to_be_forgotten(store):
    late = BoundStore(store._data, place("counter"), lambda: True)
    with pytest.raises(Exception, match="asked to be forgotten"):
        await late.put("count", 1)
    assert await store.keys() == ()


async def test_an_event_without_a_person_says_where_to_keep_things(tmp_path):
    async with staged(tmp_path, plugins(counter=Counter)) as stage:
        change = {"field": "feed", "value": {"item": "post", "verb": "add", "post_id": "1_2"}}
        body = {"object": "page", "entry": [{"id": making.PAGE, "time": making.NOW, "changes": [change]}]}
        items = read(json.dumps(body).encode(), now()).items
        (stored,) = (await stage.gateway.journal.append(items, now(), "support/acme")).new
        await stage.until_state(stored.id, "counter", "parked")
        assert "context.account_store" in (await stage.view(stored.id)).lanes["counter"].error


async def test_values_come_back_as_plain_json_with_their_revision(store):
    revision = await store.put("talk", {"steps": [1, "two"], "open": True})
    entry = await store.entry("talk")
    assert (entry.value, entry.revision) == ({"steps": [1, "two"], "open": True}, revision)
    assert await store.replace("talk", 1, revision=revision) is not None
    assert await store.replace("talk", 2, revision=revision) is None
    assert await store.get("talk") == 1
    assert await store.get("nothing", "else") == "else"


async def test_many_changes_at_once_all_count(store):
    await asyncio.gather(*(store.change("count", lambda seen: seen + 1, default=0) for _ in range(30)))
    assert await store.get("count") == 30


@pytest.mark.parametrize("key", ["", "with space", "..", ".a", "a.", "ü", "x" * 129, "a*"])
async def test_what_is_no_key_is_refused(store, key):
    for asked in (store.get(key), store.put(key, 1), store.delete(key)):
        with pytest.raises(StoreError, match="a key is at most"):
            await asked


async def test_what_cannot_be_kept_is_refused(store):
    for value in (object(), "x" * LARGEST_VALUE):
        with pytest.raises(StoreError):
            await store.put("k", value)
    with pytest.raises(StoreError, match="ttl"):
        await store.put("k", 1, ttl=0)
    for number in range(128):
        await store.put(f"k{number}", 1)
    with pytest.raises(StoreError, match="128 keys"):
        await store.put("more", 1)
    assert await store.keys("k12") == ("k12", "k120", "k121", "k122", "k123", "k124", "k125", "k126", "k127")

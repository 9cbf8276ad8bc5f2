"""Who is one person: what may be asserted, what stands against it, and what is restored when it is taken back."""

import asyncio

import httpx
import msgspec
import pytest

from pagewire import ExternalKey, LinkError, ScopedId, hookimpl
from pagewire_gateway.app import now
from pagewire_gateway.people import identities, links
from pagewire_gateway.people.links import Assertion, conflict
from pagewire_gateway.people.store import Store
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import DISPATCH, plugins, staged

ANN = ScopedId("page", making.PAGE, "24000000000000001")
ANN_TOO = ScopedId("page", making.PAGE, "24000000000000009")
ANN_IG = ScopedId("instagram", making.INSTAGRAM, "71000000000000001")
ANN_APP = ScopedId("app", making.APP_ID, "7300000000000001")
BOB = ScopedId("page", making.PAGE, "24000000000000002")
MAIL = ScopedId("key", "support/email", "5f" * 16)


@pytest.fixture
async def store(tmp_path):
    store = Store(tmp_path)
    await store.start()
    yield store
    await store.aclose()


def saying(number: int, one: ScopedId, other: ScopedId, by: str = "crm") -> Assertion:
    a, b = links.ordered(one, other)
    return Assertion(id=f"{number:032d}", a=a, b=b, ground="crm_id", by=by, event="e", at=number)


async def say(store, *of):
    return await store.run(lambda db: links.say(db, saying(*of)))


async def same(store, who):
    return set(await store.run(lambda db: links.everyone(db, [who])))


async def test_links_make_one_person_with_the_id_of_the_one_known_longest(store):
    for number, who in enumerate((ANN, ANN_IG, ANN_APP)):
        await store.run(lambda db, who=who, number=number: identities.ensure(db, who, number))
    origin = (await store.run(lambda db: identities.of(db, ANN))).origin
    assert (await say(store, 1, ANN_IG, ANN_APP)).person != origin
    done = await say(store, 2, ANN_IG, ANN)
    assert (done.linked, done.person, set(done.members)) == (True, origin, {ANN, ANN_IG, ANN_APP})
    assert await same(store, ANN_APP) == {ANN, ANN_IG, ANN_APP}


async def test_taking_back_restores_exactly_what_was_before(store):
    before = [(await say(store, 1, ANN, ANN_IG)).person, await same(store, ANN_APP)]
    await say(store, 2, ANN_IG, ANN_APP)
    assert await same(store, ANN) == {ANN, ANN_IG, ANN_APP}
    assert await store.run(lambda db: links.take_back(db, (ANN_APP, ANN_IG), "operator", 9)) == 1
    members = await store.run(lambda db: links.everyone(db, [ANN_IG]))
    assert [await store.run(lambda db: identities.person_id(db, members)), await same(store, ANN_APP)] == before
    history = await store.run(lambda db: links.history(db, [ANN_IG]))
    assert [(one.id[-1], one.undone, one.undone_by) for one in history] == [("1", 0, ""), ("2", 9, "operator")]


async def test_a_saying_counts_once_and_not_again_after_it_was_taken_back(store):
    await say(store, 1, ANN, ANN_IG)
    assert (await say(store, 1, ANN, ANN_IG)).linked
    await store.run(lambda db: links.take_back(db, (ANN, ANN_IG), "crm", 5))
    done = await say(store, 1, ANN, ANN_IG)
    assert (done.linked, done.reason) == (False, "it was taken back")
    assert (await say(store, 2, ANN, ANN_IG)).linked


async def test_what_an_operator_took_apart_stays_apart_until_an_operator_links_it(store):
    await say(store, 1, ANN, ANN_IG)
    await store.run(lambda db: links.take_back(db, (ANN, ANN_IG), "operator", 5))
    assert (await say(store, 2, ANN, ANN_IG)).reason == "an operator took these two apart"
    assert await same(store, ANN) == {ANN}
    assert (await say(store, 3, ANN, ANN_IG, "operator")).linked


async def test_a_plugin_takes_back_its_own_word_only(store):
    await say(store, 1, ANN, ANN_IG, "crm")
    assert await store.run(lambda db: links.take_back(db, (ANN, ANN_IG), "shop", 5)) == 0
    assert await same(store, ANN) == {ANN, ANN_IG}


async def test_one_key_links_all_who_have_it_but_not_two_ids_of_one_account(store):
    await say(store, 1, ANN, MAIL)
    assert set((await say(store, 2, ANN_IG, MAIL)).members) == {ANN, ANN_IG}
    refused = await say(store, 3, ANN_TOO, MAIL)
    assert (refused.linked, refused.reason) == (False, "two ids of one account are two people to Meta")
    assert await same(store, ANN_TOO) == {ANN_TOO}
    assert (await say(store, 4, ANN_TOO, MAIL, "operator")).linked


async def test_an_id_is_not_linked_with_itself(store):
    assert (await say(store, 1, ANN, ANN)).reason == "both are the same id"


def test_a_person_of_very_many_ids_is_a_mistake():
    crowd = [ScopedId("page", str(number), "1") for number in range(links.MOST + 1)]
    assert "taken for a mistake" in conflict(crowd)
    assert conflict(crowd[:-1]) == ""


class Linker:
    """Says what it is told to say."""

    def __init__(self) -> None:
        self.calls: list = []
        self.outcomes: list = []

    @hookimpl
    async def message_received(self, event, context):
        call = self.calls.pop(0)
        try:
            self.outcomes.append(await call(context.people))
        except LinkError as error:
            self.outcomes.append(str(error))


async def test_a_plugin_says_who_a_person_is_and_the_words_of_other_systems_are_not_kept(tmp_path):
    async with staged(tmp_path, plugins(linker=Linker)) as stage:
        plugin = stage.gateway.plugins["linker"].hooks["message_received"].function.__self__
        mail = ExternalKey("email", " Ada@Example.org")
        plugin.calls = [
            lambda people: people.link(mail, "verified_email"),
            lambda people: people.link(ExternalKey("email", "ada@example.org"), "verified_email"),
            lambda people: people.same(),
            lambda people: people.unlink(mail),
            lambda people: people.link(ScopedId("page", "999", "1"), "crm_id"),
            lambda people: people.link(mail, "operator"),
            lambda people: people.link(ExternalKey("email", "  "), "verified_email"),
        ]
        for index in range(len(plugin.calls)):
            on_instagram = index == 1
            account, object_ = (making.INSTAGRAM, "instagram") if on_instagram else (making.PAGE, "page")
            who = ANN_IG if on_instagram else ANN
            message = making.message(str(index), who.id, account=account, at=now())
            (stored,) = (await stage.deliver(message, account=account, object_=object_)).new
            await stage.until_state(stored.id, "linker", "done")
        first, second, members, undone, stranger, ground, empty = plugin.outcomes
        assert (first.linked, second.linked, set(second.members), set(members)) == (
            True,
            True,
            {ANN, ANN_IG},
            {ANN, ANN_IG},
        )
        assert undone is True
        assert stranger == "no page 999 is described in namespace support"
        assert ground == "'operator' is no ground a plugin can have"
        assert empty == "an external key needs a kind and a value"
        files = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("people.db*"))
        assert b"example.org" not in files.lower()


async def test_a_linked_person_is_forgotten_as_a_whole_or_alone(tmp_path):
    async with staged(tmp_path, plugins(linker=Linker)) as stage:
        store, deletion = stage.gateway.people, stage.gateway.deletion
        await say(store, 1, ANN, ANN_APP)
        await say(store, 2, ANN, ANN_IG)
        alone = await deletion.status(await deletion.request([BOB], "operator", alone=True))
        whole = await deletion.status(await deletion.request([ANN_APP], "data_deletion_callback"))
        assert (len(alone.subjects), {one.object for one in whole.subjects}) == (1, {"page", "instagram", "app"})

        async def done() -> bool:
            return (await deletion.status(whole.id)).state == "done"

        await stage.until(done)
        assert await same(store, ANN) == {ANN}
        assert (await deletion.status(whole.id)).removed["links"] == 2


async def test_a_hook_on_an_old_event_cannot_bring_back_who_was_forgotten(tmp_path):
    patient = msgspec.structs.replace(DISPATCH, hook_timeout=60.0)
    async with staged(tmp_path, plugins(linker=Linker), dispatch=patient) as stage:
        plugin = stage.gateway.plugins["linker"].hooks["message_received"].function.__self__
        mail, going = ExternalKey("email", "ada@example.org"), asyncio.Event()

        async def late(people):
            await going.wait()
            return await people.link(mail, "verified_email")

        plugin.calls = [late]
        await stage.deliver(making.message("old", ANN.id, at=now() - 1))
        await stage.until(lambda: not plugin.calls)
        request = await stage.gateway.deletion.request([ANN], "operator")

        async def done() -> bool:
            return (await stage.gateway.deletion.status(request)).state == "done"

        await stage.until(done)
        going.set()
        await stage.until(lambda: plugin.outcomes)
        assert (plugin.outcomes[0].linked, plugin.outcomes[0].reason) == (False, "this person asked to be forgotten")
        assert await stage.gateway.people.run(lambda db: identities.of(db, ANN)) is None


async def forget(stage, who: ScopedId) -> None:
    request = await stage.gateway.deletion.request([who], "operator")

    async def done() -> bool:
        return (await stage.gateway.deletion.status(request)).state == "done"

    await stage.until(done)


async def test_nobody_who_was_forgotten_is_brought_back_by_a_link(tmp_path):
    async with staged(tmp_path, plugins(linker=Linker)) as stage:
        plugin = stage.gateway.plugins["linker"].hooks["message_received"].function.__self__
        await say(stage.gateway.people, 1, ANN_IG, MAIL)
        await forget(stage, ANN_IG)
        plugin.calls = [lambda people: people.link(ANN_IG, "crm_id")]
        await stage.deliver(making.message("hi", ANN.id, at=now()))
        await stage.until(lambda: plugin.outcomes)
        assert (plugin.outcomes[0].linked, plugin.outcomes[0].reason) == (False, "this person asked to be forgotten")
        url = f"http://127.0.0.1:{stage.gateway.admin_port}/api/v1/people/link"
        pair = {"one": "/".join(ANN), "other": "/".join(ANN_IG)}
        async with httpx.AsyncClient() as client:
            told = (await client.post(url, json=pair)).json()
            assert (told["linked"], "asked to be forgotten" in told["reason"]) == (False, True)
            assert await stage.gateway.people.run(lambda db: identities.of(db, ANN_IG)) is None
            # Who writes again is somebody new, and may be linked.
            message = making.message("back", ANN_IG.id, account=making.INSTAGRAM, at=now() + 1)
            await stage.deliver(message, account=making.INSTAGRAM, object_="instagram")
            await stage.gateway.sightings.flush()
            assert (await client.post(url, json=pair)).json()["linked"] is True

"""A backup is restored as its page tells: nothing is missing, and who was forgotten stays so."""

import tarfile

import httpx
import pytest

from pagewire import hookimpl
from pagewire.people import ExternalKey, ScopedId
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter, JournalError
from pagewire_gateway.people.store import Store
from tests.pagewire_gateway import making
from tests.pagewire_gateway.people.test_deletion import ANN, BOB, WHO, post, until_state
from tests.pagewire_gateway.stage import Stage, plugins, staged

BOB_IG = "71000000000000001"


class Linker:
    """Knows everybody by one contact."""

    @hookimpl
    async def message_received(self, event, context):
        if event.person != ANN:
            await context.people.link(ExternalKey("crm", "bob"), "crm_id")


@pytest.fixture
async def stage(tmp_path):
    (tmp_path / "first").mkdir()
    async with staged(tmp_path / "first", plugins(linker=Linker)) as stage:
        yield stage


async def backed_up(stage: Stage, tmp_path, *, key: bool = True):
    """A folder with a restored backup; the parent of ``data``."""
    data = tmp_path / "second" / "data"
    data.mkdir(mode=0o700, parents=True)
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}/api/v1/backup"
    async with httpx.AsyncClient() as client:
        (tmp_path / "copy.tar").write_bytes((await client.post(admin)).content)
        if key:
            (data / "people.key").write_bytes((await client.post(f"{admin}/key")).content)
    with tarfile.open(tmp_path / "copy.tar") as archive:
        archive.extractall(data, filter="data")
    return data.parent


async def handled(stage: Stage, person: str, object_: str = "page"):
    account = making.PAGE if object_ == "page" else making.INSTAGRAM
    item = making.message("words", person, at=now(), account=account)
    (stored,) = (await stage.deliver(item, account=account, object_=object_)).new
    await stage.until_state(stored.id, "linker", "done")
    return stored


async def test_a_restored_gateway_knows_what_was_and_who_must_not_come_back(stage, tmp_path):
    await handled(stage, BOB)
    await handled(stage, ANN)
    request = await stage.gateway.deletion.request([WHO], "operator")
    proof = await until_state(stage, request, "done")
    folder = await backed_up(stage, tmp_path)
    async with staged(folder, plugins(linker=Linker), sim=stage.sim) as restored:
        assert await restored.gateway.deletion.status(request) == proof
        everything = EventFilter(limit=100)
        assert await restored.gateway.journal.events(everything) == await stage.gateway.journal.events(everything)
        late = making.message("late", ANN, at=now() - 60_000, mid="m_late")
        assert await post(restored, late) == 200
        assert await restored.gateway.journal.events(EventFilter(person=ANN)) == []
        event = await handled(restored, BOB_IG, "instagram")
        bob = await restored.gateway.people.run(lambda db: _everyone(db, event))
        assert set(bob) == {("page", making.PAGE, BOB), ("instagram", making.INSTAGRAM, BOB_IG)}


def _everyone(db, event):
    from pagewire_gateway.people.links import everyone

    return everyone(db, [ScopedId(*event.item.conversation)])


async def test_somebody_forgotten_between_two_copies_is_never_said_to_be_gone_while_there(stage, tmp_path):
    await handled(stage, ANN)
    requests: list[str] = []
    gateway, copies = stage.gateway, []

    def watched(copy):
        async def copied(target):
            if copies:
                requests.append(await gateway.deletion.request([WHO], "operator"))
                await until_state(stage, requests[0], "done")
            copies.append(target.name)
            return await copy(target)

        return copied

    gateway.people.backup, gateway.journal.backup = watched(gateway.people.backup), watched(gateway.journal.backup)
    folder = await backed_up(stage, tmp_path)
    assert len(requests) == 1
    async with staged(folder, plugins(linker=Linker), sim=stage.sim) as restored:
        said = await restored.gateway.deletion.status(requests[0])
        there = await restored.gateway.journal.events(EventFilter(person=ANN))
        assert said is None or not there


async def test_without_its_key_a_restored_gateway_does_not_start(stage, tmp_path):
    await handled(stage, BOB)
    data = await backed_up(stage, tmp_path, key=False) / "data"
    store = Store(data)
    with pytest.raises(JournalError, match=r"people\.key is not there; restore it .*PAGEWIRE_PEOPLE_KEY_LOST"):
        await store.start()
    assert not (data / "people.key").exists()
    (data / "people.key").write_bytes(b"k" * 32)
    other = Store(data)
    with pytest.raises(JournalError, match="is not the key that"):
        await other.start()


async def test_a_key_that_is_lost_for_good_is_replaced_once(tmp_path):
    await _opened(tmp_path)
    (tmp_path / "people.key").unlink()
    await _opened(tmp_path, key_lost=True)
    await _opened(tmp_path)


async def _opened(folder, **how):
    store = Store(folder, **how)
    await store.start()
    await store.aclose()

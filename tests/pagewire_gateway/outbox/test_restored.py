"""A restored backup says nothing twice: what waited in it, or is answered anew, is proved before it goes."""

import contextlib
import tarfile

import httpx
import pytest

from pagewire import Text, TryLater, hookimpl
from pagewire.replies import PassThread
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_rules import ended, rows_of
from tests.pagewire_gateway.stage import Stage, plugins, staged

RESTRICTED = {"kind": "error", "code": 10, "subcode": 1893063, "times": None, "edge": "*", "method": "POST"}


class Speaker:
    """Answers, as soon as it may."""

    may = True

    @hookimpl
    async def message_received(self, event):
        if not Speaker.may:
            raise TryLater(0.05)
        return PassThread(target_app_id="263902037430900") if event.text == "human" else Text(text=f"re {event.text}")


@pytest.fixture
def speaker():
    Speaker.may = True
    return plugins(speaker=Speaker)


@contextlib.asynccontextmanager
async def first_life(tmp_path, speaker):
    (tmp_path / "first").mkdir()
    async with staged(tmp_path / "first", speaker) as stage:
        yield stage


async def back_up(stage: Stage, tmp_path) -> None:
    data = tmp_path / "second" / "data"
    data.mkdir(mode=0o700, parents=True)
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}/api/v1/backup"
    async with httpx.AsyncClient() as client:
        (tmp_path / "copy.tar").write_bytes((await client.post(admin)).content)
        (data / "people.key").write_bytes((await client.post(f"{admin}/key")).content)
    with tarfile.open(tmp_path / "copy.tar") as archive:
        archive.extractall(data, filter="data")


@contextlib.asynccontextmanager
async def restored(stage: Stage, tmp_path, speaker):
    await stage.gateway.__aexit__(None, None, None)
    async with staged(tmp_path / "second", speaker, sim=stage.sim) as again:
        yield again


def texts(stage: Stage) -> list[str]:
    return [send.message["text"] for send in stage.sim.sends]


async def waiting(stage: Stage, mid: str) -> None:
    async def there() -> bool:
        return [(row.state, row.code) for row in await rows_of(stage, mid)] == [("queued", "config")]

    await stage.until(there)


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
@pytest.mark.parametrize("gone", [True, False], ids=["gone since", "not gone"])
async def test_what_waited_goes_once(tmp_path, speaker, account, gone):
    async with first_life(tmp_path, speaker) as stage:
        fault = stage.sim.faults.inject(**RESTRICTED)
        mid = await stage.sim.say(account, "ann", "one")
        await waiting(stage, mid)
        await back_up(stage, tmp_path)
        if gone:
            stage.sim.faults.remove(fault.id)
            await ended(stage, mid, "sent")
        async with restored(stage, tmp_path, speaker) as again:
            again.sim.faults.clear()
            (row,) = await ended(again, mid, "sent")
            assert texts(again) == ["re one"]
            assert row.mid == again.sim.sends[0].mid
            await ended(again, await again.sim.say(account, "ann", "two"), "sent")


async def test_what_was_to_be_answered_is_answered_once(tmp_path, speaker):
    async with first_life(tmp_path, speaker) as stage:
        Speaker.may = False
        mid = await stage.sim.say(making.PAGE, "ann", "one")

        async def put_off() -> bool:
            views = await stage.gateway.journal.events(EventFilter(kind="message"))
            return [view.lanes["speaker"].state for view in views] == ["retry"]

        await stage.until(put_off)
        await back_up(stage, tmp_path)
        Speaker.may = True
        await ended(stage, mid, "sent")
        async with restored(stage, tmp_path, speaker) as again:
            (row,) = await ended(again, mid, "sent")
            assert (texts(again), row.mid) == (["re one"], again.sim.sends[0].mid)


async def test_what_was_said_after_the_backup_and_heals_is_answered_once(tmp_path, speaker):
    async with first_life(tmp_path, speaker) as stage:
        await ended(stage, await stage.sim.say(making.PAGE, "ann", "one"), "sent")
        await back_up(stage, tmp_path)
        mid = await stage.sim.say(making.PAGE, "ann", "two")
        await ended(stage, mid, "sent")
        async with restored(stage, tmp_path, speaker) as again:
            account = again.gateway.registry.account("page", making.PAGE)
            assert (await again.gateway.healer.heal(account, since=now() - 3_600_000)).inserted >= 1
            await ended(again, mid, "sent")
            assert texts(again) == ["re one", "re two"]


async def test_a_deed_that_waited_is_put_before_a_person_who_may_release_it(tmp_path, speaker):
    async with first_life(tmp_path, speaker) as stage:
        stage.sim.faults.inject(**RESTRICTED)
        mid = await stage.sim.say(making.PAGE, "ann", "human")
        await waiting(stage, mid)
        await back_up(stage, tmp_path)
        async with restored(stage, tmp_path, speaker) as again:
            again.sim.faults.clear()
            (row,) = await ended(again, mid, "parked")
            assert (row.code, "backup" in row.error) == ("restored", True)
            asked = again.sim.calls.count("thread_control")
            await again.gateway.outbox.replay([row.id])
            await ended(again, mid, "sent")
            assert again.sim.calls.count("thread_control") == asked + 1


async def test_a_restart_after_the_restore_doubts_nothing_more(tmp_path, speaker):
    async with first_life(tmp_path, speaker) as stage:
        await back_up(stage, tmp_path)
        async with restored(stage, tmp_path, speaker) as again:
            at = again.gateway.journal.restored.at
            assert at
            again.sim.faults.inject(**RESTRICTED)
            mid = await again.sim.say(making.PAGE, "ann", "one")
            await waiting(again, mid)
            async with restored(again, tmp_path, speaker) as third:
                assert third.gateway.journal.restored.at == at
                assert {row.code for row in await rows_of(third, mid)} <= {"", "config"}
                third.sim.faults.clear()
                await ended(third, mid, "sent")
                assert texts(third) == ["re one"]

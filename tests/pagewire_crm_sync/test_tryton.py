"""Parties in a real Tryton: what holds with a system of record that nobody here has written."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire import TryLater
from pagewire.context import Person
from pagewire.people import DeletedPerson
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.crashes import brought_with_crashes
from tests.pagewire_crm_sync.driver import crowd
from tests.pagewire_crm_sync.kept import Kept, kept_in
from tests.pagewire_crm_sync.tryton_server import PASSWORD, USER, Server, running
from tests.pagewire_crm_sync.world import ANNA, PAGE, HookContext, at, message, optin

NAME = f"page:{PAGE}:{ANNA}"
WHO = DeletedPerson(object="page", account=PAGE, id=ANNA, request="del_1", ground="operator", requested=at(60))
pytestmark = pytest.mark.slow(30)


class Parties:
    """What has arrived, for those who wait for so much."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @property
    def count(self) -> int:
        return len(self._server.parties())

    async def until(self, count: int) -> None:
        while self.count < count:
            await asyncio.sleep(0.02)


def configured(url: str, **more: Any) -> Config:
    tryton = {"apiUrl": url, "database": "crm", "user": USER, **more}
    raw = {
        "tryton": tryton,
        "tokenEnv": "PAGEWIRE_CRM_TOKEN",
        "interval": "0s",
        "timeout": "60s",
        "include": {"profile": True},
    }
    return msgspec.convert(raw, Config)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running(tmp_path) as found:
        yield found


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    async with kept_in(tmp_path) as found:
        yield found


@pytest.fixture
async def plugin() -> AsyncIterator[CrmSync]:
    found = CrmSync(secrets=Secrets({"PAGEWIRE_CRM_TOKEN": PASSWORD}))
    yield found
    await found.plugin_stopped()


@pytest.mark.timeout(300)
async def test_a_person_is_a_party_until_they_are_forgotten(server: Server, kept: Kept, plugin: CrmSync) -> None:
    config = configured(server.url)
    context = HookContext(config, person=Person(id=ANNA, name="Anna Bell"), store=kept.of(ANNA))
    await plugin.event_received(message(ANNA, 1), context)
    await plugin.event_received(optin(ANNA, 2), context)
    assert server.parties() == {NAME: "Anna Bell"}
    server.rename(NAME, "Anna Bell-Smith")
    await plugin.event_received(message(ANNA, 3), context)
    assert server.parties() == {NAME: "Anna Bell-Smith"}
    receipt = await plugin.person_deleted(WHO, context)
    assert server.parties() == {}
    assert receipt.startswith("tryton delete of 1, none left")


@pytest.mark.timeout(300)
async def test_what_is_to_be_mended_is_said_and_parks_nothing(server: Server, kept: Kept, plugin: CrmSync) -> None:
    def context(**more: Any) -> HookContext:
        return HookContext(configured(server.url, **more), person=Person(id=ANNA, name="A"), store=kept.of(ANNA))

    with pytest.raises(TryLater, match=r"tryton\.user"):
        await plugin.event_received(message(ANNA), context(user="nobody"))
    with pytest.raises(TryLater, match=r"tryton\.fields"):
        await plugin.event_received(message(ANNA), context(fields=[{"to": "no_such_field", "from": "key.account"}]))


@pytest.mark.timeout(300)
async def test_people_who_are_there_already_are_looked_up_a_hundred_at_a_time(
    server: Server, kept: Kept, plugin: CrmSync
) -> None:
    """Of what a hundred parties are, Tryton's answer says that it is compressed, and it is not."""

    async def told(person: str, after: float, name: str) -> None:
        context = HookContext(config, person=Person(id=person, first_name=name), store=kept.of(person))
        await plugin.event_received(message(person, after), context)

    people = crowd(100)
    config = configured(server.url, fields=[{"to": "name", "from": "profile.firstName"}])
    await asyncio.gather(*(told(person, 1, "Anna") for person in people))
    await asyncio.gather(*(told(person, 2, "Bea") for person in people))
    assert server.parties() == {f"page:{PAGE}:{person}": "Bea" for person in people}


@pytest.mark.timeout(400)
async def test_a_crowd_and_kill_9_make_a_party_each(server: Server, tmp_path: Path) -> None:
    """120 people; `python -m bench.crm` brings a thousand."""
    (tmp_path / "kept").mkdir()
    people = 120
    config = configured(server.url, fields=[{"to": "name", "from": "profile.firstName"}])
    killed = await brought_with_crashes(config, tmp_path / "kept", people, PASSWORD, Parties(server), 2, 30)
    assert killed >= 1
    assert server.parties() == {f"page:{PAGE}:{person}": f"N{person[-4:]}" for person in crowd(people)}

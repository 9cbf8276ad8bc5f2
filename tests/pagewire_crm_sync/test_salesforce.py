"""Contacts in a Salesforce org that remembers: partial answers, duplicates, OAuth, limits, crowds and crashes."""

import random
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire import Refused, TryLater
from pagewire.context import Person
from pagewire.people import DeletedPerson
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.crashes import Requests, brought_with_crashes
from tests.pagewire_crm_sync.crm_server import Answer, Request
from tests.pagewire_crm_sync.driver import crowd
from tests.pagewire_crm_sync.kept import Kept, kept_in
from tests.pagewire_crm_sync.salesforce_fake import CLIENT, SECRET, Org, Trouble, error, running
from tests.pagewire_crm_sync.world import ANNA, PAGE, HookContext, ManualClock, at, message, rfc3339

FIELDS = [
    {"to": "FirstName", "from": "profile.firstName", "keep": True},
    {"to": "LastName", "from": "profile.lastName || 'Unknown'", "keep": True},
    {"to": "Last__c", "from": "lastSeen"},
]
NAME = f"page:{PAGE}:{ANNA}"
WHO = DeletedPerson(object="page", account=PAGE, id=ANNA, request="del_1", ground="operator", requested=at(60))


def configured(org: Org, also: dict[str, Any] | None = None, **more: Any) -> Config:
    salesforce = {"apiUrl": org.url, "clientId": CLIENT, "fields": FIELDS, **more}
    raw = {
        "salesforce": salesforce,
        "tokenEnv": "PAGEWIRE_CRM_TOKEN",
        "interval": "0s",
        "include": {"profile": True},
        "batch": {"lingerMs": 0},
        **(also or {}),
    }
    return msgspec.convert(raw, Config)


class Desk:
    """The plugin, the org, and the store between them."""

    def __init__(self, org: Org, kept: Kept, clock: ManualClock) -> None:
        self.org, self._kept, self.clock = org, kept, clock
        self.config = configured(org)
        self.plugin = CrmSync(clock, Secrets({"PAGEWIRE_CRM_TOKEN": SECRET}))

    @property
    def context(self) -> HookContext:
        return HookContext(self.config, person=Person(id=ANNA, first_name="Anna"), store=self._kept.of(ANNA))

    async def says(self, after: float = 0) -> None:
        await self.plugin.event_received(message(ANNA, after), self.context)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as org, kept_in(tmp_path) as kept:
        found = Desk(org, kept, clock)
        yield found
        await found.plugin.plugin_stopped()


async def test_a_person_who_writes_is_a_contact(desk: Desk) -> None:
    await desk.says(1)
    contact = {"PagewireId__c": NAME, "FirstName": "Anna", "LastName": "Unknown", "Last__c": rfc3339(1)}
    assert [*desk.org.contacts.values()] == [contact]


async def test_what_a_human_wrote_is_never_overwritten(desk: Desk) -> None:
    await desk.says(1)
    desk.org.by_name()[NAME]["LastName"] = "Bell"
    await desk.says(2)
    assert desk.org.by_name()[NAME]["LastName"] == "Bell"
    assert desk.org.by_name()[NAME]["Last__c"] == rfc3339(2)


async def test_a_session_that_ended_is_opened_anew_once(desk: Desk) -> None:
    await desk.says(1)
    desk.org.token = "another"
    await desk.says(2)
    assert desk.org.signed_in == 2
    assert desk.org.by_name()[NAME]["Last__c"] == rfc3339(2)


@pytest.mark.parametrize("code", ["DUPLICATE_VALUE", "UNABLE_TO_LOCK_ROW"])
async def test_a_clash_is_asked_for_again_alone(desk: Desk, code: str) -> None:
    desk.org.trouble = lambda _: Trouble(refuse=lambda _: code)
    with pytest.raises(TryLater, match=code) as caught:
        await desk.says(1)
    assert caught.value.after == 1
    desk.org.trouble = lambda _: Trouble()
    await desk.says(1)
    assert len(desk.org.contacts) == 1


async def test_a_duplicate_rule_parks_the_event_unless_duplicates_are_allowed(desk: Desk) -> None:
    desk.org.duplicate_names.add("Anna")
    with pytest.raises(Refused, match=r"DUPLICATES_DETECTED.*allowDuplicates"):
        await desk.says(1)
    desk.config = configured(desk.org, allowDuplicates=True)
    await desk.says(1)
    assert len(desk.org.contacts) == 1


@pytest.mark.parametrize(
    ("answer", "after", "says"),
    [
        (error(401, "INVALID_SESSION_ID"), 60, "clientId"),
        (error(403, "API_DISABLED_FOR_ORG"), 60, "run-as user"),
        (error(403, "REQUEST_LIMIT_EXCEEDED"), 600, "REQUEST_LIMIT_EXCEEDED"),
        (error(404, "NOT_FOUND"), 60, "externalId"),
        (error(503, "SERVER_UNAVAILABLE"), None, "503"),
        (Answer(200, b"<html>"), None, "cannot be read"),
    ],
)
async def test_what_is_put_off_waits_with_a_reason(desk: Desk, answer: Answer, after: float | None, says: str) -> None:
    desk.org.trouble = lambda _: Trouble(answer=answer)
    with pytest.raises(TryLater, match=says) as caught:
        await desk.says(1)
    assert caught.value.after == after


async def test_a_wrong_secret_is_to_be_mended(desk: Desk) -> None:
    desk.config = configured(desk.org, clientId="another")
    with pytest.raises(TryLater, match=r"salesforce\.clientId"):
        await desk.says(1)


async def test_a_field_that_is_missing_parks_nothing(desk: Desk) -> None:
    desk.org.fields.discard("Last__c")
    with pytest.raises(TryLater, match=r"INVALID_FIELD.*salesforce\.fields"):
        await desk.says(1)


async def test_the_pool_of_the_org_is_left_to_others(desk: Desk) -> None:
    desk.org.pool, desk.org.used = 100, 78
    await desk.says(1)
    before = len(desk.org.requests)
    with pytest.raises(TryLater) as caught:
        await desk.says(2)
    assert (caught.value.after, len(desk.org.requests)) == (600, before)


async def test_a_person_is_deleted_and_looked_for_afterwards(desk: Desk) -> None:
    await desk.says(1)
    receipt = await desk.plugin.person_deleted(WHO, desk.context)
    assert not desk.org.contacts
    assert receipt.startswith("salesforce delete of 1, none left")


def by_chance(seed: int) -> Callable[[Request], Trouble]:
    """A fifth of the requests goes wrong in one way or another."""
    chance = random.Random(seed)

    def trouble(_: Request) -> Trouble:
        if chance.random() > 0.2:
            return Trouble()
        kind = chance.choice(["lost", "partial", "502", "session"])
        if kind == "partial":
            refused = frozenset(range(chance.randint(1, 5)))
            return Trouble(refuse=lambda number: "DUPLICATE_VALUE" if number in refused else None)
        answers = {"502": Answer(502), "session": error(401, "INVALID_SESSION_ID")}
        return Trouble(lost=True) if kind == "lost" else Trouble(answer=answers[kind])

    return trouble


@pytest.mark.slow(20)
async def test_a_thousand_people_and_kill_9_make_a_thousand_contacts(tmp_path: Path) -> None:
    requests = Requests()
    async with running(time.monotonic) as org:
        org.trouble, org.on_request = by_chance(2), requests.one_more
        killed = await brought_with_crashes(configured(org), tmp_path, 1000, SECRET, requests, crashes=3, every=20)
    assert killed >= 2
    assert org.by_name() == {
        f"page:{PAGE}:{person}": {
            "PagewireId__c": f"page:{PAGE}:{person}",
            "FirstName": f"N{person[-4:]}",
            "LastName": "Crowd",
            "Last__c": rfc3339(500),
        }
        for person in crowd(1000)
    }
    assert org.created == 1000
    # A process that is killed forgets its last ten seconds.
    assert org.busiest <= (killed + 1) * 50

"""Contacts in a HubSpot portal that remembers, counts requests, and answers as its specification says."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire import Refused, TryLater
from pagewire.context import Person
from pagewire.people import DeletedPerson
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.crm_server import Answer, Request
from tests.pagewire_crm_sync.hubspot_fake import CONTACTS, TOKEN, Portal, Trouble, error, running
from tests.pagewire_crm_sync.kept import Kept, kept_in
from tests.pagewire_crm_sync.world import ANNA, BEN, PAGE, HookContext, ManualClock, at, message, optin, rfc3339

FIELDS = [
    {"to": "firstname", "from": "profile.firstName", "keep": True},
    {"to": "pagewire_last", "from": "lastSeen"},
]
WHO = DeletedPerson(object="page", account=PAGE, id=ANNA, request="del_1", ground="operator", requested=at(60))


def named(person: str) -> str:
    return f"page:{PAGE}:{person}"


def configured(portal: Portal, **more: Any) -> Config:
    hubspot = {"apiUrl": portal.url, "fields": FIELDS, **more.pop("hubspot", {})}
    common = {
        "tokenEnv": "PAGEWIRE_CRM_TOKEN",
        "interval": "0s",
        "include": {"profile": True},
        "batch": {"lingerMs": 0},
    }
    raw = {"hubspot": hubspot, **common, **more}
    return msgspec.convert(raw, Config)


class Desk:
    """The plugin, the portal, and the store between them."""

    def __init__(self, portal: Portal, kept: Kept, clock: ManualClock) -> None:
        self.portal, self.kept, self.clock = portal, kept, clock
        self.config = configured(portal)
        self.plugin = self.started()

    def started(self) -> CrmSync:
        """A plugin that remembers nothing itself."""
        return CrmSync(self.clock, Secrets({"PAGEWIRE_CRM_TOKEN": TOKEN}))

    def context(self, person: str = ANNA, first_name: str = "Anna") -> HookContext:
        known = Person(id=person, first_name=first_name)
        return HookContext(self.config, person=known, store=self.kept.of(person), first_seen=at(-5))

    async def says(self, after: float = 0, person: str = ANNA, first_name: str = "Anna") -> None:
        await self.plugin.event_received(message(person, after), self.context(person, first_name))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as portal, kept_in(tmp_path) as kept:
        found = Desk(portal, kept, clock)
        yield found
        await found.plugin.plugin_stopped()


async def test_a_person_who_writes_is_a_contact(desk: Desk) -> None:
    await desk.says(1)
    contact = {"pagewire_id": named(ANNA), "firstname": "Anna", "pagewire_last": rfc3339(1)}
    assert [*desk.portal.contacts.values()] == [contact]


async def test_a_repeated_event_asks_nothing_even_after_a_restart(desk: Desk) -> None:
    event = message(ANNA, 1)
    await desk.plugin.event_received(event, desk.context())
    await desk.plugin.plugin_stopped()
    before = len(desk.portal.requests)
    desk.plugin = desk.started()
    await desk.plugin.event_received(event, desk.context())
    assert len(desk.portal.requests) == before


async def test_an_old_event_that_comes_late_overwrites_nothing_newer(desk: Desk) -> None:
    await desk.says(100)
    await desk.plugin.plugin_stopped()
    desk.plugin = desk.started()
    await desk.plugin.event_received(optin(ANNA, 3), desk.context())
    assert desk.portal.by_name()[named(ANNA)]["pagewire_last"] == rfc3339(100)


@pytest.mark.parametrize("nulls", [False, True])
async def test_what_a_human_wrote_is_never_overwritten(desk: Desk, *, nulls: bool) -> None:
    desk.portal.nulls = nulls
    await desk.says(1)
    desk.portal.by_name()[named(ANNA)]["firstname"] = "Anne-Marie"
    await desk.says(2, first_name="Anna")
    held = desk.portal.by_name()[named(ANNA)]
    assert (held["firstname"], held["pagewire_last"]) == ("Anne-Marie", rfc3339(2))


async def test_a_new_mapping_is_sent_though_nothing_else_changed(desk: Desk) -> None:
    await desk.says(1)
    desk.portal.properties.add("page")
    desk.config = configured(desk.portal, hubspot={"fields": [*FIELDS, {"to": "page", "from": "key.account"}]})
    await desk.says(1)
    assert desk.portal.by_name()[named(ANNA)]["page"] == PAGE


async def test_one_bad_contact_of_a_batch_hinders_nobody(desk: Desk) -> None:
    desk.config = configured(desk.portal, batch={"lingerMs": 1000, "size": 2})
    desk.portal.trouble = lambda request: Trouble(
        refuse=lambda number: "VALIDATION_ERROR" if number == 0 and b"firstname" in request.body else None
    )
    outcomes = await asyncio.gather(desk.says(1, ANNA), desk.says(1, BEN), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Refused"]
    assert len(desk.portal.contacts) == 1


@pytest.mark.parametrize("category", ["CONFLICT", "INTERNAL_ERROR", "RATE_LIMITS"])
async def test_an_input_that_failed_for_now_is_asked_for_again(desk: Desk, category: str) -> None:
    desk.portal.trouble = lambda _: Trouble(refuse=lambda _: category)
    with pytest.raises(TryLater, match=category):
        await desk.says(1)
    desk.portal.trouble = lambda _: Trouble()
    await desk.says(1)
    assert len(desk.portal.contacts) == 1


async def test_an_answer_that_was_lost_makes_no_second_contact(desk: Desk) -> None:
    desk.portal.trouble = lambda request: Trouble(lost=request.path.endswith("upsert"))
    with pytest.raises(TryLater):
        await desk.says(1)
    desk.portal.trouble = lambda _: Trouble()
    await desk.says(1)
    assert (len(desk.portal.contacts), desk.portal.created) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "after", "says"),
    [
        (error(401, "INVALID_AUTHENTICATION"), 60, "tokenEnv or tokenFile"),
        (error(403, "MISSING_SCOPES"), 60, "crm.objects.contacts.read"),
        (error(404, "OBJECT_NOT_FOUND"), 60, "hubspot.version"),
        (error(423, "LOCKED"), None, "423"),
        (error(429, "RATE_LIMITS", policyName="TEN_SECONDLY_ROLLING"), 10, "429"),
        (error(429, "RATE_LIMITS", policyName="DAILY"), 600, "429"),
        (Answer(477, headers={"retry-after": "1800"}), 1800, "477"),
        (Answer(502), None, "502"),
        (Answer(200, b"<html>"), None, "cannot be read|could not be read"),
    ],
)
async def test_what_hubspot_puts_off_waits_with_a_reason(
    desk: Desk, answer: Answer, after: float | None, says: str
) -> None:
    desk.portal.trouble = lambda _: Trouble(answer=answer)
    with pytest.raises(TryLater, match=says) as caught:
        await desk.says(1)
    assert caught.value.after == after


async def test_a_property_that_is_missing_is_to_be_created_and_parks_nothing(desk: Desk) -> None:
    desk.portal.properties.discard("pagewire_last")
    with pytest.raises(TryLater, match=r"create the properties of hubspot\.idProperty, hubspot\.fields"):
        await desk.says(1)
    desk.portal.properties.add("pagewire_last")
    await desk.says(1)
    assert len(desk.portal.contacts) == 1


async def test_calls_are_left_to_the_portals_other_programs(desk: Desk) -> None:
    desk.portal.daily = 1001
    await desk.says(1)
    requests = len(desk.portal.requests)
    with pytest.raises(TryLater) as caught:
        await desk.says(2)
    assert (caught.value.after, len(desk.portal.requests)) == (600, requests)
    desk.portal.daily = 650_000
    desk.clock.advance(600)
    await desk.says(2)
    assert desk.portal.by_name()[named(ANNA)]["pagewire_last"] == rfc3339(2)


async def test_a_person_is_deleted_for_good_with_every_record_they_had(desk: Desk) -> None:
    await desk.says(1)
    (first,) = desk.portal.contacts
    await desk.says(1, BEN)
    other = next(id_ for id_ in desk.portal.contacts if id_ != first)
    desk.portal.contacts[other].pop("pagewire_id")
    desk.portal.merge(first, other)
    await desk.says(2)
    receipt = await desk.plugin.person_deleted(WHO, desk.context())
    assert not desk.portal.contacts
    assert [each["objectId"] for each in desk.portal.of("gdpr-delete")] == [first, other]
    assert receipt.startswith("hubspot gdpr-delete of 2, none left")


async def test_deletion_is_not_proved_while_something_is_left(desk: Desk) -> None:
    await desk.says(1)
    desk.portal.trouble = lambda request: Trouble(answer=Answer(204) if request.path.endswith("delete") else None)
    with pytest.raises(TryLater, match="not yet deleted"):
        await desk.plugin.person_deleted(WHO, desk.context())
    desk.portal.trouble = lambda _: Trouble()
    await desk.plugin.person_deleted(WHO, desk.context())
    assert not desk.portal.contacts


async def test_whoever_was_never_there_is_deleted_too(desk: Desk) -> None:
    assert (await desk.plugin.person_deleted(WHO, desk.context())).startswith("hubspot gdpr-delete of 0, none left")


async def test_one_batch_carries_a_hundred_people(desk: Desk) -> None:
    desk.config = configured(desk.portal, batch={"lingerMs": 5000})
    people = [f"7{number:015}" for number in range(250)]
    tasks = [asyncio.create_task(desk.says(1, person)) for person in people]
    while not all(task.done() for task in tasks):
        desk.clock.advance(5)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert len(desk.portal.by_name()) == 250
    assert max(len(each["inputs"]) for each in desk.portal.of("batch/upsert")) == 100


async def test_a_request_that_hubspot_refuses_alone_is_parked(desk: Desk) -> None:
    def trouble(request: Request) -> Trouble:
        refuses = request.path == CONTACTS + "batch/upsert"
        return Trouble(answer=error(400, "VALIDATION_ERROR") if refuses else None)

    desk.portal.trouble = trouble
    with pytest.raises(Refused):
        await desk.says(1)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"hubspot": {}}, "hubspot needs a token"),
        ({"hubspot": {}, "url": "https://a.example"}, "say where contacts go with one of"),
        ({"hubspot": {"match": ["email"]}, "tokenFile": "t"}, "hubspot.match compares addresses"),
        ({"hubspot": {"match": ["name"]}, "tokenFile": "t"}, "Invalid enum value 'name'"),
        ({"hubspot": {"fields": [{"to": "a", "from": "profile."}]}, "tokenFile": "t"}, "is no JMESPath"),
        ({"hubspot": {"fields": [{"to": "pagewire_id", "from": "key"}]}, "tokenFile": "t"}, "written by itself"),
        ({"hubspot": {"fields": [{"to": "a", "from": "key"}] * 2}, "tokenFile": "t"}, "a is there twice"),
        ({"hubspot": {"apiUrl": "http://api.example.com"}, "tokenFile": "t"}, "hubspot.apiUrl must start with https"),
        ({"hubspot": {"requestsPerTenSeconds": 191}, "tokenFile": "t"}, "`int` <= 190"),
    ],
)
def test_a_configuration_that_cannot_work_says_so(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(raw, Config)
    assert says in str(caught.value)

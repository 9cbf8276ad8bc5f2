"""Contacts that the portal has already, found by the address that their person shared; and a dry run that says so."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pagewire.context import Person
from pagewire_crm_sync.identity import recall
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.hubspot_fake import CONTACTS, TOKEN, running
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.test_hubspot import Desk, configured, named
from tests.pagewire_crm_sync.world import ANNA, BEN, HookContext, ManualClock, at, message, rfc3339

EMAIL, PHONE = "anna.bell@mail.example", "+351911222333"
FIELDS = [
    {"to": "firstname", "from": "profile.firstName", "keep": True},
    {"to": "email", "from": "email.value"},
    {"to": "pagewire_last", "from": "lastSeen"},
]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as portal, kept_in(tmp_path) as kept:
        portal.properties |= {"email", "phone"}
        found = Desk(portal, kept, clock)
        found.config = asked_for(found)
        yield found
        await found.plugin.plugin_stopped()


def asked_for(desk: Desk, match: tuple[str, ...] = ("email", "phone"), **more: Any) -> Any:
    hubspot = {"fields": FIELDS, "match": match}
    return configured(desk.portal, hubspot=hubspot, include={"profile": True, "addresses": True}, **more)


async def shares(desk: Desk, what: str, after: float = 1, person: str = ANNA) -> None:
    tapped = message(person, after, text=what, quick_reply={"payload": what})
    await desk.plugin.event_received(tapped, desk.context(person))


async def test_a_contact_with_the_shared_e_mail_becomes_the_persons(desk: Desk) -> None:
    desk.portal.contacts["77"] = {"email": EMAIL, "firstname": "Anna-Lena"}
    await shares(desk, EMAIL.upper())
    assert desk.portal.contacts == {
        "77": {"email": EMAIL, "firstname": "Anna-Lena", "pagewire_id": named(ANNA), "pagewire_last": rfc3339(1)}
    }
    known = await recall(desk.kept.of(ANNA), "hubspot")
    assert (known.id, known.matched) == ("77", "email")


async def test_a_phone_number_is_searched_once_and_never_again(desk: Desk) -> None:
    desk.portal.contacts["78"] = {"phone": PHONE}
    await shares(desk, PHONE)
    await desk.says(5)
    await desk.says(6)
    assert [*desk.portal.contacts] == ["78"]
    assert len(desk.portal.searches) == 1


@pytest.mark.parametrize(
    "others",
    [
        {"77": {"email": EMAIL, "pagewire_id": named(BEN)}},
        {"77": {"phone": PHONE}, "78": {"phone": PHONE}},
    ],
)
async def test_what_is_somebody_elses_or_not_one_contact_is_no_match(desk: Desk, others: dict[str, Any]) -> None:
    desk.portal.contacts |= {id_: dict(held) for id_, held in others.items()}
    await shares(desk, EMAIL if "email" in others["77"] else PHONE)
    assert {id_: desk.portal.contacts[id_] for id_ in others} == others
    assert named(ANNA) in desk.portal.by_name_of_ours()


async def test_without_the_policy_nobody_is_looked_for(desk: Desk) -> None:
    desk.config = asked_for(desk, match=())
    desk.portal.contacts["77"] = {"phone": PHONE}
    await shares(desk, PHONE)
    assert len(desk.portal.contacts) == 2
    assert not desk.portal.searches


async def test_whoever_is_a_contact_already_is_not_made_another_by_an_address(desk: Desk) -> None:
    """Two records are one person only if somebody at the portal says so; until then the address stays where it is."""
    await desk.says(1)
    desk.portal.contacts["77"] = {"email": EMAIL}
    await shares(desk, EMAIL, after=2)
    ours = desk.portal.by_name_of_ours()[named(ANNA)]
    assert (ours["pagewire_last"], "email" in ours) == (rfc3339(2), False)


async def test_what_people_write_by_themselves_is_no_address(desk: Desk) -> None:
    desk.portal.contacts["77"] = {"email": EMAIL}
    await desk.plugin.event_received(message(ANNA, 1, text=EMAIL), desk.context())
    assert "pagewire_id" not in desk.portal.contacts["77"]


async def test_a_dry_run_says_what_would_change_and_writes_nothing(desk: Desk) -> None:
    desk.portal.contacts["77"] = {"email": EMAIL, "firstname": "Anna-Lena"}
    before = {id_: dict(held) for id_, held in desk.portal.contacts.items()}
    context = desk.context()
    tapped = message(ANNA, 1, text=EMAIL, quick_reply={"payload": EMAIL})
    assert await desk.plugin.explain_event(tapped, context) == (
        f"adopt {named(ANNA)}",
        f"  pagewire_last: nothing -> '{rfc3339(1)}'",
    )
    assert (await desk.plugin.explain_event(message(ANNA, 9), context))[-1].endswith(f"'{rfc3339(9)}'")
    assert (await desk.plugin.explain_event(message(BEN, 9), desk.context(BEN)))[0] == f"create {named(BEN)}"
    assert desk.portal.contacts == before
    assert {each.path for each in desk.portal.requests} == {CONTACTS + "batch/read"}


async def test_a_dry_run_of_what_is_there_changes_nothing(desk: Desk) -> None:
    await desk.says(1)
    assert await desk.plugin.explain_event(message(ANNA, 1), desk.context()) == (f"unchanged {named(ANNA)}",)
    await desk.plugin.plugin_stopped()
    desk.plugin = type(desk.plugin)(desk.clock, Secrets({"PAGEWIRE_CRM_TOKEN": "another"}))
    known = Person(id=ANNA, first_name="Anna")
    context = HookContext(desk.config, person=known, store=desk.kept.of(ANNA), first_seen=at(-5))
    (said,) = await desk.plugin.explain_event(message(ANNA, 1), context)
    assert said.startswith(f"unknown {named(ANNA)}: HubSpot answered 401")
    assert TOKEN not in said

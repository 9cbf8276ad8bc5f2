"""Tasks on a contact's timeline, contacts found by an address, and a dry run, in a Salesforce org that remembers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pagewire import TryLater
from tests.pagewire_crm_sync.crm_server import Answer
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.salesforce_fake import TASKS, Trouble, running
from tests.pagewire_crm_sync.test_salesforce import FIELDS, NAME, WHO, Desk, configured
from tests.pagewire_crm_sync.world import ANNA, ManualClock, message, rfc3339

EMAIL, PHONE = "anna.bell@mail.example", "+351911222333"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as org, kept_in(tmp_path) as kept:
        org.fields |= {"Email", "MobilePhone"}
        found = Desk(org, kept, clock)
        also = {"timeline": ["message"], "include": {"profile": True, "addresses": True}}
        fields = [*FIELDS, {"to": "Email", "from": "email.value"}]
        found.config = configured(org, also, match=["email", "phone"], fields=fields)
        yield found
        await found.plugin.plugin_stopped()


async def happens(desk: Desk, what: Any) -> None:
    """As the gateway calls an event's hooks."""
    context = desk.context
    await desk.plugin.event_received(what, context)
    await desk.plugin.message_received(what, context)


def shared(what: str, after: float = 1) -> Any:
    return message(ANNA, after, text=what, quick_reply={"payload": what})


async def test_what_happens_is_a_completed_task_of_the_contact_and_stands_once(desk: Desk) -> None:
    said = message(ANNA, 1)
    await happens(desk, said)
    await happens(desk, said)
    (contact,), (task,) = desk.org.contacts, desk.org.tasks.values()
    assert task == {
        "PagewireEvent__c": said.id,
        "WhoId": contact,
        "Subject": "Messenger: message by the person",
        "Description": task["Description"],
        "Status": "Completed",
        "ActivityDate": rfc3339(1)[:10],
    }
    assert "kettle" not in task["Description"]


@pytest.mark.parametrize(
    "trouble", [Trouble(lost=True), Trouble(answer=Answer(503)), Trouble(refuse=lambda _: "UNABLE_TO_LOCK_ROW")]
)
async def test_a_task_that_was_cut_short_is_finished_and_stands_once(desk: Desk, trouble: Trouble) -> None:
    said = message(ANNA, 1)
    desk.org.trouble = lambda request: trouble if request.path == TASKS else Trouble()
    with pytest.raises(TryLater):
        await happens(desk, said)
    desk.org.trouble = lambda _: Trouble()
    desk.clock.advance(2)
    await happens(desk, said)
    assert len(desk.org.tasks) == 1


async def test_our_tasks_go_with_their_person_and_others_stay(desk: Desk) -> None:
    await happens(desk, message(ANNA, 1))
    desk.org.tasks["00T9"] = {"PagewireEvent__c": "", "WhoId": "somebody else"}
    receipt = await desk.plugin.person_deleted(WHO, desk.context)
    assert receipt.startswith("salesforce delete of 2, none left")
    assert (len(desk.org.contacts), [*desk.org.tasks]) == (0, ["00T9"])


@pytest.mark.parametrize(("field", "value"), [("Email", EMAIL), ("MobilePhone", PHONE)])
async def test_a_contact_with_a_shared_address_becomes_the_persons(desk: Desk, field: str, value: str) -> None:
    desk.org.contacts["0030"] = {field: value.upper(), "LastName": "Bell"}
    await happens(desk, shared(value))
    held = desk.org.contacts["0030"]
    assert (len(desk.org.contacts), held["PagewireId__c"], held["LastName"]) == (1, NAME, "Bell")


async def test_two_contacts_with_one_address_are_no_match(desk: Desk) -> None:
    desk.org.contacts |= {id_: {"MobilePhone": PHONE, "LastName": "Bell"} for id_ in ("0030", "0031")}
    await happens(desk, shared(PHONE))
    assert len(desk.org.contacts) == 3


async def test_a_dry_run_says_what_would_change_and_writes_nothing(desk: Desk) -> None:
    desk.org.contacts["0030"] = {"Email": EMAIL, "LastName": "Bell"}
    assert await desk.plugin.explain_event(shared(EMAIL), desk.context) == (
        f"adopt {NAME}",
        "  FirstName: nothing -> 'Anna'",
        f"  Last__c: nothing -> '{rfc3339(1)}'",
    )
    assert desk.org.contacts == {"0030": {"Email": EMAIL, "LastName": "Bell"}}
    assert {each.method for each in desk.org.requests if "oauth2" not in each.path} == {"GET"}

"""The timeline at HubSpot: a note for each event, once, tied to its contact, and gone with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pagewire import TryLater
from pagewire.events import Message
from tests.pagewire_crm_sync.crm_server import Answer
from tests.pagewire_crm_sync.hubspot_fake import CONTACTS, NOTES, Trouble, error, running
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.test_hubspot import WHO, Desk, configured
from tests.pagewire_crm_sync.world import ANNA, PAGE, T0, HookContext, ManualClock, event, item, message


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as portal, kept_in(tmp_path) as kept:
        found = Desk(portal, kept, clock)
        found.config = configured(portal, timeline=["message", "message_echo", "change.leadgen"])
        yield found
        await found.plugin.plugin_stopped()


async def happens(desk: Desk, what: Any) -> None:
    """As the gateway calls an event's hooks."""
    context = desk.context()
    await desk.plugin.event_received(what, context)
    hook = desk.plugin.message_received if isinstance(what, Message) else desk.plugin.echo_received
    await hook(what, context)


def echo(after: float) -> Any:
    said = {"mid": f"m_echo_{after}", "text": "It is in stock.", "is_echo": True, "app_id": 1}
    return event({**item(PAGE, after, account=ANNA), "message": said})


async def test_what_happens_stands_on_the_contacts_timeline_without_what_was_said(desk: Desk) -> None:
    await happens(desk, message(ANNA, 1, text="Is <b> blue?", quick_reply={"payload": "<COLOR&>"}))
    await happens(desk, echo(2))
    (contact,) = desk.portal.contacts
    first, second = desk.portal.notes_of(contact)
    assert first["hs_note_body"].startswith("Messenger: message by the person<br>")
    assert "quickReplyPayload: &lt;COLOR&amp;&gt;" in first["hs_note_body"]
    assert "blue" not in first["hs_note_body"]
    assert (first["hs_timestamp"], second["hs_note_body"].split("<br>")[0]) == (
        str(T0 + 1000),
        "Messenger: message echo by the business",
    )


async def test_a_repeated_event_makes_no_second_note(desk: Desk) -> None:
    said = message(ANNA, 1)
    for _ in range(2):
        await happens(desk, said)
        await desk.plugin.plugin_stopped()
        desk.plugin = desk.started()
    assert len(desk.portal.notes) == 1


@pytest.mark.parametrize("where", [NOTES + "batch/upsert", "/notes/contacts/batch/associate/default"])
@pytest.mark.parametrize(
    "trouble", [Trouble(lost=True), Trouble(answer=Answer(502)), Trouble(answer=error(423, "LOCKED"))]
)
async def test_a_note_that_was_cut_short_is_finished_and_stands_once(desk: Desk, where: str, trouble: Trouble) -> None:
    said = message(ANNA, 1)
    desk.portal.trouble = lambda request: trouble if request.path.endswith(where) else Trouble()
    with pytest.raises(TryLater):
        await happens(desk, said)
    desk.portal.trouble = lambda _: Trouble()
    await happens(desk, said)
    (contact,) = desk.portal.contacts
    assert len(desk.portal.notes) == len(desk.portal.notes_of(contact)) == 1


async def test_a_property_of_notes_that_is_missing_is_to_be_created(desk: Desk) -> None:
    missing = error(400, "VALIDATION_ERROR", errors=[{"message": "no", "code": "PROPERTY_DOESNT_EXIST"}])
    desk.portal.trouble = lambda request: Trouble(answer=missing if "/notes/" in request.path else None)
    with pytest.raises(TryLater, match=r"hubspot\.noteProperty"):
        await happens(desk, message(ANNA, 1))


async def test_what_concerns_nobody_the_portal_has_is_left_out(desk: Desk) -> None:
    await happens(desk, echo(1))
    assert not desk.portal.notes
    assert not desk.portal.requests


async def test_notes_follow_a_contact_that_was_merged(desk: Desk) -> None:
    await happens(desk, message(ANNA, 1))
    (first,) = desk.portal.contacts
    desk.portal.contacts["900"] = {}
    desk.portal.merge(first, "900")
    await happens(desk, message(ANNA, 2))
    assert len(desk.portal.notes_of("900")) == 1


async def test_notes_go_with_their_person(desk: Desk) -> None:
    await happens(desk, message(ANNA, 1))
    context: HookContext = desk.context()
    assert (await desk.plugin.person_deleted(WHO, context)).startswith("hubspot gdpr-delete of 1, none left")
    assert not desk.portal.notes
    assert desk.portal.of("gdpr-delete")
    assert desk.portal.requests[-1].path == CONTACTS + "batch/read"

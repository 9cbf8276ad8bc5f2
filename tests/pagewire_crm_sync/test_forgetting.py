"""A person has to be forgotten: here and at the sink."""

import pytest

from pagewire import Refused, TryLater
from pagewire.people import DeletedPerson
from pagewire_crm_sync import Config, CrmSync
from tests.pagewire_crm_sync.sink_server import Says, Sink
from tests.pagewire_crm_sync.world import ANNA, PAGE, HookContext, ManualClock, at, message

WHO = DeletedPerson(object="page", account=PAGE, id=ANNA, request="del_1", ground="operator", requested=at(60))


async def test_the_sink_is_told_and_the_receipt_names_the_event(sink: Sink, plugin: CrmSync, config: Config) -> None:
    receipt = await plugin.person_deleted(WHO, HookContext(config))
    (told,) = sink.events
    assert (told["type"], told["id"], told["subject"]) == ("dev.pagewire.person.deleted.v1", receipt, ANNA)
    assert told["data"] == {
        "key": {"object": "page", "account": PAGE, "scopedId": ANNA},
        "request": "del_1",
        "ground": "operator",
        "requested": at(60).isoformat().replace("+00:00", "Z"),
    }


async def test_it_is_asked_again_with_the_same_bytes_until_the_sink_took_it(
    sink: Sink, plugin: CrmSync, config: Config
) -> None:
    sink.script.append(Says(500))
    with pytest.raises(TryLater):
        await plugin.person_deleted(WHO, HookContext(config))
    await plugin.person_deleted(WHO, HookContext(config))
    assert sink.requests[0].body == sink.requests[1].body
    sink.script.append(Says(422))
    with pytest.raises(Refused):
        await plugin.person_deleted(WHO, HookContext(config))


async def test_nothing_that_waited_brings_the_person_back(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    await plugin.person_deleted(WHO, HookContext(config))
    await plugin.plugin_stopped()
    assert [each["type"].split(".")[2:4] for each in sink.events] == [["contact", "upserted"], ["person", "deleted"]]


async def test_who_writes_again_is_a_contact_again(sink: Sink, plugin: CrmSync, config: Config) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.person_deleted(WHO, HookContext(config))
    await plugin.event_received(message(after=90), HookContext(config))
    assert [each["data"].get("lastKind") for each in sink.events] == ["message", None, "message"]

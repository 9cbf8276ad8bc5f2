"""HubSpot's own Python client, which HubSpot generates from its specification, as the judge of what is said on both sides.

Whatever the plugin asked is asked again by that client: it has to make the same request of it. And it reads every answer of our
portal with strict validation, so an answer that HubSpot's specification does not allow fails here. The client knows version
2026-03; the plugin is set to it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import hubspot_sdk
import msgspec
import pytest
from hubspot_sdk.types.shared import StandardError

from tests.pagewire_crm_sync.crm_server import Request
from tests.pagewire_crm_sync.hubspot_fake import TOKEN, Portal, Trouble, error, running
from tests.pagewire_crm_sync.kept import kept_in
from tests.pagewire_crm_sync.test_hubspot import WHO, Desk, configured
from tests.pagewire_crm_sync.test_hubspot_matching import EMAIL, FIELDS, PHONE, shares
from tests.pagewire_crm_sync.test_hubspot_notes import happens
from tests.pagewire_crm_sync.world import ANNA, BEN, ManualClock, message

VERSION = "2026-03"
Body = dict[str, Any]
Call = Callable[[hubspot_sdk.AsyncHubSpot, Body], Awaitable[Any]]

CALLS: dict[str, Call] = {
    f"/crm/objects/{VERSION}/contacts/batch/upsert": lambda client, body: client.crm.objects.contacts.batch.upsert(
        inputs=[
            _snake(each, idProperty="id_property", objectWriteTraceId="object_write_trace_id")
            for each in body["inputs"]
        ]
    ),
    f"/crm/objects/{VERSION}/contacts/batch/update": lambda client, body: client.crm.objects.contacts.batch.update(
        inputs=body["inputs"]
    ),
    f"/crm/objects/{VERSION}/contacts/batch/read": lambda client, body: client.crm.objects.contacts.batch.get(
        **_snake(body, idProperty="id_property", propertiesWithHistory="properties_with_history")
    ),
    f"/crm/objects/{VERSION}/contacts/search": lambda client, body: client.crm.objects.contacts.search(
        **{
            **_snake(body, filterGroups="filter_groups"),
            "filter_groups": [
                {"filters": [_snake(each, propertyName="property_name") for each in group["filters"]]}
                for group in body["filterGroups"]
            ],
        }
    ),
    f"/crm/objects/{VERSION}/contacts/gdpr-delete": lambda client, body: client.crm.objects.contacts.gdpr_delete(
        **_snake(body, objectId="object_id")
    ),
    f"/crm/objects/{VERSION}/notes/batch/upsert": lambda client, body: client.crm.objects.notes.batch.upsert(
        inputs=[
            _snake(each, idProperty="id_property", objectWriteTraceId="object_write_trace_id")
            for each in body["inputs"]
        ]
    ),
    f"/crm/associations/{VERSION}/notes/contacts/batch/associate/default": (
        lambda client, body: client.crm.associations.batch.create_default(
            "contacts", from_object_type="notes", inputs=body["inputs"]
        )
    ),
}


def _snake(body: Body, **names: str) -> Body:
    """The body's fields by the names that the client's methods give them."""
    return {names.get(name, name): value for name, value in body.items()}


@asynccontextmanager
async def official(portal: Portal) -> AsyncIterator[hubspot_sdk.AsyncHubSpot]:
    """HubSpot's client, talking to our portal; an answer that does not fit raises."""
    how: Body = {"base_url": portal.url, "max_retries": 0, "_strict_response_validation": True}
    async with hubspot_sdk.AsyncHubSpot(access_token=TOKEN, **how) as client:
        yield client


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    async with running(clock.now) as portal, kept_in(tmp_path) as kept:
        portal.properties |= {"email", "phone"}
        found = Desk(portal, kept, clock)
        hubspot = {"fields": FIELDS, "match": ["email", "phone"], "version": VERSION}
        include = {"profile": True, "addresses": True}
        found.config = configured(portal, hubspot=hubspot, include=include, timeline=["message"])
        yield found
        await found.plugin.plugin_stopped()


async def everything_happens(desk: Desk) -> None:
    """Every request that the plugin knows."""
    desk.portal.contacts |= {"77": {"email": EMAIL}, "78": {"phone": PHONE}}
    await shares(desk, EMAIL)
    await shares(desk, PHONE, person=BEN)
    await happens(desk, message(ANNA, 5))
    await desk.plugin.person_deleted(WHO, desk.context())


async def test_hubspots_own_client_makes_the_same_requests(desk: Desk) -> None:
    await everything_happens(desk)
    asked = [*desk.portal.requests]
    assert {each.path for each in asked} == CALLS.keys()
    desk.portal.trouble = lambda _: Trouble(answer=error(423, "LOCKED"))  # nothing is done twice
    async with official(desk.portal) as client:
        for each in asked:
            with pytest.raises(hubspot_sdk.APIStatusError):
                await CALLS[each.path](client, msgspec.json.decode(each.body))
    assert [_shown(each) for each in desk.portal.requests[len(asked) :]] == [_shown(each) for each in asked]


async def test_hubspots_own_client_takes_every_answer_of_our_portal(desk: Desk) -> None:
    await everything_happens(desk)
    asked = {each.path: msgspec.json.decode(each.body) for each in desk.portal.requests}
    desk.clock.advance(20)
    async with official(desk.portal) as client:
        await CALLS[f"/crm/objects/{VERSION}/contacts/batch/upsert"](client, {"inputs": [_input("x")]})
        (record,) = (id_ for id_, held in desk.portal.contacts.items() if held.get("pagewire_id") == "x")
        note = await CALLS[f"/crm/objects/{VERSION}/notes/batch/upsert"](
            client, asked[f"/crm/objects/{VERSION}/notes/batch/upsert"]
        )
        tie = {"from": {"id": note.results[0].id}, "to": {"id": record}}
        bodies = {
            "contacts/batch/read": asked[f"/crm/objects/{VERSION}/contacts/batch/read"],
            "contacts/batch/update": {"inputs": [{"id": record, "properties": {"firstname": "Y"}}]},
            "contacts/search": asked[f"/crm/objects/{VERSION}/contacts/search"],
            "contacts/gdpr-delete": {"objectId": record},
        }
        ties = await CALLS[f"/crm/associations/{VERSION}/notes/contacts/batch/associate/default"](
            client, {"inputs": [tie]}
        )
        assert ties.results[0].to.id == record
        for what, body in bodies.items():
            await CALLS[f"/crm/objects/{VERSION}/{what}"](client, body)


async def test_hubspots_own_client_takes_an_answer_in_part(desk: Desk) -> None:
    desk.portal.trouble = lambda _: Trouble(refuse=lambda number: "VALIDATION_ERROR" if number == 0 else None)
    inputs = [_input("a"), _input("b")]
    async with official(desk.portal) as client:
        found = await CALLS[f"/crm/objects/{VERSION}/contacts/batch/upsert"](client, {"inputs": inputs})
    (wrong,) = (StandardError.model_validate(each, strict=True) for each in found.model_extra["errors"])
    assert (len(found.results), found.model_extra["numErrors"]) == (1, 1)
    assert wrong.context == {"objectWriteTraceId": ["a"]}


def _input(name: str) -> Body:
    return {"id": name, "idProperty": "pagewire_id", "objectWriteTraceId": name, "properties": {"firstname": "X"}}


def _shown(request: Request) -> tuple[str, str, Body, str]:
    body: Body = msgspec.json.decode(request.body)
    return request.method, request.path, body, request.headers["authorization"]

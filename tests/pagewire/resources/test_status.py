"""What the operator writes is what the schema takes, and what comes back is what was written."""

import msgspec
import pytest
from msgspec.structs import fields

from pagewire.resources import ADVICE, KINDS, STALLING, Reason, Status, decode
from tests.generated.conditions_page import members

from .documents import Document, app, instagram, page, subscription, token
from .server import Api
from .statuses import FULL

OF = {found["kind"]: found for found in (app(), token(), subscription(), page(), instagram())}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_full_status_is_kept_whole(api: Api, kind: str):
    written = msgspec.to_builtins(FULL[kind])
    async with api.kept(OF[kind]):
        answer = await api.say(OF[kind], written)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == written
    assert decode(answer.json()).status == FULL[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_left_out_of_the_full_statuses(kind: str):
    empty = [field.name for field in fields(FULL[kind]) if getattr(FULL[kind], field.name) == field.default]
    assert not empty
    assert type(FULL[kind]) is decode({**OF[kind], "status": {}}).status.__class__


async def test_the_server_takes_no_field_that_the_struct_has_not(api: Api):
    async with api.kept(page()):
        answer = await api.say(page(), {"token": "EAA"})
    assert answer.status_code == 422, answer.text
    assert 'unknown field "status.token"' in answer.json()["message"]


async def test_a_change_of_status_is_no_change_of_the_spec(api: Api):
    async with api.kept(page()) as made:
        answer = await api.say(page(), {"observedGeneration": 1})
    assert answer.json()["metadata"]["generation"] == made["metadata"]["generation"] == 1


async def test_a_status_cannot_be_applied_with_the_spec(api: Api):
    document: Document = {**page(), "status": {"name": "mine"}}
    async with api.kept(document) as made:
        assert "status" not in made


def test_what_is_empty_is_not_written():
    assert msgspec.to_builtins(Status()) == {}
    assert msgspec.to_builtins(Status(observed_generation=3)) == {"observedGeneration": 3}


def test_every_reason_is_documented_and_has_a_next_step():
    documented = [value for _, value, said in members(Reason) if said]
    assert documented == [reason.value for reason in Reason]
    assert list(ADVICE) == list(Reason)
    assert all(ADVICE[reason] not in {"Nothing.", ADVICE[Reason.RATE_LIMITED]} for reason in STALLING)

"""Nonsense in any place of any request is refused with an error of Meta's, never with a failure of ours."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from pagewire.simulator import unlimited
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID
from tests.pagewire.simulator.conftest import Bench
from tests.pagewire.simulator.test_assets import DEFINITION, PARAMETERS
from tests.pagewire.simulator.test_chat_templates import FEEDBACK, INSTAGRAM, MESSENGER, PRIVACY, template

NONSENSE: list[Any] = [[[]], {"a": {}}, None, 5, -1.5, "", "x" * 3000, True, [None], [5]]
MENU = [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "Orders", "payload": "O"}]}]
UTILITY = {"template": {"name": "shipment_update_1", "language": {"code": "en"}, "components": PARAMETERS}}
MESSAGES: list[tuple[str, dict[str, Any]]] = [
    *((PAGE_ID, {"message": body, "thread_control": {"control_type": "release"}}) for body, _ in MESSENGER),
    *((INSTAGRAM_ID, {"message": body}) for body, _ in INSTAGRAM),
    (PAGE_ID, {"message": FEEDBACK}),
    (PAGE_ID, {"message": template("customer_information", countries=["US"], business_privacy=PRIVACY)}),
    (PAGE_ID, {"messaging_type": "UTILITY", "message": UTILITY}),
    (PAGE_ID, {"sender_action": "react", "payload": {"message_id": "m_1", "reaction": "love"}}),
    (PAGE_ID, {"message": {"text": "?", "quick_replies": [{"content_type": "text", "title": "Y", "payload": "Y"}]}}),
    (PAGE_ID, {"message": {"text": "this"}, "reply_to": {"mid": "m_1"}, "persona_id": "22"}),
]
EDGES: dict[str, dict[str, Any]] = {
    "message_templates": DEFINITION,
    "moderate_conversations": {"user_ids": [{"id": "1"}], "actions": ["move_to_spam"]},
    "custom_user_settings": {"psid": "1", "persistent_menu": MENU},
    "personas": {"name": "Sam", "profile_picture_url": "https://cdn.example.com/sam.png"},
    "custom_labels": {"page_label_name": "vip"},
    "message_attachments": {"message": MESSENGER[4][0]},
    "pass_thread_control": {"recipient": {"id": "1"}, "target_app_id": "1", "metadata": "m"},
    "extend_thread_control": {"recipient": {"id": "1"}, "duration": 60},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value that holds another."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inside:
        yield (*path, key)
        yield from places(found, (*path, key))


def spoilt(body: dict[str, Any], path: tuple[Any, ...], nonsense: Any) -> dict[str, Any]:
    made = copy.deepcopy(body)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = nonsense
    return made


def spoilings(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A list in every place, and something else that changes from place to place."""
    other = cycle(NONSENSE)
    for path in places(body):
        for nonsense in (NONSENSE[0], next(other)):
            yield spoilt(body, path, nonsense)


@pytest.mark.parametrize("account", [PAGE_ID, INSTAGRAM_ID])
async def test_messages(bench: Bench, account: str) -> None:
    bench.meta.rates.limits = unlimited()
    recipient = {"id": bench.meet(account)}
    for body in (body for where, body in MESSAGES if where == account):
        for nonsense in spoilings(body):
            answer = await bench.send(account, {"recipient": recipient, **nonsense})
            assert answer.status_code < 500, nonsense


@pytest.mark.parametrize("edge", EDGES)
async def test_edges(bench: Bench, edge: str) -> None:
    ada = bench.meet()
    body = {key: ada if value == "1" and key == "psid" else value for key, value in EDGES[edge].items()}
    for nonsense in spoilings(body):
        answer = await bench.call("POST", f"me/{edge}", json=nonsense)
        assert answer.status_code < 500, nonsense

"""Which events open the standard messaging window, and when it closes."""

import json
from typing import Any

import pytest

from pagewire import wire
from pagewire.events import KINDS
from pagewire.wire import Item
from pagewire_gateway import window

PERSON, PAGE = "24000000000000001", "108000000000001"


def item(kind: str, raw: Any = None) -> Item:
    body = raw if isinstance(raw, bytes) else json.dumps(raw or {}).encode()
    return Item(
        kind=kind,
        channel="messaging",
        object="page",
        account=PAGE,
        person=PERSON,
        timestamp=1_790_000_000_000,
        time_estimated=False,
        via="messaging",
        key=kind,
        raw=body,
    )


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        pytest.param("message", {}, id="whatever a person sends"),
        pytest.param("message", b"\xff", id="even if the item cannot be read: its kind is known"),
        pytest.param("postback", {}, id="a button"),
        pytest.param("referral", {}, id="a link into an existing conversation"),
        pytest.param("reaction", {"reaction": {"action": "react", "emoji": "❤"}}, id="a reaction"),
        pytest.param("optin", {"optin": {"ref": "checkout"}}, id="Send-to-Messenger"),
        pytest.param("optin", {"optin": {"ref": "checkout", "user_ref": "u-1"}}, id="checkbox plugin"),
        pytest.param("optin", {"optin": {"ref": "checkout", "type": None}}, id="a type of null is none"),
    ],
)
def test_a_persons_act_opens_the_window(kind: str, raw: Any):
    assert window.opens(item(kind, raw)) is True


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        pytest.param("message_echo", {"message": {"is_echo": True}}, id="our own words"),
        pytest.param("reaction", {"reaction": {"action": "unreact"}}, id="taking a reaction back"),
        pytest.param("reaction", {"reaction": {}}, id="a reaction that does not say"),
        pytest.param("reaction", {"reaction": {"action": 1}}, id="a reaction of unexpected form"),
        pytest.param("reaction", {"reaction": "react"}, id="a reaction of another form"),
        pytest.param("reaction", b"\xff", id="a reaction that cannot be read"),
        pytest.param("reaction", b"[" * 100_000, id="a reaction nested too deep"),
        pytest.param("optin", {"optin": {"type": "notification_messages"}}, id="marketing messages"),
        pytest.param("optin", {"optin": {"type": "one_time_notif_req"}}, id="one-time notification"),
        pytest.param("optin", {"optin": {"type": "something_new"}}, id="a type nobody knows"),
        pytest.param("optin", {"optin": None}, id="an opt-in that is not there"),
        pytest.param("optin", b"{", id="an opt-in that cannot be read"),
        pytest.param("read", {}, id="reading"),
        pytest.param("message_edit", {}, id="editing"),
        pytest.param("message_deleted", {}, id="unsending"),
        pytest.param("change.comments", {}, id="a comment buys one private reply, no window"),
        pytest.param("call.connect", {}, id="a call"),
        pytest.param("unknown", {}, id="what nobody knows"),
    ],
)
def test_what_is_not_on_the_list_opens_nothing(kind: str, raw: Any):
    assert window.opens(item(kind, raw)) is False


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"message", "postback", "referral", "reaction", "optin"}))
def test_no_other_kind_opens_it(kind: str):
    raw = {"reaction": {"action": "react"}, "optin": {"ref": "x"}}
    assert window.opens(item(kind, raw)) is False


def test_the_fields_are_those_that_the_wire_carries():
    sender: dict[str, Any] = {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": 1_790_000_000_000}
    items = [
        {**sender, "reaction": {"mid": "m_1", "action": "react", "emoji": "❤"}},
        {**sender, "reaction": {"mid": "m_1", "action": "unreact"}},
        {"recipient": {"id": PAGE}, "timestamp": 1_790_000_000_000, "optin": {"ref": "a", "user_ref": "u"}},
        {**sender, "optin": {"type": "notification_messages", "notification_messages_token": "t"}},
    ]
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": items}]}).encode()
    read = wire.read(body, 0).items
    assert [(one.kind, window.opens(one)) for one in read] == [
        ("reaction", True),
        ("reaction", False),
        ("optin", True),
        ("optin", False),
    ]


def test_it_closes_a_minute_before_24_hours_are_over():
    assert window.closes_at(1_000) == 1_000 + 86_400_000 - 60_000
    assert window.STANDARD_WINDOW_MS == 86_400_000

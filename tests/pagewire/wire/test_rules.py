"""Which container gives which kind, whose item it is, and when it happened."""

from typing import Any

import pytest

from pagewire.events import KINDS, instant
from pagewire.wire import read
from tests.pagewire.wire.bodies import (
    BACK,
    ENDS,
    PAGE,
    PERSON,
    RECEIVED,
    WHEN,
    body,
    change,
    entry,
    item_of,
    only,
    typed,
)

KEYS_IN_ORDER = [
    "message_edit",
    "reaction",
    "postback",
    "optin",
    "referral",
    "read",
    "delivery",
    "account_linking",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy_enforcement",
    "policy-enforcement",
    "response_feedback",
    "messaging_feedback",
    "messaging_customer_information",
    "order",
    "game_play",
    "call_permission_reply",
    "payment",
    "checkout_update",
    "pre_checkout",
    "message_request",
]
KIND_OF_KEY = {key: kind for kind, struct in KINDS.items() for key in struct.finds if key != "message"}


@pytest.mark.parametrize("index", range(len(KEYS_IN_ORDER)))
def test_the_first_key_wins(index: int) -> None:
    members = {key: {"mid": "m"} for key in reversed(KEYS_IN_ORDER[index:])}
    item = item_of({**ENDS, "message": "TEST_MESSAGE", "status": "x", "violations": [], **members})
    assert item.kind == KIND_OF_KEY[KEYS_IN_ORDER[index]]


def test_the_rules_know_no_other_keys() -> None:
    assert set(KEYS_IN_ORDER) == set(KIND_OF_KEY)


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"message": {}}, "message"),
        ({"message": {"is_echo": True}, "reaction": {}}, "message_echo"),
        ({"message": {"is_echo": True, "is_deleted": True}}, "message_deleted"),
        ({"message": {"is_echo": "true", "is_deleted": 1}}, "message"),
        ({"message": {"is_echo": None, "is_deleted": False, "is_unsupported": True}}, "message"),
        ({"message": "TEST_MESSAGE"}, "unknown"),
        ({"message": None, "read": {"mid": "m"}}, "read"),
        ({"message": [], "read": None, "postback": {}}, "postback"),
        ({"reaction": None}, "unknown"),
        ({"prior_message": {}, "is_self": True}, "unknown"),
        ({"status": "x"}, "unknown"),
        ({"status": None, "violations": []}, "unknown"),
        ({"violations": []}, "unknown"),
        ({"status": "x", "violations": None, "restrictions": []}, "page_integrity"),
        ({"status": "x", "action_events": []}, "page_integrity"),
        ({}, "unknown"),
    ],
)
def test_kind(members: dict[str, Any], kind: str) -> None:
    assert item_of({**ENDS, **members}).kind == kind


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ({"event": "terminate"}, "call.terminate"),
        ({}, "call.unknown"),
        ({"event": 5}, "call.unknown"),
        ("x", "unknown"),
    ],
)
def test_kind_of_a_call(call: Any, kind: str) -> None:
    assert item_of(call, container="calls").kind == kind


@pytest.mark.parametrize(
    ("element", "kind", "via"),
    [
        (change("feed", {"message": "text", "from": {"id": "1"}}), "change.feed", "changes"),
        (change("group_feed", {"recipient": {"id": "1"}, "message": "text"}), "change.group_feed", "changes"),
        (change("messages", {"sender": {"id": "1"}, "message": {"mid": "m"}}), "message", "changes"),
        (change("message_reads", {"recipient": {"id": "1"}, "read": {"watermark": 5}}), "read", "changes"),
        (change("x", {"sender": {"id": "1"}, "status": "x", "violations": []}), "change.x", "changes"),
        (change("x", {"message": {"mid": "m"}}), "change.x", "changes"),
        (change("name", "New name"), "change.name", "changes"),
        (change("name", None), "change.name", "changes"),
        (change(None, {"x": 1}), "unknown", "changes"),
        (change(5, {"x": 1}), "unknown", "changes"),
        ({}, "unknown", "changes"),
        ("x", "unknown", "changes"),
    ],
)
def test_kind_of_a_change(element: Any, kind: str, via: str) -> None:
    item = item_of(element, container="changes")
    assert (item.kind, item.via, item.channel) == (kind, via, "messaging")


def test_a_flat_change_that_wraps_a_messaging_item() -> None:
    item = only(body({"id": "0", "time": 5, **change("messages", {**ENDS, "message": {"mid": "m"}})}))
    assert (item.kind, item.account, item.person, item.key) == ("message", PAGE, PERSON, f"page:{PAGE}:message:m")


def test_containers_of_one_entry_all_count() -> None:
    message = {**ENDS, "message": {"mid": "m"}}
    whole = entry(
        message,
        standby=[message],
        calls=[{"event": "connect"}],
        changes=[change("feed", {})],
        **change("comments", {"id": "c"}),
    )
    found = [(item.kind, item.channel, item.via) for item in read(body(whole), RECEIVED).items]
    assert found == [
        ("message", "messaging", "messaging"),
        ("message", "standby", "standby"),
        ("call.connect", "messaging", "calls"),
        ("change.feed", "messaging", "changes"),
        ("change.comments", "messaging", "changes"),
    ]


@pytest.mark.parametrize(
    ("members", "kinds"),
    [
        ({}, ["unknown"]),
        ({"messaging": None}, ["unknown"]),
        ({"messaging": None, "standby": None, "changes": [change("feed", {})], "field": None}, ["change.feed"]),
        ({"messaging": [], "standby": []}, []),
        ({"changed_fields": ["feed"]}, ["unknown"]),
        ({"field": "feed"}, ["change.feed"]),
        ({"field": None, "value": {}}, ["unknown"]),
        ({"messaging": {**ENDS, "message": {"mid": "m"}}}, ["message"]),
        ({"messaging": "x", "changes": 5}, ["unknown", "unknown"]),
        ({**ENDS, "call_permission_reply": {"response": "reject"}}, ["call_permission_reply"]),
        ({"hop_context": {"app_id": 5}, "messaging": [{**ENDS, "message": {"mid": "m"}}]}, ["message"]),
    ],
)
def test_kinds_of_an_entry(members: dict[str, Any], kinds: list[str]) -> None:
    assert [item.kind for item in read(body({"id": PAGE, "time": WHEN, **members}), RECEIVED).items] == kinds


MESSAGE = {"mid": "m"}
DELETED = {"mid": "m", "is_echo": True, "is_deleted": True}


@pytest.mark.parametrize(
    ("item", "id_", "account", "person"),
    [
        ({**ENDS, "message": MESSAGE}, PAGE, PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, 104000000000001, PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, "0", PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, 0, PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, None, PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, "", PAGE, PERSON),
        ({**ENDS, "message": MESSAGE}, {"id": 5}, PAGE, PERSON),
        ({**BACK, "message": {**MESSAGE, "is_echo": True}}, "0", PAGE, PERSON),
        ({**BACK, "message": DELETED}, "0", PAGE, PERSON),
        ({**BACK, "message": DELETED}, PAGE, PAGE, PERSON),
        ({"message": MESSAGE}, "0", "0", None),
        ({"message": MESSAGE}, None, "", None),
        ({"recipient": {"user_ref": "r"}, "message": MESSAGE}, "0", "0", None),
        ({"sender": {"id": 71, "user_ref": "u"}, "message": MESSAGE}, PAGE, PAGE, "71"),
        ({"sender": {"id": "", "user_ref": "u"}, "message": MESSAGE}, PAGE, PAGE, "u"),
        ({"sender": {"user_ref": "u"}, "optin": {"user_ref": "other"}}, PAGE, PAGE, "u"),
        ({"optin": {"user_ref": "u"}}, PAGE, PAGE, "u"),
        ({"sender": None, "optin": {"user_ref": "u"}}, PAGE, PAGE, "u"),
        ({"sender": "71", "message": MESSAGE}, PAGE, PAGE, None),
        ({"sender": {"id": True}, "message": MESSAGE}, PAGE, PAGE, None),
        ({"sender": {"id": 7.1e3}, "message": MESSAGE}, PAGE, PAGE, None),
        ({"sender": {"id": 99999999999999999999}, "message": MESSAGE}, PAGE, PAGE, "99999999999999999999"),
        ({"sender": {"id": PAGE}, "postback": MESSAGE, "is_self": True}, PAGE, PAGE, PAGE),
    ],
)
def test_account_and_person(item: dict[str, Any], id_: Any, account: str, person: str | None) -> None:
    found = item_of(item, id=id_)
    assert (found.account, found.person) == (account, person)
    assert found.conversation == (("page", account, person) if person else None)


@pytest.mark.parametrize(
    ("call", "person"),
    [
        ({"from": PERSON, "to": PAGE}, PERSON),
        ({"from": PAGE, "to": PERSON}, PERSON),
        ({"recipient_id": 71}, "71"),
        ({"from": PAGE}, None),
        ({"from": {"id": PERSON}}, None),
    ],
)
def test_the_person_of_a_call_is_its_other_end(call: dict[str, Any], person: str | None) -> None:
    assert item_of({"event": "connect", **call}, container="calls").person == person


TIMES = [
    (1_790_000_000_123, 1_790_000_000_123, False),
    (1_790_000_000, 1_790_000_000_000, False),
    ("1527459824", 1_527_459_824_000, False),
    ("1527459824123", 1_527_459_824_123, False),
    (99_999_999_999, 99_999_999_999_000, False),
    (100_000_000_000, 100_000_000_000, False),
    (1_790_000_000_123.0, 1_790_000_000_123, False),
    (0, 0, False),
]
NO_TIMES: list[Any] = [None, "soon", "", True, -5, [], {}, 10**18, "9" * 5000, 1e300, "nan"]


@pytest.mark.parametrize(("stamp", "millis", "estimated"), TIMES)
def test_time_of_an_item(stamp: Any, millis: int, estimated: bool) -> None:
    found = item_of({**ENDS, "timestamp": stamp, "message": MESSAGE})
    assert (found.timestamp, found.time_estimated) == (millis, estimated)


@pytest.mark.parametrize("stamp", NO_TIMES)
@pytest.mark.parametrize(
    ("time", "millis"), [(WHEN, WHEN), (1_790_000_000, WHEN), ("1790000000", WHEN), ("x", RECEIVED), (None, RECEIVED)]
)
def test_without_a_time_of_its_own_the_delivery_stands_in(stamp: Any, time: Any, millis: int) -> None:
    found = item_of({**ENDS, "timestamp": stamp, "message": MESSAGE}, time=time)
    assert (found.timestamp, found.time_estimated) == (millis, True)


def test_missing_times_all_the_way_down() -> None:
    found = only(body({"messaging": [{"message": MESSAGE}]}))
    assert (found.timestamp, found.time_estimated) == (RECEIVED, True)


def test_a_change_states_its_time_in_the_value() -> None:
    found = item_of(
        change("marketing_message_reads", {"timestamp": 1_790_000_000, "mid": "m"}), container="changes", time=5
    )
    assert (found.timestamp, found.time_estimated) == (WHEN, False)


def test_an_event_tells_its_times_in_utc() -> None:
    event = typed({**ENDS, "timestamp": WHEN + 1, "message": MESSAGE})
    assert event.timestamp.isoformat() == "2026-09-21T14:13:20.001000+00:00"
    assert event.received.isoformat() == "2026-09-21T14:13:29.999000+00:00"
    assert instant("1790000000") == instant(1_790_000_000_000)


def test_a_time_before_1973_keeps_its_milliseconds() -> None:
    event = typed({"message": MESSAGE}, time=None)
    assert event.timestamp == event.received
    assert read(body(entry({"message": MESSAGE}, time=None)), 1_500).items[0].timestamp == 1_500


@pytest.mark.parametrize(
    ("object_", "told"),
    [("page", "page"), ("whatsapp_business_account", "whatsapp_business_account"), (7, "7"), (None, ""), ({}, "")],
)
def test_any_object_is_read(object_: Any, told: str) -> None:
    found = item_of({**ENDS, "message": MESSAGE}, object_=object_)
    assert (found.object, found.kind) == (told, "message")

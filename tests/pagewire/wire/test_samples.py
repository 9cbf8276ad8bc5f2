"""Every sample comes to exactly the kinds, accounts, people and times it should."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from pagewire import samples
from pagewire.events import struct_of
from pagewire.wire import event_of, read
from tests.pagewire.wire.bodies import RECEIVED

NAMES = samples.names()
MESSAGING = [
    name
    for name in NAMES
    if not any(word in name for word in ("changes", "calls", "dashboard", "flat", "entry_level", "mixed_entries"))
]

UNUSUAL = {
    "messenger/batch_mixed_entries": [
        ("104000000000001", "7100000000000001", 1790000000000, False),
        ("104000000000002", "7100000000000002", 1790000000001, False),
        ("104000000000001", "7100000000000001", 1790000000000, False),
        ("104000000000002", None, 1790000000000, True),
    ],
    "messenger/call_permission_reply_at_entry_level": [("104000000000001", "7100000000000001", 1790000000000, False)],
    "messenger/calls_connect": [("104000000000001", "7100000000000001", 1790000000000, False)],
    "messenger/changes_feed_comment_add": [("104000000000001", None, 1790000000000, True)],
    "messenger/changes_feed_comment_remove_no_message": [("104000000000001", None, 1790000100000, True)],
    "messenger/changes_leadgen": [("104000000000001", None, 1790000001000, True)],
    "messenger/changes_mention_comment": [("104000000000001", None, 1790000006000, True)],
    "messenger/dashboard_test_changes_postback": [("23245", "test-user-ref", 1527459824000, False)],
    "instagram/dashboard_test_changes_message": [("23245", "12334", 1527459824000, False)],
    "instagram/comments_flat_entry_field_value": [("17841400000000001", None, 1790000000000, True)],
    "messenger/delivery_watermark_only_no_timestamp": [("104000000000001", "7100000000000001", 1790000000350, True)],
    "messenger/messaging_feedback_no_timestamp": [("104000000000001", "7100000000000001", 1790000000000, True)],
    "messenger/optin_checkbox_user_ref_no_sender": [("104000000000001", "user-ref-000123", 1790000000000, False)],
    "messenger/postback_user_ref_chat_plugin_legacy": [("104000000000001", "guest-ref-5f2", 1790000000000, False)],
    "messenger/referral_timestamp_in_seconds": [("104000000000001", "7100000000000001", 1790000000000, False)],
    "messenger/policy_enforcement_warning": [("104000000000001", None, 1790000000000, False)],
    "messenger/handover_app_roles_no_sender_legacy": [("104000000000001", None, 1790000000000, False)],
    "messenger/standby_echo": [("104000000000001", "7100000000000001", 1790000000000, False)],
    "instagram/message_echo_deleted": [("17841400000000001", "1200000000000001", 1790000000000, False)],
    "instagram/message_self_echo": [("17841400000000001", "1200000000000099", 1790000000000, False)],
    "instagram/postback_self": [("17841400000000001", "17841400000000001", 1790000000000, False)],
}
"""Account, person, milliseconds, estimated: for each item of the samples that have something special about one of them."""


def test_the_table_names_every_file_and_nothing_else() -> None:
    here = files(samples)
    found = {
        f"{folder}/{file.name.removesuffix('.json')}"
        for folder in ("messenger", "instagram")
        for file in here.joinpath(folder).iterdir()
    }
    assert found == set(NAMES)
    assert len(NAMES) == 119


def test_a_sample_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="no sample 'messenger/nothing'"):
        samples.body("messenger/nothing")
    with pytest.raises(KeyError, match="no sample"):
        samples.kinds("../pyproject")


@pytest.mark.parametrize("name", NAMES)
def test_kinds_and_channels(name: str) -> None:
    reading = read(samples.body(name), RECEIVED)
    found = tuple(f"standby:{item.kind}" if item.channel == "standby" else item.kind for item in reading.items)
    assert found == samples.kinds(name)
    assert reading.unreadable is None


@pytest.mark.parametrize("name", NAMES)
def test_typed_whole(name: str) -> None:
    for item in read(samples.body(name), RECEIVED).items:
        event = event_of(item, RECEIVED)
        assert type(event) is struct_of(item.kind)
        assert event.unread == ()
        assert event.raw == json.loads(item.raw)
        assert (event.id, event.kind, event.channel, event.via) == (item.id, item.kind, item.channel, item.via)
        assert event.conversation == item.conversation
        assert event.timestamp == datetime.fromtimestamp(item.timestamp / 1000, UTC)
        assert event.received == datetime.fromtimestamp(RECEIVED / 1000, UTC)


@pytest.mark.parametrize("name", UNUSUAL)
def test_account_person_and_time_of_unusual_samples(name: str) -> None:
    found = [(i.account, i.person, i.timestamp, i.time_estimated) for i in read(samples.body(name), RECEIVED).items]
    assert found == UNUSUAL[name]


@pytest.mark.parametrize("name", [name for name in MESSAGING if name not in UNUSUAL])
def test_account_person_and_time_of_ordinary_samples(name: str) -> None:
    body = json.loads(samples.body(name))
    ends = [
        (body["object"], entry["id"], _customer(entry["id"], item), item["timestamp"], False)
        for entry in body["entry"]
        for item in entry.get("messaging", []) + entry.get("standby", [])
    ]
    found = [
        (i.object, i.account, i.person, i.timestamp, i.time_estimated) for i in read(samples.body(name), RECEIVED).items
    ]
    assert found == ends


def _customer(account: str, item: dict[str, Any]) -> str | None:
    """In these samples the person is whoever is not the account."""
    ends = [item[end]["id"] for end in ("sender", "recipient") if end in item]
    others = [end for end in ends if end != account]
    return others[0] if others else None


@pytest.mark.parametrize("name", NAMES)
def test_a_repeat_with_another_delivery_time_has_the_same_keys(name: str) -> None:
    first = samples.body(name)
    body = json.loads(first)
    for entry in body["entry"]:
        entry["time"] = 1_790_000_777
    again = read(json.dumps(body).encode(), RECEIVED + 777_000)
    keys = [item.key for item in read(first, RECEIVED).items]
    assert [item.key for item in again.items] == keys
    assert [item.id for item in again.items] == [item.id for item in read(first, RECEIVED).items]


def test_no_two_samples_share_a_key_unless_they_tell_of_the_same_thing() -> None:
    by_key: dict[str, set[str]] = {}
    for name in NAMES:
        for item in read(samples.body(name), RECEIVED).items:
            by_key.setdefault(item.key, set()).add(name)
    shared = sorted(sorted(names) for names in by_key.values() if len(names) > 1)
    assert shared == [["instagram/batch_mixed_kinds", "instagram/seen"]]


def test_the_body_of_the_signature_vector_reads_like_its_plain_form() -> None:
    escaped = samples.body("messenger/signature_vector_escaped_body")
    plain = json.dumps(json.loads(escaped), ensure_ascii=False, separators=(",", ":")).encode()
    assert escaped != plain
    one, other = (read(body, RECEIVED).items[0] for body in (escaped, plain))
    assert one.key == other.key
    assert event_of(one, RECEIVED) == event_of(other, RECEIVED)
    assert event_of(one, RECEIVED).raw["message"]["text"].startswith("äöå <b>50%</b> off @shop 🎉 https://")

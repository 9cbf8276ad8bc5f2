"""Natural keys: one row a rule, what must not change them, and what must."""

import hashlib
import json
from typing import Any

import pytest

from pagewire.events import KINDS
from pagewire.wire import read
from tests.pagewire.wire.bodies import BACK, ENDS, PAGE, PERSON, RECEIVED, WHEN, body, change, entry, item_of, key, only


def digest(value: Any) -> str:
    """SHA-256 of JSON with sorted keys and without spaces, as Meta's rules for de-duplication say it."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def ends(**members: Any) -> dict[str, Any]:
    return {**ENDS, **members}


ECHO = {**BACK, "message": {"is_echo": True, "text": "x"}}
NO_MID = ends(message={"text": "x"})
OLD_POSTBACK = ends(postback={"title": "Buy", "payload": "BUY:77"})
ROLES = {"recipient": {"id": PAGE}, "timestamp": WHEN, "app_roles": {"1": ["primary_receiver"]}}
POLICY = {"recipient": {"id": PAGE}, "timestamp": WHEN, "policy_enforcement": {"action": "block"}}
INTEGRITY = {"timestamp": 1790000000, "status": "restricted", "violations": []}
FORM = {"sender": {"id": PERSON}, "messaging_feedback": {"feedback_screens": []}}
PERSONAL = {
    kind: ends(**{field: {"x": 1}})
    for kind, field in {
        "customer_information": "messaging_customer_information",
        "order": "order",
        "payment": "payment",
        "checkout_update": "checkout_update",
        "pre_checkout": "pre_checkout",
        "message_request": "message_request",
    }.items()
}
REMOVED = {"item": "comment", "verb": "remove", "comment_id": "7_8", "from": {"id": "9"}}
POSTED = {
    "item": "reaction",
    "verb": "add",
    "post_id": "7",
    "from": {"id": "9"},
    "reaction_type": "love",
    "created_time": 17,
}
COMMENTED = {"item": "comment", "verb": "add", "comment_id": "7_8", "post_id": "7", "message": "hi", "created_time": 17}
EDITED = COMMENTED | {"verb": "edited"}
CALL = {"id": "c_1", "event": "connect", "timestamp": 1790000000, "from": PERSON}
SENT = {"mid": "m_1", "messenger_subscription_token": "t", "timestamp": 17}
ODD = ends(brand_new={"x": 1})

ROWS: list[tuple[str, dict[str, Any], str, list[Any]]] = [
    ("message", ends(message={"mid": "m_1", "text": "x"}), "messaging", ["m_1"]),
    ("message_echo", {**BACK, "message": {"mid": "m_1", "is_echo": True}}, "messaging", ["m_1"]),
    ("message_deleted", ends(message={"mid": "m_1", "is_deleted": True}), "messaging", ["m_1"]),
    ("message", NO_MID, "messaging", [PERSON, PAGE, WHEN, digest(NO_MID)]),
    ("message_echo", ECHO, "messaging", [PAGE, PERSON, WHEN, digest(ECHO)]),
    ("message_edit", ends(message_edit={"mid": "m_1", "num_edit": 2, "text": "y"}), "messaging", ["m_1", 2, WHEN]),
    (
        "reaction",
        ends(reaction={"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"}),
        "messaging",
        ["m_1", PERSON, "react", "❤", WHEN],
    ),
    (
        "reaction",
        ends(reaction={"mid": "m_1", "action": "react", "reaction": "love"}),
        "messaging",
        ["m_1", PERSON, "react", "love", WHEN],
    ),
    ("reaction", ends(reaction={"mid": "m_1", "action": "unreact"}), "messaging", ["m_1", PERSON, "unreact", "", WHEN]),
    ("postback", ends(postback={"mid": "m_1", "payload": "P"}), "messaging", ["m_1"]),
    ("postback", OLD_POSTBACK, "messaging", [PERSON, WHEN, digest(["Buy", "BUY:77"])]),
    ("referral", ends(referral={"source": "ADS", "ref": "r", "ad_id": 5}), "messaging", [PERSON, WHEN, "ADS", "r", 5]),
    (
        "optin",
        ends(optin={"type": "one_time_notif_req", "one_time_notif_token": "t"}),
        "messaging",
        [PERSON, "one_time_notif_req", "t", "", WHEN],
    ),
    ("optin", {"timestamp": WHEN, "optin": {"ref": "r", "user_ref": "u"}}, "messaging", ["u", "", "r", "", WHEN]),
    (
        "optin",
        ends(optin={"notification_messages_token": "t", "notification_messages_status": "STOP"}),
        "messaging",
        [PERSON, "", "t", "STOP", WHEN],
    ),
    ("read", ends(read={"watermark": 17}), "messaging", [PERSON, 17]),
    ("read", ends(read={"mid": "m_1"}), "messaging", ["m_1"]),
    ("delivery", ends(delivery={"watermark": 17, "mids": ["b", "a"]}), "messaging", [PERSON, 17, digest(["a", "b"])]),
    ("delivery", ends(delivery={"watermark": 17}), "messaging", [PERSON, 17, ""]),
    (
        "account_linking",
        ends(account_linking={"status": "linked", "authorization_code": "c"}),
        "messaging",
        [PERSON, "linked", "c", WHEN],
    ),
    (
        "handover_pass",
        ends(pass_thread_control={"previous_owner_app_id": None, "new_owner_app_id": 7}),
        "messaging",
        [PERSON, "", 7, WHEN],
    ),
    (
        "handover_take",
        ends(take_thread_control={"previous_owner_app_id": "6", "new_owner_app_id": "7"}),
        "messaging",
        [PERSON, 6, 7, WHEN],
    ),
    (
        "handover_request",
        ends(request_thread_control={"requested_owner_app_id": "7"}),
        "messaging",
        [PERSON, "", 7, WHEN],
    ),
    ("handover_app_roles", ROLES, "messaging", [WHEN, digest(ROLES)]),
    ("policy_enforcement", POLICY, "messaging", [WHEN, digest(POLICY)]),
    ("page_integrity", INTEGRITY, "messaging", [1790000000, digest(INTEGRITY)]),
    (
        "response_feedback",
        ends(response_feedback={"feedback": "Good response", "mid": "m_1"}),
        "messaging",
        [PERSON, "m_1", "Good response", WHEN],
    ),
    ("feedback_form", FORM, "messaging", [PERSON, digest(FORM)]),
    *[(kind, item, "messaging", [PERSON, WHEN, digest(item)]) for kind, item in PERSONAL.items()],
    (
        "game_play",
        ends(game_play={"player_id": 1, "game_id": 2, "context_id": 3, "score": 4}),
        "messaging",
        [1, 2, 3, WHEN, 4],
    ),
    ("call.connect", CALL, "calls", ["c_1", "connect", "", 1790000000]),
    (
        "call_permission_reply",
        ends(call_permission_reply={"response": "approve"}),
        "messaging",
        [PERSON, "approve", WHEN],
    ),
    ("change.comments", change("comments", {"id": "17", "text": "x"}), "changes", ["17"]),
    ("change.comments", change("comments", {"comment_id": "17"}), "changes", ["17"]),
    ("change.live_comments", change("live_comments", {"id": "17"}), "changes", ["17"]),
    ("change.mentions", change("mentions", {"media_id": "17", "comment_id": "18"}), "changes", ["17", "18"]),
    ("change.mentions", change("mentions", {"media_id": "17"}), "changes", ["17", ""]),
    ("change.story_insights", change("story_insights", {"media_id": "17", "reach": 5}), "changes", ["17"]),
    ("change.feed", change("feed", COMMENTED), "changes", ["comment", "add", "7_8", "", "", 17, ""]),
    ("change.feed", change("feed", POSTED), "changes", ["reaction", "add", "7", "9", "love", 17, ""]),
    ("change.feed", change("feed", REMOVED), "changes", ["comment", "remove", "7_8", "9", "", "", digest(REMOVED)]),
    ("change.feed", change("feed", EDITED), "changes", ["comment", "edited", "7_8", "", "", 17, digest(EDITED)]),
    ("change.mention", change("mention", COMMENTED), "changes", ["comment", "add", "7_8", "", "", 17, ""]),
    ("change.group_feed", change("group_feed", COMMENTED), "changes", ["comment", "add", "7_8", "", "", 17, ""]),
    ("change.leadgen", change("leadgen", {"leadgen_id": 17, "ad_id": 0}), "changes", [17]),
    *[
        (f"change.marketing_message_{what}", change(f"marketing_message_{what}", SENT), "changes", ["m_1", "t", 17])
        for what in ("echoes", "deliveries", "reads", "clicks", "delivery_failed")
    ],
    ("change.name", change("name", "New name"), "changes", [digest(change("name", "New name"))]),
    ("unknown", ODD, "messaging", [digest(ODD)]),
]
"""Kind, item, container, the parts of the key after object, account and kind."""


@pytest.mark.parametrize(("kind", "item", "container", "parts"), ROWS)
def test_key(kind: str, item: dict[str, Any], container: str, parts: list[Any]) -> None:
    escaped = [str(part).replace("%", "%25").replace(":", "%3A") for part in ("page", PAGE, kind, *parts)]
    assert key(item, container=container) == ":".join(escaped)


def test_every_kind_has_a_row() -> None:
    assert {row[0] for row in ROWS} >= set(KINDS)


@pytest.mark.parametrize(("kind", "item", "container", "parts"), ROWS)
def test_place_channel_and_delivery_time_are_no_part(
    kind: str, item: dict[str, Any], container: str, parts: list[Any]
) -> None:
    wanted = key(item, container=container)
    again = body(entry(ends(message={"mid": "other"}), item, container=container, time=1, hop_context={"app_id": 5}))
    assert read(again, 0).items[-1].key == wanted
    if container == "messaging":
        assert key(item, container="standby") == wanted
    else:
        assert read(body(entry(time=5), entry(item, container=container)), 0).items[-1].key == wanted


@pytest.mark.parametrize(("kind", "item", "container", "parts"), ROWS)
def test_object_and_account_are_parts(kind: str, item: dict[str, Any], container: str, parts: list[Any]) -> None:
    keys = {
        key(item, container=container, id=id_, object_=object_)
        for id_ in ("1", "2")
        for object_ in ("page", "instagram")
    }
    assert len(keys) == 4


MID_KINDS = [
    ends(message={"mid": "m_1"}),
    {**BACK, "message": {"mid": "m_1", "is_echo": True}},
    ends(message={"mid": "m_1", "is_deleted": True}),
    ends(message_edit={"mid": "m_1"}),
    ends(message_edit={"mid": "m_1", "num_edit": 1}),
    ends(message_edit={"mid": "m_1", "num_edit": 1}, timestamp=WHEN + 1),
    ends(reaction={"mid": "m_1", "action": "react", "emoji": "❤"}),
    ends(reaction={"mid": "m_1", "action": "unreact"}),
    ends(reaction={"mid": "m_1", "action": "react", "emoji": "❤"}, timestamp=WHEN + 1),
    ends(reaction={"mid": "m_1", "action": "react", "emoji": "❤"}, sender={"id": "2"}),
    ends(postback={"mid": "m_1"}),
    ends(read={"mid": "m_1"}),
    ends(response_feedback={"mid": "m_1", "feedback": "Good response"}),
    ends(response_feedback={"mid": "m_1", "feedback": "Bad response"}),
]


def test_one_mid_under_many_kinds_gives_many_keys() -> None:
    assert len({key(item) for item in MID_KINDS}) == len(MID_KINDS)


NAMELESS = [
    ("message_edit", {}),
    ("reaction", {"action": "react"}),
    ("read", {}),
    ("delivery", {}),
    ("response_feedback", {}),
    ("referral", {}),
    ("account_linking", {}),
    ("game_play", {}),
]


@pytest.mark.parametrize(("field", "payload"), NAMELESS)
def test_items_without_what_names_them_are_told_apart_as_wholes(field: str, payload: dict[str, Any]) -> None:
    one, other = ({field: {**payload, "x": number}} for number in (1, 2))
    assert key(one) != key(other)
    assert key(one) == key(json.loads(json.dumps(one)))


@pytest.mark.parametrize(
    "field", ["comments", "mentions", "story_insights", "leadgen", "marketing_message_reads", "feed"]
)
def test_changes_without_what_names_them_are_told_apart_as_wholes(field: str) -> None:
    one, other = (change(field, {"x": number}) for number in (1, 2))
    assert key(one, container="changes") != key(other, container="changes")


def test_a_comment_is_the_same_in_both_envelopes() -> None:
    value = {"id": "17", "text": "x"}
    flat = body({"id": "1", "time": 5, **change("comments", value)}, object_="instagram")
    assert only(flat).key == key(change("comments", value), container="changes", id="1", object_="instagram")


def test_a_change_without_rule_is_the_same_in_both_envelopes() -> None:
    flat = body({"id": "1", "time": 5, **change("follow", {"x": 1})})
    assert only(flat).key == key(change("follow", {"x": 1}), container="changes", id="1")


def test_an_entry_that_is_an_item_does_not_count_its_delivery_time() -> None:
    one, other = (only(body({"id": "1", "time": time, "changed_fields": ["feed"]})) for time in (5, 6))
    assert (one.kind, one.via) == ("unknown", "entry")
    assert one.key == other.key
    assert only(body({"id": "1", "time": 5, "changed_fields": ["name"]})).key != one.key


def test_numbers_and_texts_name_the_same_thing() -> None:
    assert key(ends(message={"mid": 17})) == key(ends(message={"mid": "17"}))
    assert key(ends(message={"mid": "m"}), id=17) == key(ends(message={"mid": "m"}), id="17")


def test_the_separator_in_a_part_makes_no_other_key() -> None:
    keys = {
        key(ends(message={"mid": "a:b"})),
        key(ends(message={"mid": "a%3Ab"})),
        key(ends(message_edit={"mid": "a", "num_edit": "b"})),
        key(ends(message_edit={"mid": "a:b", "num_edit": ""})),
        key(ends(message_edit={"mid": "a", "num_edit": "b:"})),
    }
    assert len(keys) == 5


def test_a_part_that_is_an_object_counts() -> None:
    assert key(ends(message={"mid": {"x": 1}})) != key(ends(message={"mid": {"x": 2}}))
    assert key(ends(message={"mid": {"x": 1, "y": 2}})) == key(ends(message={"mid": {"y": 2, "x": 1}}))


def test_the_order_of_delivered_messages_is_no_part() -> None:
    one, other = (
        ends(delivery={"watermark": 17, "mids": mids}) for mids in (["a", {"x": 1, "y": 2}], [{"y": 2, "x": 1}, "a"])
    )
    assert key(one) == key(other)
    assert key(ends(delivery={"watermark": 17, "mids": ["a", "b"]})) != key(
        ends(delivery={"watermark": 17, "mids": ["a"]})
    )


def test_elements_that_are_no_objects_have_the_key_of_their_value() -> None:
    assert key([1, {"a": 1, "b": 2}]) == key([1, {"b": 2, "a": 1}])
    assert key(5) != key("5")


def test_the_id_is_half_of_the_keys_sha256() -> None:
    item = item_of(ends(message={"mid": "m_1"}))
    assert item.id == hashlib.sha256(item.key.encode()).hexdigest()[:32]
    assert len({read(body(entry(i)), RECEIVED).items[0].id for i in MID_KINDS}) == len(MID_KINDS)

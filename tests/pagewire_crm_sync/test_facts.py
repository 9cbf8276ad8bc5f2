"""What an event tells about its person."""

from typing import Any

import msgspec
import pytest

from pagewire.context import Person
from pagewire.wire import event_of, read
from pagewire_crm_sync.contact import Contact, Key, OptIn, Profile, Referral, Referrals
from pagewire_crm_sync.facts import DEFAULT_KINDS, complete, contact_of
from tests.pagewire_crm_sync.world import ANNA, INSTAGRAM, PAGE, T0, at, event, item, message, optin, referral

ANNAS = Key(object="page", account=PAGE, scoped_id=ANNA)


def test_a_message() -> None:
    assert contact_of(message(after=3), DEFAULT_KINDS) == Contact(
        key=ANNAS, first_seen=at(3), last_seen=at(3), last_kind="message"
    )


def test_on_standby_the_person_was_there_all_the_same() -> None:
    found = contact_of(message(channel="standby"), DEFAULT_KINDS)
    assert found is not None
    assert found.key == ANNAS


def test_instagram() -> None:
    seen = event(
        item("1200000000000001", account=INSTAGRAM, message={"mid": "m", "text": "x"}),
        object_="instagram",
        account=INSTAGRAM,
    )
    found = contact_of(seen, DEFAULT_KINDS)
    assert found is not None
    assert found.key == Key(object="instagram", account=INSTAGRAM, scoped_id="1200000000000001")


@pytest.mark.parametrize(
    "payload",
    [
        {"message": {"mid": "m", "text": "x", "is_echo": True}},
        {"message": {"mid": "m", "is_echo": True, "is_deleted": True}},
        {"read": {"watermark": T0}},
        {"delivery": {"watermark": T0}},
        {"pass_thread_control": {"new_owner_app_id": "1"}},
    ],
)
def test_what_the_business_or_meta_did_says_nothing(payload: dict[str, Any]) -> None:
    assert contact_of(event(item(**payload)), DEFAULT_KINDS) is None


def test_reads_count_only_if_asked_for() -> None:
    seen = event(item(read={"watermark": T0}))
    assert contact_of(seen, ("read",)) is not None
    assert contact_of(message(), ("read",)) is None


def test_the_business_writing_to_itself_is_no_person() -> None:
    itself = event(
        item(INSTAGRAM, account="1200000000000099", is_self=True, postback={"mid": "m", "payload": "START"}),
        object_="instagram",
        account=INSTAGRAM,
    )
    assert contact_of(itself, DEFAULT_KINDS) is None


@pytest.mark.parametrize(
    "seen",
    [
        {"timestamp": T0, "recipient": {"id": PAGE}, "optin": {"ref": "step-2", "user_ref": "ref-1"}},
        {"timestamp": T0, "sender": {"user_ref": "ref-1"}, "recipient": {"id": PAGE}, "postback": {"payload": "x"}},
    ],
)
def test_a_user_ref_is_no_scoped_id(seen: dict[str, object]) -> None:
    found = event(seen)
    assert found.person == "ref-1"
    assert contact_of(found, DEFAULT_KINDS) is None


def test_events_without_a_person() -> None:
    body = {"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": {}}]}]}
    (found,) = read(msgspec.json.encode(body), T0).items
    assert contact_of(event_of(found, T0), DEFAULT_KINDS) is None


def test_a_referral_is_first_and_last_touch() -> None:
    touch = Referral(at=at(2), source="SHORTLINK", type="OPEN_THREAD", ref="poster-lisbon")
    found = contact_of(referral(after=2), DEFAULT_KINDS)
    assert found is not None
    assert found.referral == Referrals(first=touch, last=touch)


def test_messages_and_postbacks_bring_referrals_too() -> None:
    ad = {"ref": "autumn", "ad_id": 120200000000000002, "source": "ADS", "type": "OPEN_THREAD"}
    touch = Referral(at=at(0), source="ADS", type="OPEN_THREAD", ref="autumn", ad_id="120200000000000002")
    for seen in (message(referral=ad), event(item(postback={"mid": "m", "payload": "GO", "referral": ad}))):
        found = contact_of(seen, DEFAULT_KINDS)
        assert found is not None
        assert found.referral == Referrals(first=touch, last=touch)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, "active"),
        ("STOP NOTIFICATIONS", "stopped"),
        ("stop_notifications", "stopped"),
        ("RESUME NOTIFICATIONS", "active"),
        ("SNOOZE", "unknown"),
    ],
)
def test_opt_ins_without_their_token(status: str | None, state: str) -> None:
    found = contact_of(optin(after=4, status=status), DEFAULT_KINDS)
    assert found is not None
    assert found.opt_ins == (
        OptIn(type="notification_messages", topic="WEEKLY_DEALS", state=state, at=at(4)),  # type: ignore[arg-type]
    )
    assert b"5000000000000000001" not in msgspec.json.encode(found)


def test_nothing_a_person_wrote_leaves() -> None:
    found = contact_of(message(text="my card is 4111"), DEFAULT_KINDS)
    assert b"4111" not in msgspec.json.encode(found)


def test_half_a_surrogate_pair_does_not_stop_the_contact() -> None:
    body = b'{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},"timestamp":1790000000000,'
    (found,) = read(body + b'"referral":{"ref":"\\ud83d!"}}]}]}', T0).items
    contact = contact_of(event_of(found, T0), DEFAULT_KINDS)
    assert contact is not None
    assert msgspec.json.encode(contact)


def test_the_gateway_knows_who_and_since_when() -> None:
    facts = contact_of(message(after=9), DEFAULT_KINDS)
    assert facts is not None
    whole = complete(facts, at(-100), Person(id=ANNA, first_name="Anna", last_name="", name="Anna B."))
    assert (whole.first_seen, whole.last_seen) == (at(-100), at(9))
    assert whole.profile == Profile(first_name="Anna", name="Anna B.")
    assert complete(facts, at(100), Person(id=ANNA)) == facts
    assert complete(facts, None, None) == facts

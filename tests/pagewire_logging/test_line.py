"""The line of an event: its fields, and what is not in it."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from pagewire.context import Person
from pagewire.events import Event, Message
from pagewire_logging import SCHEMA
from pagewire_logging.config import Include
from pagewire_logging.line import Occasion, encode, line_of
from tests.pagewire_logging.making import ACCOUNT, HARBOUR, NOW, PERSON, SECRETS, event, event_of, message, telling

ALI = Person(id=PERSON, first_name="Ali-Baba", name="Ali-Baba of Bagdad")
KEY = b"k" * 16
NOVELTY: dict[str, Any] = {"novelty": {"sesame": 1}, "what about sesame": 1, "x" * 65: 1}


def written(happened: Event, include: Include | None = None, **others: Any) -> dict[str, Any]:
    occasion = Occasion(account=HARBOUR, time=NOW, **{"attempt": 1, **others})
    line: dict[str, Any] = json.loads(encode(line_of(happened, occasion, include or Include())))
    return line


def test_a_line_without_anything_asked_for() -> None:
    assert written(telling()) == {
        "schema": SCHEMA,
        "time": "2026-09-21T14:13:25Z",
        "id": telling().id,
        "kind": "message",
        "channel": "messaging",
        "direction": "inbound",
        "object": "page",
        "account": ACCOUNT,
        "namespace": "support",
        "name": "harbour",
        "timestamp": "2026-09-21T14:13:20Z",
        "received": "2026-09-21T14:13:20.350000Z",
        "lag_ms": 350,
        "attempt": 1,
        "person": PERSON,
        "attachments": [{"type": "image"}, {"type": "like_heart"}],
        "text_length": 11,
        "referral": {"source": "SHORTLINK", "ref": "poster"},
    }


INCLUDED: list[tuple[str, Include, dict[str, Any], tuple[str, ...]]] = [
    ("text", Include(text=True), {"text": "open sesame", "payload": "SESAME_PAYLOAD"}, SECRETS[:2]),
    (
        "profile",
        Include(profile=True),
        {"profile": {"first_name": "Ali-Baba", "name": "Ali-Baba of Bagdad"}},
        SECRETS[2:3],
    ),
    (
        "attachment addresses",
        Include(attachment_urls=True),
        {"attachments": [{"type": "image", "url": SECRETS[3]}, {"type": "like_heart"}]},
        SECRETS[3:],
    ),
]


@pytest.mark.parametrize(
    ("include", "fields", "shown"), [row[1:] for row in INCLUDED], ids=[row[0] for row in INCLUDED]
)
def test_each_thing_asked_for_brings_only_itself(
    include: Include, fields: dict[str, Any], shown: tuple[str, ...]
) -> None:
    line = written(telling(), include, person=ALI if include.profile else None)
    assert {name: line[name] for name in fields} == fields
    assert [secret for secret in SECRETS if secret in json.dumps(line)] == list(shown)


KINDS: list[tuple[str, Event]] = [
    ("message", telling()),
    ("message_echo", message(is_echo=True)),
    ("message_edit", event(message_edit={"mid": "m", "text": "open sesame", "num_edit": 1})),
    ("postback", event(postback={"mid": "m", "title": "sesame", "payload": "SESAME_PAYLOAD"})),
    ("optin", event(optin={"type": "notification_messages", "title": "sesame", "payload": "SESAME_PAYLOAD"})),
    ("order", event(order={"note": "sesame", "products": [{"name": "sesame", "id": "1"}]})),
    ("customer_information", event(messaging_customer_information={"screens": [{"responses": [{"value": "sesame"}]}]})),
    ("feedback_form", event(messaging_feedback={"feedback_screens": [{"questions": {"sesame": 1}}]})),
    ("account_linking", event(account_linking={"status": "linked", "authorization_code": "sesame"})),
    ("handover_pass", event(pass_thread_control={"metadata": "sesame", "new_owner_app_id": "1"})),
    ("unknown", event(**NOVELTY)),
    ("standby", event(channel="standby", message={"mid": "m", "text": "sesame"})),
    (
        "change.feed",
        event_of(
            {
                "object": "page",
                "entry": [
                    {
                        "id": ACCOUNT,
                        "time": 1790000000,
                        "changes": [
                            {"field": "feed", "value": {"message": "sesame", "from": {"id": "1", "name": "Ali-Baba"}}}
                        ],
                    }
                ],
            }
        ),
    ),
    (
        "change.comments",
        event_of(
            {
                "object": "instagram",
                "entry": [
                    {
                        "id": ACCOUNT,
                        "time": 1790000000,
                        "changes": [
                            {
                                "field": "comments",
                                "value": {"text": "sesame", "from": {"id": "1", "username": "Ali-Baba"}},
                            }
                        ],
                    }
                ],
            }
        ),
    ),
    (
        "change.novelty",
        event_of(
            {
                "object": "page",
                "entry": [
                    {"id": ACCOUNT, "time": 1790000000, "changes": [{"field": "novelty", "value": {"sesame": 1}}]}
                ],
            }
        ),
    ),
]


@pytest.mark.parametrize("happened", [row[1] for row in KINDS], ids=[row[0] for row in KINDS])
def test_no_kind_tells_what_people_wrote(happened: Event) -> None:
    line = json.dumps(written(happened))
    assert happened.kind in line
    assert [secret for secret in SECRETS if secret in line] == []


@pytest.mark.parametrize(
    ("happened", "fields"),
    [
        (event(postback={"title": "Go", "payload": "P"}), {"text": "Go", "payload": "P", "text_length": 2}),
        (event(message_edit={"mid": "m", "text": "new"}), {"text": "new", "text_length": 3}),
        (event(order={"note": "soon"}), {"text": "soon", "text_length": 4}),
    ],
)
def test_text_of_other_kinds_when_asked_for(happened: Event, fields: dict[str, Any]) -> None:
    line = written(happened, Include(text=True))
    assert {name: line[name] for name in fields} == fields


def test_a_message_without_text_has_no_length() -> None:
    assert "text_length" not in written(event(message={"mid": "m", "attachments": [{"type": "image"}]}))


def test_an_unknown_item_tells_the_names_of_its_fields() -> None:
    line = written(event(**NOVELTY))
    assert (line["kind"], line["item_keys"]) == ("unknown", ["novelty", "recipient", "sender", "timestamp"])


def test_fields_that_could_not_be_read_are_named() -> None:
    assert written(message(reply_to="sesame"))["unread"] == ["reply_to"]


def test_a_referral_of_its_own() -> None:
    line = written(event(referral={"ref": "poster", "source": "ADS", "type": "OPEN_THREAD", "ad_id": 12}))
    assert line["referral"] == {"ref": "poster", "source": "ADS", "type": "OPEN_THREAD", "ad_id": "12"}


def test_hashed_ids_hide_the_person_and_keep_people_apart() -> None:
    def hashed(happened: Event, key: bytes = KEY) -> str:
        line = written(happened, key=key)
        assert PERSON not in json.dumps(line)
        assert "person" not in line
        digits: str = line["person_hash"]
        return digits

    one = hashed(message())
    assert len(one) == 32
    assert one == hashed(message(number=2)) == hashed(event(read={"watermark": 1}))
    assert one != hashed(message(), b"another key here")
    assert one != hashed(event(on="instagram", message={"mid": "m"}))


def test_an_event_about_nobody_has_no_hash() -> None:
    leave = {
        "object": "page",
        "entry": [{"id": ACCOUNT, "time": 1, "changes": [{"field": "feed", "value": {"item": "post"}}]}],
    }
    assert not {"person", "person_hash"} & written(event_of(leave), key=KEY).keys()


def test_attempt_rate_and_estimated_time() -> None:
    line = written(event(message={"mid": "m"}, timestamp=None), attempt=3, rate=0.25)
    assert (line["attempt"], line["sample_rate"], line["time_estimated"]) == (3, 0.25, True)


def test_a_text_of_several_lines_is_one_line() -> None:
    occasion = Occasion(account=HARBOUR, attempt=1, time=NOW)
    raw = encode(line_of(message(text="a\nb\r\n\u2028c"), occasion, Include(text=True)))
    assert raw.count(b"\n") == 1
    assert json.loads(raw)["text"] == "a\nb\r\n\u2028c"


def test_half_a_surrogate_pair_does_not_spoil_the_line() -> None:
    happened = message()
    assert isinstance(happened, Message)
    assert written(replace(happened, text="a\ud800b"), Include(text=True))["text"] == "a?b"

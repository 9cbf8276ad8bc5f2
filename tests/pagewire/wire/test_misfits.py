"""Fields that are not of their type are left out and named; all others stay."""

from typing import Any

import pytest

from tests.pagewire.wire.bodies import ENDS, change, typed

ROWS: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    ({"message": {"mid": "m", "text": {"no": 1}}}, "messaging", ("text",)),
    ({"message": {"mid": "m", "text": True}}, "messaging", ("text",)),
    ({"message": {"mid": "m", "attachments": {"type": "image"}}}, "messaging", ("attachments",)),
    (
        {"message": {"mid": "m", "reply_to": {"mid": ["x"], "story": {"id": 5, "url": []}}}},
        "messaging",
        ("reply_to.mid", "reply_to.story.url"),
    ),
    (
        {"message": {"mid": "m", "referral": "ADS", "commands": [{"name": []}]}},
        "messaging",
        ("referral", "commands[0].name"),
    ),
    ({"message": {"mid": "m", "is_self": "perhaps", "nlp": [1]}}, "messaging", ("is_self",)),
    ({"message_edit": {"mid": "m", "num_edit": "many"}}, "messaging", ("num_edit",)),
    ({"reaction": "smile"}, "messaging", ("reaction",)),
    ({"read": 5}, "messaging", ("read",)),
    ({"read": {"watermark": "yesterday"}}, "messaging", ("watermark",)),
    ({"delivery": {"watermark": 1790000000000, "mids": ["a", None, 5]}}, "messaging", ("mids[1]",)),
    ({"app_roles": ["x"]}, "messaging", ("roles",)),
    ({"policy-enforcement": "block"}, "messaging", ("policy-enforcement",)),
    (
        {"order": {"products": [{"id": 5, "quantity": "two", "unit_price": "1.5"}]}},
        "messaging",
        ("products[0].quantity",),
    ),
    ({"postback": {"title": "t"}, "is_self": []}, "messaging", ("is_self",)),
    ({"message": {"mid": "m"}, "prior_message": "x"}, "messaging", ("prior_message",)),
    (change("comments", ["x"]), "changes", ("value",)),
    (change("comments", {"from": "x", "id": "c"}), "changes", ("sender",)),
    (change("leadgen", {"leadgen_id": 5, "created_time": {}}), "changes", ("created_time",)),
]


@pytest.mark.parametrize(("members", "container", "unread"), ROWS)
def test_misfit(members: dict[str, Any], container: str, unread: tuple[str, ...]) -> None:
    item = members if container == "changes" else {**ENDS, **members}
    event = typed(item, container=container)
    assert event.unread == unread
    assert event.raw == item


def test_what_stands_beside_a_misfit_is_read() -> None:
    event: Any = typed({**ENDS, "message": {"mid": 12, "text": ["x"], "sticker_id": 369239263222822, "is_self": 1}})
    assert (event.mid, event.text, event.sticker_id, event.is_self) == ("12", None, "369239263222822", True)


def test_null_is_as_good_as_missing() -> None:
    names = (
        "mid",
        "text",
        "attachments",
        "quick_reply",
        "reply_to",
        "referral",
        "is_unsupported",
        "is_self",
        "commands",
        "nlp",
    )
    event: Any = typed({**ENDS, "message": dict.fromkeys(names)})
    assert event.unread == ()
    assert (event.mid, event.attachments, event.is_self) == (None, (), False)


def test_a_change_keeps_its_field_whatever_its_value() -> None:
    for value in (5, "x", ["x"], {"id": "c"}, True):
        event: Any = typed(change("comments", value), container="changes")
        assert (event.kind, event.field) == ("change.comments", "comments")

"""What each kind's typed event says: at least one field a kind, from a sample or, where there is none, from Meta's words."""

from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import pytest

from pagewire import samples
from pagewire.events import KINDS, Attachment, Author, Call, Change, Event, OrderedProduct, Unknown, struct_of
from pagewire.wire import event_of, read
from tests.pagewire.wire.bodies import ENDS, PAGE, PERSON, RECEIVED, change, typed


def seconds(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


FROM_SAMPLES: list[tuple[str, int, str, str, Any]] = [
    ("messenger/message_text", 0, "message", "text", "Hi, do you still have the blue kettle?"),
    ("messenger/message_quick_reply", 0, "message", "quick_reply.payload", "ORDER:DELIVERY"),
    ("messenger/message_commands", 0, "message", "commands", ("track",)),
    ("messenger/message_prior_message_checkbox_legacy", 0, "message", "prior_message.identifier", "user-ref-000123"),
    ("messenger/message_nlp_optional", 0, "message", "nlp", {"intents", "entities", "traits", "detected_locales"}),
    ("messenger/message_referral_shop_product", 0, "message", "referral.product.id", "6000000000000001"),
    ("instagram/message_referral_ad", 0, "message", "referral.source", "ADS"),
    ("instagram/message_story_reply", 0, "message", "reply_to.story.id", "17900000000000001"),
    ("instagram/message_is_unsupported", 0, "message", "is_unsupported", True),
    ("messenger/message_echo_page_inbox", 0, "message_echo", "app_id", "263902037430900"),
    ("messenger/message_echo_page_inbox", 0, "message_echo", "from_inbox", True),
    ("messenger/message_echo_fallback", 0, "message_echo", "from_inbox", False),
    ("messenger/message_echo_page_inbox", 0, "message_echo", "direction", "outbound"),
    ("instagram/message_self_echo", 0, "message_echo", "is_self", True),
    ("instagram/message_echo_unsupported_without_mid", 0, "message_echo", "mid", None),
    ("instagram/message_deleted", 0, "message_deleted", "direction", "inbound"),
    ("instagram/message_echo_deleted", 0, "message_deleted", "direction", "outbound"),
    ("messenger/message_edit_num_edit_as_string", 0, "message_edit", "num_edit", 2),
    ("instagram/message_edit_num_edit_0_no_text", 0, "message_edit", "num_edit", 0),
    ("messenger/reaction_react", 0, "reaction", "emoji", "❤️"),
    ("messenger/reaction_unreact", 0, "reaction", "action", "unreact"),
    ("messenger/postback_get_started_with_ad_referral", 0, "postback", "referral.ad_id", "120200000000000001"),
    ("messenger/standby_postback_without_payload", 0, "postback", "payload", None),
    ("instagram/postback_self", 0, "postback", "is_self", True),
    ("messenger/optin_notification_messages_stop", 0, "optin", "notification_messages_status", "STOP NOTIFICATIONS"),
    ("messenger/optin_notification_messages", 0, "optin", "token_expiry_timestamp", seconds(1821536000)),
    ("messenger/optin_one_time_notif_legacy", 0, "optin", "one_time_notif_token", "5000000000000000002"),
    ("messenger/referral_mme_link", 0, "referral", "ref", "poster-lisbon"),
    ("messenger/read", 0, "read", "watermark", seconds(1789999998.8)),
    ("instagram/seen", 0, "read", "watermark", None),
    ("messenger/delivery_with_mids", 0, "delivery", "watermark", seconds(1789999999.1)),
    ("messenger/account_linking_linked", 0, "account_linking", "authorization_code", "auth-code-7f1"),
    ("messenger/handover_pass_thread_control", 0, "handover_pass", "new_owner_app_id", "263902037430900"),
    ("messenger/handover_pass_from_idle_null_previous", 0, "handover_pass", "previous_owner_app_id", None),
    ("messenger/handover_take_thread_control", 0, "handover_take", "metadata", "store team replied"),
    ("messenger/handover_app_roles_no_sender_legacy", 0, "handover_app_roles", "roles", {"900000000000001"}),
    ("messenger/policy_enforcement_hyphen_key_legacy", 0, "policy_enforcement", "action", "block"),
    ("messenger/response_feedback", 0, "response_feedback", "feedback", "Good response"),
    ("messenger/call_permission_reply_at_entry_level", 0, "call_permission_reply", "response", "approve"),
    ("messenger/game_play", 0, "game_play", "score", 1200),
    ("messenger/send_cart_order", 0, "order", "note", "gift wrap please"),
    ("messenger/message_request_accept_legacy", 0, "message_request", "body", "accept"),
    ("messenger/calls_connect", 0, "call.connect", "caller", PERSON),
    ("messenger/calls_connect", 0, "call.connect", "callee", PAGE),
    ("messenger/batch_mixed_entries", 3, "change.feed", "sender", Author(id="7200000000000001", name="Test Commenter")),
    ("messenger/changes_feed_comment_add", 0, "change.feed", "created_time", seconds(1790000000)),
    ("messenger/changes_mention_comment", 0, "change.mention", "message", "ask @Example Shop"),
    ("messenger/changes_leadgen", 0, "change.leadgen", "leadgen_id", "3200000000000001"),
    ("instagram/changes_comments_reply_on_ad", 0, "change.comments", "parent_id", "17870000000000001"),
    ("instagram/changes_comments_self", 0, "change.comments", "sender.self_ig_scoped_id", "1200000000000099"),
    ("instagram/comments_flat_entry_field_value", 0, "change.comments", "field", "comments"),
    ("instagram/changes_live_comments", 0, "change.live_comments", "comment_id", "17870000000000006"),
    ("instagram/changes_mentions_in_caption", 0, "change.mentions", "comment_id", None),
    ("instagram/changes_story_insights", 0, "change.story_insights", "exits", -1),
]
"""Sample, which of its events, kind, field, value; of maps and commands the names count."""

INTEGRITY = {"timestamp": 1790000000, "status": "restricted", "violations": [{"type": "SPAM"}]}
MARKETING = {"page_id": PAGE, "mid": "m_1", "messenger_subscription_token": "t", "timestamp": 1790000000}
FAILED = {**MARKETING, "business_id": 7, "error_message": "gone"}

FROM_WORDS: list[tuple[dict[str, Any], str, str, str, Any]] = [
    ({**ENDS, "message": {"mid": "m", "is_echo": True, "metadata": "x"}}, "messaging", "message_echo", "metadata", "x"),
    (
        {**ENDS, "request_thread_control": {"requested_owner_app_id": 123, "metadata": "m"}},
        "messaging",
        "handover_request",
        "requested_owner_app_id",
        "123",
    ),
    (INTEGRITY, "messaging", "page_integrity", "status", "restricted"),
    (
        {**ENDS, "messaging_feedback": {"feedback_screens": [{"screen_id": 0}]}},
        "messaging",
        "feedback_form",
        "feedback_screens",
        ({"screen_id": 0},),
    ),
    (
        {**ENDS, "messaging_customer_information": {"screens": [1]}},
        "messaging",
        "customer_information",
        "screens",
        (1,),
    ),
    ({**ENDS, "payment": {"payload": "P"}}, "messaging", "payment", "body", {"payload"}),
    ({**ENDS, "checkout_update": {"payload": "P"}}, "messaging", "checkout_update", "body", {"payload"}),
    ({**ENDS, "pre_checkout": {"payload": "P"}}, "messaging", "pre_checkout", "body", {"payload"}),
    ({**ENDS, "prior_message": {}}, "messaging", "unknown", "direction", "inbound"),
    (
        change("group_feed", {"item": "post", "from": {"id": 5}, "message": "hi"}),
        "changes",
        "change.group_feed",
        "sender.id",
        "5",
    ),
    (change("marketing_message_echoes", MARKETING), "changes", "change.marketing_message_echoes", "mid", "m_1"),
    (
        change("marketing_message_deliveries", MARKETING),
        "changes",
        "change.marketing_message_deliveries",
        "page_id",
        PAGE,
    ),
    (
        {"field": "marketing_message_reads", **MARKETING},
        "changes",
        "change.marketing_message_reads",
        "messenger_subscription_token",
        "t",
    ),
    (
        change("marketing_message_clicks", MARKETING),
        "changes",
        "change.marketing_message_clicks",
        "field",
        "marketing_message_clicks",
    ),
    (
        change("marketing_message_delivery_failed", FAILED),
        "changes",
        "change.marketing_message_delivery_failed",
        "error_message",
        "gone",
    ),
    (change("name", "New name"), "changes", "change.name", "value", "New name"),
    (change("ratings", {"review": 5}), "changes", "change.ratings", "value", {"review"}),
    (
        {"id": "c1", "event": "call_status", "recipient_id": PERSON, "call_status": "ringing"},
        "calls",
        "call.call_status",
        "call_status",
        "ringing",
    ),
]
"""Item, container, kind, field, value: for kinds that no sample shows."""


def told(event: Event, field: str) -> Any:
    value = attrgetter(field)(event)
    if field == "commands":
        return tuple(command.name for command in value)
    return set(value) if isinstance(value, dict) else value


@pytest.mark.parametrize(("name", "index", "kind", "field", "value"), FROM_SAMPLES)
def test_field_of_a_sample(name: str, index: int, kind: str, field: str, value: Any) -> None:
    event = event_of(read(samples.body(name), RECEIVED).items[index], RECEIVED)
    assert event.kind == kind
    assert told(event, field) == value


@pytest.mark.parametrize(("item", "container", "kind", "field", "value"), FROM_WORDS)
def test_field_of_an_item(item: dict[str, Any], container: str, kind: str, field: str, value: Any) -> None:
    event = typed(item, container=container)
    assert event.kind == kind
    assert told(event, field) == value
    assert event.unread == ()


def test_the_tables_leave_no_kind_out() -> None:
    assert {row[2] for row in FROM_SAMPLES} | {row[2] for row in FROM_WORDS} >= set(KINDS)


def test_open_sets_have_a_struct() -> None:
    assert struct_of("call.media_update") is Call
    assert struct_of("change.ratings") is Change
    assert struct_of("never heard of") is Unknown


def test_the_lines_of_an_order() -> None:
    (event,) = (event_of(i, RECEIVED) for i in read(samples.body("messenger/send_cart_order"), RECEIVED).items)
    line = OrderedProduct(
        id="6000000000000001",
        retailer_id="SKU-77-BLUE",
        name="Blue kettle",
        unit_price=39.0,
        currency="EUR",
        quantity=2,
    )
    assert told(event, "products") == (line,)


class TestAttachments:
    """Link, title and type come from different places; twins are shown once; nothing is dropped."""

    def of(self, name: str) -> Any:
        return event_of(read(samples.body(name), RECEIVED).items[0], RECEIVED)

    @pytest.mark.parametrize(
        ("name", "type_", "link"),
        [
            ("messenger/message_image", "image", "https://scontent.example.net/v/t1/kettle.jpg?oh=1&oe=6B000001"),
            ("messenger/message_fallback_link", "fallback", "https://shop.example.com/p/77"),
            ("messenger/message_echo_fallback", "fallback", "https://www.example.com/x"),
            ("messenger/message_location_legacy", "location", "https://maps.example.net/?q=51.50142,-0.14188"),
            ("messenger/message_fallback_no_payload", "fallback", None),
            ("messenger/message_echo_no_app_id_null_template", "template", None),
            ("instagram/message_like_heart_no_payload", "like_heart", None),
            ("instagram/message_ephemeral_no_payload", "ephemeral", None),
        ],
    )
    def test_link(self, name: str, type_: str, link: str | None) -> None:
        (attachment,) = self.of(name).attachments
        assert attachment.type == type_
        assert attachment.link == link

    def test_the_address_of_a_story_has_a_name_of_its_own(self) -> None:
        (attachment,) = self.of("instagram/message_ig_story").attachments
        assert attachment.link == attachment.payload["story_media_url"]

    def test_titles_come_from_both_places(self) -> None:
        assert self.of("messenger/message_fallback_link").attachments[0].heading == "Blue kettle, 1.7 l"
        assert self.of("messenger/message_echo_fallback").attachments[0].heading == "Shared attachment"

    def test_a_sticker_that_also_came_as_an_image_is_shown_once(self) -> None:
        event = self.of("messenger/message_sticker_transition_until_2026_08_30")
        assert [a.type for a in event.attachments] == ["image", "sticker"]
        assert [a.type for a in event.shown_attachments] == ["sticker"]
        assert event.shown_attachments[0].sticker_id == "369239343222814"

    def test_a_post_that_also_came_as_a_share_is_shown_once(self) -> None:
        event = self.of("instagram/message_ig_post_and_share_together")
        assert [a.type for a in event.attachments] == ["share", "ig_post"]
        assert [a.type for a in event.shown_attachments] == ["ig_post"]

    def test_different_pictures_are_all_shown(self) -> None:
        event = self.of("messenger/message_images_multiple")
        assert event.shown_attachments == event.attachments
        assert len(event.attachments) > 1

    def test_an_image_without_address_is_no_twin_of_a_sticker_without_address(self) -> None:
        event: Any = typed({**ENDS, "message": {"mid": "m", "attachments": [{"type": "image"}, {"type": "sticker"}]}})
        assert len(event.shown_attachments) == 2

    def test_an_old_body_with_text_for_payload_is_named(self) -> None:
        parts = [{"type": "image", "payload": "https://old"}, 7, {"type": 5}, {"type": "new_thing", "x": 1}]
        event: Any = typed({**ENDS, "message": {"mid": "m", "attachments": parts}})
        assert event.attachments == (Attachment(type="image"), Attachment(type="5"), Attachment(type="new_thing"))
        assert event.unread == ("attachments[0].payload", "attachments[1]")

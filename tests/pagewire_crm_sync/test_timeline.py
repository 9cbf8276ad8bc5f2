"""The timeline: one hook a kind, the facts of each, and nothing people wrote."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire import Refused, TryLater, hooks, samples
from pagewire.events import KINDS, Call, Event, struct_of
from pagewire.testing import events_of
from pagewire.wire import event_of, read
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync.entry import TimelineRecorded
from pagewire_crm_sync.recorded import FIELDS, camel, facts_of
from tests.pagewire_crm_sync.sink_server import Says, Sink
from tests.pagewire_crm_sync.world import ANNA, PAGE, T0, HookContext, at, event, item, message, rfc3339

MANUAL = (Path(__file__).parents[2] / "docs/reference/plugins/crm-sync.md").read_text(encoding="utf-8")


def change(field: str, object_: str = "page", **value: Any) -> Event:
    """A change of the Page or account."""
    body = {"object": object_, "entry": [{"id": PAGE, "time": T0, "changes": [{"field": field, "value": value}]}]}
    (found,) = read(msgspec.json.encode(body), T0).items
    return event_of(found, T0)


def call(**fields: Any) -> Event:
    """Something happened to a call."""
    body = {"object": "page", "entry": [{"id": PAGE, "time": T0, "calls": [{"timestamp": T0 // 1000, **fields}]}]}
    (found,) = read(msgspec.json.encode(body), T0).items
    return event_of(found, T0)


SECRET = "my card is 4111"
FORM = [{"screen_id": 0, "questions": {"q1": {"type": "csat", "payload": "4", "follow_up": {"payload": SECRET}}}}]
INFO = [{"screen_id": "address", "responses": [{"key": "city", "value": "Lisbon"}]}]
CAMPAIGN = {"mid": "m_1", "message_id": "77", "messenger_subscription_token": SECRET}
TOLD = {"mid": "m_1", "messageId": "77"}

HAPPENED: dict[str, tuple[Event, dict[str, Any]]] = {
    "message_received": (message(text=SECRET, mid="m_1"), {"mid": "m_1", "textLength": 15}),
    "echo_received": (
        event(item(message={"mid": "m_2", "text": SECRET, "is_echo": True, "app_id": 263902037430900})),
        {"mid": "m_2", "textLength": 15, "appId": "263902037430900", "fromInbox": True},
    ),
    "message_edited": (
        event(item(message_edit={"mid": "m_1", "text": SECRET, "num_edit": "2"})),
        {"mid": "m_1", "numEdit": 2},
    ),
    "message_deleted": (event(item(message={"mid": "m_1", "is_deleted": True})), {"mid": "m_1"}),
    "reaction_received": (
        event(item(reaction={"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"})),
        {"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"},
    ),
    "postback_received": (
        event(item(postback={"mid": "m_3", "title": "Start", "payload": "START"})),
        {"mid": "m_3", "title": "Start", "payload": "START"},
    ),
    "referral_received": (
        event(item(referral={"ref": "poster", "source": "SHORTLINK", "type": "OPEN_THREAD"})),
        {"source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "poster"},
    ),
    "messages_read": (event(item(read={"watermark": T0})), {"watermark": rfc3339(0)}),
    "messages_delivered": (
        event(item(delivery={"watermark": T0, "mids": ["m_1"]})),
        {"watermark": rfc3339(0), "mids": ["m_1"]},
    ),
    "optin_received": (
        event(item(optin={"type": "notification_messages", "payload": "DEALS", "notification_messages_token": SECRET})),
        {"type": "notification_messages", "payload": "DEALS"},
    ),
    "message_request_accepted": (event(item(message_request="accept")), {}),
    "account_linking_changed": (
        event(item(account_linking={"status": "linked", "authorization_code": "code-1"})),
        {"status": "linked", "authorizationCode": "code-1"},
    ),
    "customer_information_submitted": (event(item(messaging_customer_information={"screens": INFO})), {}),
    "feedback_submitted": (
        event(item(messaging_feedback={"feedback_screens": FORM})),
        {"scores": [{"screen": 0, "question": "q1", "type": "csat", "score": "4"}]},
    ),
    "response_rated": (
        event(item(response_feedback={"feedback": "Good response", "mid": "m_1"})),
        {"feedback": "Good response", "mid": "m_1"},
    ),
    "order_received": (
        event(
            item(
                order={"products": [{"id": 6, "retailer_id": "SKU", "unit_price": 3.5, "quantity": 2}], "note": SECRET}
            )
        ),
        {"products": [{"id": "6", "retailerId": "SKU", "unitPrice": 3.5, "quantity": 2}]},
    ),
    "pre_checkout_received": (event(item(pre_checkout={"payload": SECRET})), {}),
    "checkout_updated": (event(item(checkout_update={"payload": SECRET})), {}),
    "payment_received": (event(item(payment={"payload": SECRET})), {}),
    "game_played": (
        event(
            item(game_play={"game_id": "8", "player_id": "9", "context_type": "SOLO", "score": 1200, "payload": SECRET})
        ),
        {"gameId": "8", "contextType": "SOLO", "score": 1200},
    ),
    "thread_passed": (
        event(item(pass_thread_control={"new_owner_app_id": 1, "previous_owner_app_id": None, "metadata": SECRET})),
        {"newOwnerAppId": "1"},
    ),
    "thread_taken": (
        event(item(take_thread_control={"new_owner_app_id": "2", "previous_owner_app_id": "1"})),
        {"previousOwnerAppId": "1", "newOwnerAppId": "2"},
    ),
    "thread_requested": (
        event(item(request_thread_control={"requested_owner_app_id": 3, "metadata": SECRET})),
        {"requestedOwnerAppId": "3"},
    ),
    "app_roles_changed": (
        event({"recipient": {"id": PAGE}, "timestamp": T0, "app_roles": {"1": ["primary_receiver"]}}),
        {"roles": {"1": ["primary_receiver"]}},
    ),
    "call_permission_answered": (
        event(item(call_permission_reply={"response": "approve", "expiration_timestamp": T0 // 1000 + 60})),
        {"response": "approve", "expirationTimestamp": rfc3339(60)},
    ),
    "call_changed": (
        call(id="c_1", event="connect", call_direction="user_initiated", to=PAGE, **{"from": ANNA}),
        {"callId": "c_1", "event": "connect", "callDirection": "user_initiated"},
    ),
    "feed_changed": (
        change(
            "feed",
            item="comment",
            verb="add",
            post_id="1_2",
            comment_id="2_3",
            message=SECRET,
            **{"from": {"id": "72"}},
        ),
        {"item": "comment", "verb": "add", "postId": "1_2", "commentId": "2_3", "senderId": "72"},
    ),
    "page_mentioned": (
        change("mention", item="post", verb="add", post_id="1_2", message=SECRET),
        {"item": "post", "verb": "add", "postId": "1_2"},
    ),
    "group_feed_changed": (
        change("group_feed", item="post", verb="remove", post_id="1_2"),
        {"item": "post", "verb": "remove", "postId": "1_2"},
    ),
    "comment_received": (
        change("comments", "instagram", id="17", text=SECRET, media={"id": "18"}, **{"from": {"id": "12"}}),
        {"commentId": "17", "senderId": "12", "mediaId": "18", "textLength": 15},
    ),
    "live_comment_received": (
        change("live_comments", "instagram", id="17", text=SECRET, media={"id": "18"}),
        {"commentId": "17", "mediaId": "18", "textLength": 15},
    ),
    "account_mentioned": (
        change("mentions", "instagram", media_id="18", comment_id="17"),
        {"mediaId": "18", "commentId": "17"},
    ),
    "story_insights_received": (
        change("story_insights", "instagram", media_id="18", impressions=28, exits=-1),
        {"mediaId": "18", "impressions": 28, "exits": -1},
    ),
    "lead_received": (
        change("leadgen", leadgen_id="32", form_id="31", created_time=T0 // 1000),
        {"leadgenId": "32", "formId": "31", "createdTime": rfc3339(0)},
    ),
    "marketing_message_sent": (change("marketing_message_echoes", **CAMPAIGN), TOLD),
    "marketing_message_delivered": (change("marketing_message_deliveries", **CAMPAIGN), TOLD),
    "marketing_message_read": (change("marketing_message_reads", **CAMPAIGN), TOLD),
    "marketing_message_clicked": (change("marketing_message_clicks", **CAMPAIGN), TOLD),
    "marketing_message_failed": (
        change("marketing_message_delivery_failed", error_message="blocked", **CAMPAIGN),
        {**TOLD, "errorMessage": "blocked"},
    ),
    "policy_enforced": (
        event(
            {"recipient": {"id": PAGE}, "timestamp": T0, "policy_enforcement": {"action": "block", "reason": "spam"}}
        ),
        {"action": "block", "reason": "spam"},
    ),
    "integrity_changed": (
        event({"recipient": {"id": PAGE}, "timestamp": T0, "status": "restricted", "violations": [{"type": "spam"}]}),
        {"status": "restricted", "violations": [{"type": "spam"}]},
    ),
}
"""Of every hook an event that calls it, and the facts that are told."""


@pytest.fixture
def every(sink: Sink) -> Config:
    """A timeline of all kinds, and no contacts beside it."""
    return Config(url=sink.url, timeline=("*",))


def test_the_table_has_every_kind() -> None:
    assert set(HAPPENED) == set(hooks.EVENT_HOOKS) - {"event_received", "standby_received"}
    assert set(FIELDS) == {struct for struct in (*KINDS.values(), Call) if struct.hook != "event_received"}


@pytest.mark.parametrize("hook", HAPPENED)
async def test_each_hook_records_its_facts(hook: str, sink: Sink, plugin: CrmSync, every: Config) -> None:
    happened, facts = HAPPENED[hook]
    assert struct_of(happened.kind).hook == hook
    await getattr(plugin, hook)(happened, HookContext(every))
    (told,) = sink.entries
    assert told.get("facts", {}) == facts
    assert (told["event"], told["kind"], told["key"]["account"]) == (happened.id, happened.kind, PAGE)
    assert SECRET.encode() not in sink.requests[0].body


@pytest.mark.parametrize("name", samples.names())
async def test_every_sample_makes_an_entry(name: str, sink: Sink, plugin: CrmSync, every: Config) -> None:
    known = [one for one in events_of(name) if one.kind != "unknown"]
    for one in known:
        hook = "standby_received" if one.channel == "standby" else struct_of(one.kind).hook
        await getattr(plugin, hook)(one, HookContext(every, account=one.account))
    assert [each["event"] for each in sink.entries] == [one.id for one in known]
    for sent in sink.events:
        msgspec.convert(sent, TimelineRecorded)


async def test_on_standby_an_entry_says_so(sink: Sink, plugin: CrmSync, every: Config) -> None:
    await plugin.standby_received(message(mid="m_9", channel="standby"), HookContext(every))
    (told,) = sink.entries
    assert told["standby"] is True
    assert told["facts"]["mid"] == "m_9"


async def test_only_the_kinds_that_are_named_are_recorded(sink: Sink, plugin: CrmSync) -> None:
    config = Config(url=sink.url, timeline=("order", "call.*"))
    for hook, (happened, _) in HAPPENED.items():
        await getattr(plugin, hook)(happened, HookContext(config))
    assert [each["kind"] for each in sink.entries] == ["order", "call.connect"]
    await plugin.message_received(message(), HookContext(Config(url=sink.url)))
    assert len(sink.requests) == 2


async def test_information_leaves_only_if_asked_for(sink: Sink, plugin: CrmSync) -> None:
    filled, _ = HAPPENED["customer_information_submitted"]
    config = msgspec.convert({"url": sink.url, "timeline": ["*"], "include": {"information": True}}, Config)
    await plugin.customer_information_submitted(filled, HookContext(config))  # type: ignore[arg-type]
    (told,) = sink.entries
    assert told["facts"] == {"responses": [{"screen": "address", "key": "city", "value": "Lisbon"}]}
    assert facts_of(filled, information=False) == {}


async def test_a_repeat_has_the_same_id_and_bytes(sink: Sink, plugin: CrmSync, every: Config) -> None:
    happened, _ = HAPPENED["order_received"]
    sink.script.append(Says(500))
    with pytest.raises(TryLater):
        await plugin.order_received(happened, HookContext(every))  # type: ignore[arg-type]
    await plugin.order_received(happened, HookContext(every))  # type: ignore[arg-type]
    first, second = sink.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_an_entry_the_sink_never_takes_is_refused(sink: Sink, plugin: CrmSync, every: Config) -> None:
    sink.script.append(Says(422))
    with pytest.raises(Refused, match="422"):
        await plugin.message_received(message(), HookContext(every))


async def test_contacts_and_entries_go_to_the_same_sink(sink: Sink, plugin: CrmSync) -> None:
    config = msgspec.convert(
        {"url": sink.url, "mode": "batch", "batch": {"lingerMs": 0}, "timeline": ["message"]}, Config
    )
    happened = message(after=3)
    await plugin.event_received(happened, HookContext(config))
    await plugin.message_received(happened, HookContext(config))  # type: ignore[arg-type]
    assert [each["type"].split(".")[2] for each in sink.events] == ["contact", "timeline"]
    assert sink.entries[0]["at"] == at(3).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("name", "hint"), [("ordr", "did you mean order"), ("unknown", "or \\* for all"), ("call.", "did you mean call")]
)
def test_a_kind_that_does_not_exist_is_refused(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        Config(url="https://crm.example.com", timeline=(name,))


def test_the_manual_lists_every_fact() -> None:
    table = MANUAL.partition("| hook | kind | facts |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| `[\w.*]+` \| (.*) \|$", table, re.MULTILINE)
    structs = {struct.hook: struct for struct in FIELDS}
    assert {hook: re.findall(r"`(\w+)`", facts) for hook, facts in rows} == {
        hook: [camel(name) for name in FIELDS[struct]] for hook, struct in structs.items()
    }

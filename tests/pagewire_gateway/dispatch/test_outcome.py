"""What a hook call comes to, and what is written down."""

import msgspec
import pytest

from pagewire import QuickReply, Refused, SenderAction, Text, TryLater, samples, wire
from pagewire.replies import decode
from pagewire.surfaces import Surface
from pagewire_gateway.dispatch.outcome import of_raised, of_returned, reply_id, to_mark
from pagewire_gateway.journal.port import Pending, Stored
from pagewire_gateway.retry import RetryPolicy

NOW = 1_795_305_600_000
"""2026-11-22T00:00:00Z."""


def item_of(name: str) -> wire.Item:
    return wire.read(samples.body(name), 0).items[0]


def event_of(name: str):
    return wire.event_of(item_of(name), 0)


def pending(attempts: int = 0, generation: int = 0) -> Pending:
    item = item_of("messenger/message_text")
    stored = Stored(seq=7, id=item.id, item=item, received=0, app="support/acme")
    return Pending(stored=stored, attempts=attempts, generation=generation)


def mark(outcome, attempts: int = 0, generation: int = 0, send_first: bool = False):
    return to_mark(
        pending(attempts, generation),
        "greeter",
        outcome,
        RetryPolicy(attempts=3),
        now=1000,
        chance=0.0,
        send_first=send_first,
    )


def test_replies_of_all_hooks_are_stored_in_order():
    outcome = of_returned(
        event_of("messenger/message_text"),
        [Text(text="a"), None, [SenderAction(action="typing_on")]],
        Surface.MESSENGER,
        NOW,
    )
    rows = mark(outcome, send_first=True).replies
    assert [decode(row.body) for row in rows] == [Text(text="a"), SenderAction(action="typing_on")]
    assert [row.state for row in rows] == ["sending", "queued"]
    assert rows[0].id == reply_id(pending().stored.id, "greeter", 0, 0)


def test_reply_ids_repeat_with_the_attempt_and_differ_with_plugin_index_and_generation():
    ids = {reply_id("e", *rest) for rest in (("a", 0, 0), ("a", 1, 0), ("b", 0, 0), ("a", 0, 1), ("a", 0, 0))}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ("hello", "wrap a text as Text"),
        ([Text(text="")], "text must not be empty"),
        ([Text(text="x" * 2001)], "2001 characters"),
        (42, "not int"),
    ],
)
def test_a_reply_that_meta_would_refuse_is_parked_at_once_with_the_reason(returned, reason):
    outcome = of_returned(event_of("messenger/message_text"), [returned], Surface.MESSENGER, NOW)
    made = mark(outcome)
    assert made.state == "parked"
    assert reason in made.error


def test_nobody_answers_on_standby():
    outcome = of_returned(event_of("messenger/standby_message"), [Text(text="mine!")], Surface.MESSENGER, NOW)
    assert (outcome.name, "standby" in outcome.reason) == ("refused", True)


def test_try_later_waits_as_long_as_it_said():
    made = mark(of_raised(TryLater(after=90, reason="CRM is down"), 30))
    assert (made.state, made.due, made.attempts) == ("retry", 91_000, 1)
    assert made.error == "TryLater: CRM is down"


def test_refused_is_parked_at_once():
    assert mark(of_raised(Refused("no such person"), 30)).state == "parked"


def test_the_text_of_an_unforeseen_error_is_not_kept():
    made = mark(of_raised(ValueError("user said: my card is 4111"), 30), attempts=2)
    assert (made.state, made.error) == ("parked", "builtins.ValueError")


def test_a_time_out_says_after_how_long():
    assert of_raised(TimeoutError(), 30).reason == "TimeoutError: no end within 30 s"


def test_only_unforeseen_failures_blame_the_plugin():
    errors = [ValueError(), TimeoutError(), TryLater(), Refused()]
    assert [of_raised(error, 1).blames_plugin for error in errors] == [True, True, False, False]


def test_marks_survive_json():
    made = mark(of_returned(event_of("messenger/message_text"), [Text(text="a")], Surface.MESSENGER, NOW))
    assert msgspec.convert(msgspec.to_builtins(made), type(made)) == made


def test_what_meta_will_end_is_sent_and_noticed():
    asked = Text(text="Your number?", quick_replies=(QuickReply(content_type="user_phone_number"),))
    event, september = event_of("instagram/message_text"), 1_790_000_000_000
    outcome = of_returned(event, [asked], Surface.INSTAGRAM, september)
    assert (outcome.name, [notice.key for notice in outcome.notices]) == ("done", ["quick_reply:user_phone_number"])
    assert of_returned(event, [asked], Surface.INSTAGRAM, NOW).name == "refused"

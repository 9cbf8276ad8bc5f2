"""What Meta ends: refused from its day on, warned about before, named with what to use instead."""

from datetime import date, timedelta

import pytest

from pagewire.deprecations import DEPRECATIONS, KNOWN, WARNING_DAYS, Ended, Notice, found_in, look
from pagewire.replies import QuickReply, RawMessage, ReplyError, Text, ToToken, check
from pagewire.surfaces import Surface

ALL = [(key, surface) for key, found in DEPRECATIONS.items() for surface in sorted(found.surfaces)]


@pytest.mark.parametrize(("key", "surface"), ALL)
def test_the_day_it_ends_and_the_days_before(key: str, surface: Surface) -> None:
    ends = DEPRECATIONS[key].ends
    ended, last, first, before = (
        look(key, surface, ends + timedelta(days)) for days in (0, -1, -WARNING_DAYS, -WARNING_DAYS - 1)
    )
    assert isinstance(ended, Ended)
    assert str(ended).endswith(f"ended on {ends}: {DEPRECATIONS[key].instead}")
    assert isinstance(last, Notice)
    assert isinstance(first, Notice)
    assert str(last).endswith(f"ends on {ends}: {DEPRECATIONS[key].instead}")
    assert before is None


def test_what_ended_on_instagram_goes_on_on_messenger() -> None:
    asked = Text(text="Your number?", quick_replies=(QuickReply(content_type="user_phone_number"),))
    check(asked, Surface.MESSENGER)
    with pytest.raises(ReplyError, match=r"quick_replies\[0\].content_type: .* ended on 2026-10-05: ask in a text"):
        check(asked, Surface.INSTAGRAM)
    [notice] = check(asked, Surface.INSTAGRAM_LOGIN, date(2026, 10, 4))
    assert (notice.key, notice.ends) == ("quick_reply:user_phone_number", date(2026, 10, 5))
    assert check(asked, Surface.INSTAGRAM_LOGIN, date(2026, 7, 1)) == ()


def test_legacy_tokens_go_by_their_date() -> None:
    sale = Text(text="Sale!", to=ToToken(kind="notification_messages_token", token="NMT1"))
    with pytest.raises(ReplyError, match="ended on 2026-02-10: Meta sells marketing messages"):
        check(sale, Surface.MESSENGER)
    assert len(check(sale, Surface.MESSENGER, date(2026, 2, 9))) == 1
    with pytest.raises(ReplyError, match="exists on Messenger only"):
        check(sale, Surface.INSTAGRAM, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"attachment": {"type": "template", "payload": {"template_type": "airline_update"}}}, "airline_update"),
        ({"attachment": {"type": "share", "payload": {}}}, "attachment share ended on 2026-04-27"),
        ({"text": "Where?", "quick_replies": [{"content_type": "location"}]}, "location"),
        (
            {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "generic", "elements": [{"buttons": [{"type": "payment"}]}]},
                }
            },
            "button payment",
        ),
    ],
)
def test_raw_messages_are_searched(message: dict[str, object], why: str) -> None:
    with pytest.raises(ReplyError, match=rf"message: .*{why}"):
        check(RawMessage(message=message), Surface.INSTAGRAM)


@pytest.mark.parametrize("junk", [None, 5, "x", [5], {"attachment": 5}, {"attachment": {"type": "template"}}])
def test_junk_in_raw_messages_ends_nothing(junk: object) -> None:
    message = {"quick_replies": junk, "attachment": junk, "attachments": junk}
    assert not DEPRECATIONS.keys() & set(found_in(message))


def test_without_a_clock_the_day_is_the_one_of_the_table() -> None:
    assert date(2026, 10, 5) < KNOWN
    assert all(found.ends < date(2030, 1, 1) for found in DEPRECATIONS.values())

"""The policy table: every row of Meta's rules as a case. The tests run it, and docs/reference/policy.md is written from it."""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from pagewire.surfaces import Surface
from pagewire.wire import Item
from pagewire_gateway import traces
from pagewire_gateway.policy import Decision, Reason, Refuse, Send, Standing, Talk, Wait, Wish
from pagewire_gateway.traces import DIRECT, INBOUND, OWNER, OWNER_AT, STANDBY

NOW = 1_790_000_000_000
HOUR = 3_600_000
US, OTHER, INBOX = "990000000000001", "556677889900112", "263902037430900"
PERSON, PAGE = "24000000000000001", "108000000000001"

MESSENGER, INSTAGRAM, LOGIN = Surface.MESSENGER, Surface.INSTAGRAM, Surface.INSTAGRAM_LOGIN
ANY = (MESSENGER, INSTAGRAM, LOGIN)


class Act(Struct, frozen=True):
    """Something that happened in the conversation, so many hours ago."""

    kind: str
    hours: float
    raw: dict[str, Any] = {}
    channel: str = "messaging"


class Case(Struct, frozen=True, kw_only=True):
    """State, wish and sender, and what is decided; the surfaces give the same answer unless `expected` says otherwise."""

    state: str
    wish: str
    acts: tuple[Act, ...] = ()
    talk: dict[str, Any] = {}
    standing: dict[str, Any] = {}
    wished: Wish = Wish()
    surfaces: tuple[Surface, ...] = ANY
    expected: Any
    of: str


def talk_of(case: Case) -> Talk:
    """The conversation as its events left it."""
    trace = traces.blank()
    for act in case.acts:
        item = item_of(act)
        if found := traces.sign(item):
            traces.note(trace, found, b"id", item.timestamp, item.channel, item.raw)
    known = {
        "last_inbound": trace[INBOUND],
        "direct": trace[DIRECT],
        "standby": trace[STANDBY],
        "owner": trace[OWNER],
        "owner_at": trace[OWNER_AT],
    }
    return Talk(**{**known, **case.talk})


def item_of(act: Act) -> Item:
    """The event of an act."""
    return Item(
        kind=act.kind,
        channel=act.channel,  # type: ignore[arg-type]
        object="page",
        account=PAGE,
        person=PERSON,
        timestamp=round(NOW - act.hours * HOUR),
        time_estimated=False,
        via="messaging",
        key=act.kind,
        raw=json.dumps(act.raw).encode(),
    )


def standing_of(case: Case, surface: Surface) -> Standing:
    """The account of a case."""
    return Standing(surface=surface, app_id=US, **case.standing)


WROTE = (Act("message", 1),)
DAY_OLD = (Act("message", 25),)
WEEK_OLD = (Act("message", 170),)
APPROVED = {"human_agent": True}
BOT, PERSON_ = "a program's message", "a person's message"
HUMAN = Wish(author="human")
FREE = {MESSENGER: Send("RESPONSE"), INSTAGRAM: Send(None), LOGIN: Send(None)}
CLOSED, NEVER = Reason.WINDOW_CLOSED, Reason.NEVER_WROTE
ONLY_MESSENGER = Reason.NOT_ON_SURFACE


def _acts() -> Iterator[Case]:
    """Outbound 2.2: which acts open the window."""
    opening = {
        "the person sent a message": Act("message", 1),
        "the person tapped Get Started, an ice breaker, the menu or a postback button": Act("postback", 1),
        "the person clicked an ad and wrote": Act("message", 1, {"message": {"referral": {"source": "ADS"}}}),
        "the person came through Send-to-Messenger or the checkbox": Act("optin", 1, {"optin": {"ref": "x"}}),
        "the person opened an m.me or ig.me link": Act("referral", 1, {"referral": {"ref": "x"}}),
        "the person reacted to a message": Act("reaction", 1, {"reaction": {"action": "react"}}),
    }
    for state, act in opening.items():
        yield Case(state=f"{state} an hour ago", wish=BOT, acts=(act,), expected=FREE, of="2.2")
    nothing = {
        "the person commented": Act("change.comments", 1),
        "the person opted in to marketing messages": Act("optin", 1, {"optin": {"type": "notification_messages"}}),
        "the person took a reaction back": Act("reaction", 1, {"reaction": {"action": "unreact"}}),
        "the person read": Act("read", 1, {"read": {"watermark": NOW}}),
        "a message arrived": Act("delivery", 1, {"delivery": {"watermark": NOW}}),
        "the business wrote": Act("message_echo", 1),
        "the person edited a message": Act("message_edit", 1),
        "the person unsent a message": Act("message_deleted", 1),
        "the thread was handed over": Act("handover_pass", 1, {"pass_thread_control": {"new_owner_app_id": US}}),
    }
    for state, act in nothing.items():
        yield Case(state=f"only: {state}", wish=BOT, acts=(act,), expected=NEVER, of="2.2")
    yield Case(state="nothing is known of the person", wish=BOT, expected=NEVER, of="2.1")
    yield Case(state="wrote 23 h 58 min ago", wish=BOT, acts=(Act("message", 23.96),), expected=FREE, of="2.2")
    late = (Act("message", 23.99),)
    yield Case(state="wrote 23 h 59 min 24 s ago (safety margin)", wish=BOT, acts=late, expected=CLOSED, of="2.2")


def _windows() -> Iterator[Case]:
    """Outbound 2.2 and 2.3: the selection rule."""
    asking = Wish(proactive=True)
    updated = {**FREE, MESSENGER: Send("UPDATE")}
    yield Case(
        state="wrote an hour ago",
        wish="a message that answers nothing",
        acts=WROTE,
        wished=asking,
        expected=updated,
        of="1.4",
    )
    yield Case(state="wrote 25 hours ago", wish=BOT, acts=DAY_OLD, expected=CLOSED, of="2.3")
    yield Case(
        state="wrote 25 hours ago; app approved", wish=BOT, acts=DAY_OLD, standing=APPROVED, expected=CLOSED, of="2.3"
    )
    yield Case(
        state="wrote an hour ago; app approved",
        wish=PERSON_,
        acts=WROTE,
        standing=APPROVED,
        wished=HUMAN,
        expected=FREE,
        of="2.3",
    )
    tagged = Send("MESSAGE_TAG", "HUMAN_AGENT")
    yield Case(
        state="wrote 25 hours ago; app approved",
        wish=PERSON_,
        acts=DAY_OLD,
        standing=APPROVED,
        wished=HUMAN,
        expected=tagged,
        of="2.3",
    )
    quote = Wish(author="human", quotes=True)
    for state, acts, expected in (
        ("wrote an hour ago; app approved", WROTE, FREE),
        ("wrote 25 hours ago; app approved", DAY_OLD, Reason.QUOTE_TOO_LATE),
        ("wrote 7 days ago; app approved", WEEK_OLD, Reason.HUMAN_AGENT_EXPIRED),
    ):
        yield Case(
            state=state,
            wish="a person's message that quotes one",
            acts=acts,
            standing=APPROVED,
            wished=quote,
            expected=expected,
            of="1.4",
        )
    not_approved = Reason.HUMAN_AGENT_NOT_APPROVED
    yield Case(
        state="wrote 25 hours ago; app not approved",
        wish=PERSON_,
        acts=DAY_OLD,
        wished=HUMAN,
        expected=not_approved,
        of="2.3",
    )
    yield Case(
        state="wrote 7 days ago; app approved",
        wish=PERSON_,
        acts=WEEK_OLD,
        standing=APPROVED,
        wished=HUMAN,
        expected=Reason.HUMAN_AGENT_EXPIRED,
        of="2.3",
    )
    yield Case(state="wrote 7 days ago", wish=BOT, acts=WEEK_OLD, expected=CLOSED, of="2.3")
    again = Wish(author="human", untagged=True)
    yield Case(
        state="wrote 25 hours ago; Meta refused the tag",
        wish=PERSON_,
        acts=DAY_OLD,
        standing=APPROVED,
        wished=again,
        expected=CLOSED,
        of="7.1",
    )
    yield Case(
        state="wrote an hour ago; Meta refused the tag", wish=PERSON_, acts=WROTE, wished=again, expected=FREE, of="7.1"
    )


def _tags() -> Iterator[Case]:
    """Outbound 2.3: tags asked for by name."""
    named = {tag: Wish(tag=tag) for tag in ("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE")}
    for tag, wished in (named | {"SHIPPING_UPDATE": Wish(tag="SHIPPING_UPDATE")}).items():
        for state, acts in (("wrote an hour ago", WROTE), ("wrote 25 hours ago", DAY_OLD)):
            yield Case(state=state, wish=f"with {tag}", acts=acts, wished=wished, expected=Reason.TAG_RETIRED, of="2.3")
    yield Case(
        state="wrote an hour ago",
        wish="with a tag Meta never had",
        acts=WROTE,
        wished=Wish(tag="URGENT"),
        expected=Reason.TAG_UNKNOWN,
        of="2.3",
    )
    yield Case(
        state="wrote an hour ago; app approved",
        wish="a program's message with HUMAN_AGENT",
        acts=WROTE,
        standing=APPROVED,
        wished=Wish(tag="HUMAN_AGENT"),
        expected=Reason.TAG_NOT_ALLOWED,
        of="2.3",
    )
    yield Case(
        state="wrote an hour ago; app approved",
        wish="a person's message with HUMAN_AGENT",
        acts=WROTE,
        standing=APPROVED,
        wished=Wish(tag="HUMAN_AGENT", author="human"),
        expected=FREE,
        of="2.3",
    )
    news = Wish(tag="NON_PROMOTIONAL_SUBSCRIPTION")
    elsewhere = {INSTAGRAM: ONLY_MESSENGER, LOGIN: ONLY_MESSENGER}
    yield Case(
        state="wrote 7 days ago; not a news Page",
        wish="with NON_PROMOTIONAL_SUBSCRIPTION",
        acts=WEEK_OLD,
        wished=news,
        expected={MESSENGER: Reason.TAG_NOT_ALLOWED, **elsewhere},
        of="2.3",
    )
    yield Case(
        state="wrote 7 days ago; a news Page",
        wish="with NON_PROMOTIONAL_SUBSCRIPTION",
        acts=WEEK_OLD,
        standing={"news": True},
        wished=news,
        expected={MESSENGER: Send("MESSAGE_TAG", "NON_PROMOTIONAL_SUBSCRIPTION"), **elsewhere},
        of="2.3",
    )
    yield Case(
        state="wrote an hour ago",
        wish="a text with CUSTOMER_FEEDBACK",
        acts=WROTE,
        wished=Wish(tag="CUSTOMER_FEEDBACK"),
        expected={MESSENGER: Reason.TAG_NOT_ALLOWED, **elsewhere},
        of="2.3",
    )


def _bodies() -> Iterator[Case]:
    """Outbound 2.3 to 2.6, 4.1 and 4.3: bodies with rules of their own."""
    elsewhere = {INSTAGRAM: ONLY_MESSENGER, LOGIN: ONLY_MESSENGER}
    feedback, utility = Wish(body="customer_feedback"), Wish(body="utility")
    template, known = "a customer feedback template", "an approved utility template"
    tagged = {MESSENGER: Send("MESSAGE_TAG", "CUSTOMER_FEEDBACK"), **elsewhere}
    yield Case(
        state="wrote an hour ago",
        wish=template,
        acts=WROTE,
        wished=feedback,
        expected={MESSENGER: Send("RESPONSE"), **elsewhere},
        of="2.3",
    )
    yield Case(state="wrote 25 hours ago", wish=template, acts=DAY_OLD, wished=feedback, expected=tagged, of="2.3")
    yield Case(
        state="wrote 7 days ago",
        wish=template,
        acts=WEEK_OLD,
        wished=feedback,
        expected={MESSENGER: CLOSED, **elsewhere},
        of="2.3",
    )
    as_utility = {MESSENGER: Send("UTILITY"), **elsewhere}
    for state, acts in (("wrote an hour ago", WROTE), ("wrote 25 hours ago", DAY_OLD), ("wrote 7 days ago", WEEK_OLD)):
        yield Case(state=state, wish=known, acts=acts, wished=utility, expected=as_utility, of="2.4")
    gone = {MESSENGER: Reason.NOT_SUPPORTED, **elsewhere}
    for wish, wished in (("a marketing message", Wish(body="marketing")), ("to an opt-in token", Wish(target="token"))):
        yield Case(
            state="wrote an hour ago, opted in",
            wish=wish,
            acts=WROTE,
            wished=wished,
            expected=gone,
            of="2.5",
        )
    once = Wish(body="one_time_notification")
    yield Case(
        state="wrote an hour ago",
        wish="a one-time notification",
        acts=WROTE,
        wished=once,
        expected=Reason.NOT_SUPPORTED,
        of="2.6",
    )
    typing = Wish(body="sender_action")
    yield Case(
        state="wrote an hour ago",
        wish="typing, seen or a reaction",
        acts=WROTE,
        wished=typing,
        expected=Send(),
        of="4.1",
    )
    yield Case(
        state="wrote 25 hours ago",
        wish="typing, seen or a reaction",
        acts=DAY_OLD,
        wished=typing,
        expected=CLOSED,
        of="4.1",
    )


def _private_replies() -> Iterator[Case]:
    """Outbound 2.7."""
    reply, post = Wish(target="comment", created=NOW - HOUR), Wish(target="post", created=NOW - HOUR)
    to_comment, to_post = "a private reply to a comment", "a private reply to a visitor's post"
    yield Case(
        state="a comment an hour ago, the person never wrote", wish=to_comment, wished=reply, expected=FREE, of="2.7"
    )
    yield Case(
        state="a visitor's post an hour ago",
        wish=to_post,
        wished=post,
        expected={MESSENGER: Send("RESPONSE"), INSTAGRAM: ONLY_MESSENGER, LOGIN: ONLY_MESSENGER},
        of="2.7",
    )
    yield Case(
        state="the comment has had its private reply",
        wish=to_comment,
        talk={"answered": True},
        wished=reply,
        expected=Reason.ALREADY_ANSWERED,
        of="2.7",
    )
    old = Wish(target="comment", created=NOW - 168 * HOUR)
    yield Case(state="a comment 7 days ago", wish=to_comment, wished=old, expected=Reason.COMMENT_TOO_OLD, of="2.7")
    yield Case(
        state="a comment of unknown age", wish=to_comment, wished=Wish(target="comment"), expected=FREE, of="2.7"
    )
    typing = Wish(target="comment", body="sender_action")
    yield Case(
        state="a comment an hour ago",
        wish="typing to a comment",
        wished=typing,
        expected=Reason.NO_THREAD_YET,
        of="2.7",
    )
    yield Case(
        state="a comment an hour ago; the one private reply is out",
        wish=BOT,
        acts=(Act("change.comments", 1), Act("message_echo", 0.5)),
        expected=NEVER,
        of="7.27",
    )


def _threads() -> Iterator[Case]:
    """Outbound 4.3."""
    passed = Act("handover_pass", 0.5, {"pass_thread_control": {"new_owner_app_id": OTHER}})
    taken = Act("handover_take", 0.5, {"take_thread_control": {"new_owner_app_id": INBOX}})
    returned = Act("handover_pass", 0.2, {"pass_thread_control": {"new_owner_app_id": US}})
    elsewhere = Reason.OWNED_ELSEWHERE
    wrote = WROTE[0]
    yield Case(
        state="the thread was passed to another app", wish=BOT, acts=(wrote, passed), expected=elsewhere, of="4.3"
    )
    yield Case(
        state="a person in Meta's inbox took the thread", wish=BOT, acts=(wrote, taken), expected=elsewhere, of="4.3"
    )
    yield Case(state="… and passed it back to us", wish=BOT, acts=(wrote, taken, returned), expected=FREE, of="4.3")
    released = Act("handover_pass", 0.2, {"pass_thread_control": {"new_owner_app_id": None}})
    yield Case(state="… or released it", wish=BOT, acts=(wrote, taken, released), expected=FREE, of="4.3")
    standby = Act("message", 0.5, {}, "standby")
    yield Case(state="the person's message came as standby", wish=BOT, acts=(standby,), expected=elsewhere, of="4.3")
    echoed = Act("message_echo", 0.4, {"message": {"app_id": 556677889900112}}, "standby")
    yield Case(
        state="an echo of another app came as standby", wish=BOT, acts=(wrote, echoed), expected=elsewhere, of="4.3"
    )
    inbox = Act("message_echo", 0.4, {"message": {"app_id": 263902037430900}})
    yield Case(
        state="somebody wrote in Meta's inbox, no app has the thread",
        wish=BOT,
        acts=(wrote, inbox),
        expected=FREE,
        of="4.3",
    )
    direct = Act("message", 0.3)
    yield Case(
        state="another app had it; now the person's words come to us",
        wish=BOT,
        acts=(wrote, passed, direct),
        expected=FREE,
        of="4.3",
    )
    asked = Act("handover_request", 0.5, {"request_thread_control": {"requested_owner_app_id": OTHER}})
    yield Case(state="another app asked for the thread", wish=BOT, acts=(wrote, asked), expected=FREE, of="4.3")
    roles = Act("handover_app_roles", 0.5, {"app_roles": {OTHER: ["primary_receiver"]}})
    yield Case(
        state="another app became primary receiver (old protocol)",
        wish=BOT,
        acts=(wrote, roles),
        expected=FREE,
        of="4.3",
    )
    idle = (Act("message", 26), Act("handover_pass", 25, {"pass_thread_control": {"new_owner_app_id": OTHER}}))
    yield Case(state="another app had it; 25 hours without the person", wish=BOT, acts=idle, expected=CLOSED, of="4.3")
    control = Wish(body="thread_control")
    yield Case(
        state="the thread was passed to another app",
        wish="take, request or release it",
        acts=(wrote, passed),
        wished=control,
        expected=Send(),
        of="4.3",
    )
    yield Case(
        state="the thread was passed to another app",
        wish=PERSON_,
        acts=(wrote, passed),
        wished=HUMAN,
        expected=elsewhere,
        of="4.3",
    )


def _standings() -> Iterator[Case]:
    """Outbound 2.8, 2.9 and 6: what Meta said before."""
    yield Case(
        state="Meta said: cannot be written to",
        wish=BOT,
        acts=WROTE,
        talk={"unreachable": True},
        expected=Reason.UNREACHABLE,
        of="6 (551)",
    )
    yield Case(
        state="Meta said: cannot be written to",
        wish=PERSON_,
        acts=WROTE,
        talk={"unreachable": True},
        wished=HUMAN,
        expected=FREE,
        of="6 (551)",
    )
    warned = {"tagless_until": NOW + HOUR}
    for state, talk, expected in (
        ("Meta warned of misused tags", warned, Reason.TAG_WARNED),
        ("the warning is over", {"tagless_until": NOW - 1}, Send("MESSAGE_TAG", "HUMAN_AGENT")),
    ):
        yield Case(
            state=f"{state}; wrote 25 hours ago; app approved",
            wish=PERSON_,
            acts=DAY_OLD,
            talk=talk,
            standing=APPROVED,
            wished=HUMAN,
            expected=expected,
            of="6 (2018338)",
        )
    yield Case(
        state="Meta warned of misused tags; wrote an hour ago",
        wish=BOT,
        acts=WROTE,
        talk=warned,
        expected=FREE,
        of="6 (2018338)",
    )
    until = {"restricted_until": NOW + HOUR, "restriction": "code 10, subcode 1893063"}
    waits = Wait(NOW + HOUR, Reason.ACCOUNT_RESTRICTED, "")
    yield Case(
        state="Meta restricted the account for another hour",
        wish=BOT,
        acts=WROTE,
        standing=until,
        expected=waits,
        of="6 (1893063)",
    )
    yield Case(
        state="Meta restricted the account for another hour",
        wish="a private reply to a comment",
        wished=Wish(target="comment", created=NOW - HOUR),
        standing=until,
        expected=waits,
        of="6 (1893063)",
    )
    yield Case(state="… and the person never wrote", wish=BOT, standing=until, expected=NEVER, of="6 (1893063)")
    over = {"restricted_until": NOW - 1}
    yield Case(state="the restriction is over", wish=BOT, acts=WROTE, standing=over, expected=FREE, of="6 (1893063)")


CASES: tuple[Case, ...] = (
    *_acts(),
    *_windows(),
    *_tags(),
    *_bodies(),
    *_private_replies(),
    *_threads(),
    *_standings(),
)


def expected_on(case: Case, surface: Surface) -> Any:
    """What a case expects on a surface: a decision, or the reason of a refusal."""
    return case.expected[surface] if isinstance(case.expected, dict) else case.expected


def shows(decision: Decision) -> Decision | Reason:
    """A decision without its sentence."""
    if isinstance(decision, Refuse):
        return decision.reason
    return Wait(decision.until, decision.reason, "") if isinstance(decision, Wait) else decision

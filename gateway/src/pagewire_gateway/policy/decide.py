"""The decision itself: one rule a function, asked in the order in which Meta would refuse."""

from collections.abc import Callable
from typing import Final

from pagewire.surfaces import Surface
from pagewire_gateway import window
from pagewire_gateway.policy import sayings
from pagewire_gateway.policy.owners import DAY_MS, owner_of
from pagewire_gateway.policy.reasons import Reason
from pagewire_gateway.policy.tags import LIVE, RETIRED
from pagewire_gateway.policy.words import Decision, Refuse, Send, Standing, Talk, Wait, Wish

WEEK_MS: Final = 7 * DAY_MS

_Rule = Callable[[Talk, Standing, Wish, int], Decision | None]


def decide(talk: Talk, standing: Standing, wish: Wish, now: int) -> Decision:
    """What Meta's rules say to a wish.

    Args:
        talk: the conversation, and whether this wish's comment was answered.
        standing: the account.
        wish: what somebody wants to send.
        now: milliseconds since 1970.
    """
    for rule in _RULES:
        decision = rule(talk, standing, wish, now)
        if decision is not None:
            return decision
    decision = _in_time(talk, standing, wish, now)
    if isinstance(decision, Send) and decision.tag is not None and now < talk.tagless_until:
        return Refuse(Reason.TAG_WARNED, sayings.TAG_WARNED)
    late = wish.quotes and now > window.closes_at(talk.last_inbound)
    return Refuse(Reason.QUOTE_TOO_LATE, sayings.QUOTE) if late and isinstance(decision, Send) else decision


def _bodies(_talk: Talk, standing: Standing, wish: Wish, _now: int) -> Decision | None:
    if wish.body == "marketing" or wish.target == "token":
        return _marketing(standing, wish)
    if wish.body == "one_time_notification":
        return Refuse(Reason.NOT_SUPPORTED, sayings.ONE_TIME)
    if wish.body in {"utility", "customer_feedback"} and standing.surface is not Surface.MESSENGER:
        return Refuse(Reason.NOT_ON_SURFACE, sayings.messenger_only(wish.body))
    return None


def _marketing(standing: Standing, _wish: Wish) -> Decision:
    if standing.surface is not Surface.MESSENGER:
        return Refuse(Reason.NOT_ON_SURFACE, sayings.messenger_only("marketing"))
    return Refuse(Reason.NOT_SUPPORTED, sayings.MARKETING)


def _tags(_talk: Talk, standing: Standing, wish: Wish, _now: int) -> Decision | None:
    if not wish.tag:
        return None
    if wish.tag in RETIRED:
        return Refuse(Reason.TAG_RETIRED, sayings.retired(wish.tag, RETIRED[wish.tag]))
    tag = LIVE.get(wish.tag)
    if tag is None:
        return Refuse(Reason.TAG_UNKNOWN, sayings.unknown_tag(LIVE))
    if standing.surface not in tag.surfaces:
        return Refuse(Reason.NOT_ON_SURFACE, sayings.messenger_only(wish.tag))
    fits = {
        "human": wish.author == "human",
        "customer_feedback": wish.body == "customer_feedback",
        "news": standing.news,
    }
    return None if fits[tag.needs] else Refuse(Reason.TAG_NOT_ALLOWED, sayings.not_allowed(wish.tag, tag.needs))


def _restriction(_talk: Talk, standing: Standing, _wish: Wish, now: int) -> Decision | None:
    if standing.restricted_until <= now:
        return None
    return Wait(standing.restricted_until, Reason.ACCOUNT_RESTRICTED, sayings.restricted(standing.restriction))


def _private_reply(talk: Talk, standing: Standing, wish: Wish, now: int) -> Decision | None:
    if wish.target not in {"comment", "post"}:
        return None
    if wish.target == "post" and standing.surface is not Surface.MESSENGER:
        return Refuse(Reason.NOT_ON_SURFACE, sayings.messenger_only("private reply to a post"))
    if wish.body != "message":
        return Refuse(Reason.NO_THREAD_YET, sayings.NO_THREAD)
    if talk.answered:
        return Refuse(Reason.ALREADY_ANSWERED, sayings.answered(wish.target))
    if wish.created and now - wish.created >= WEEK_MS - window.SAFETY_MARGIN_MS:
        return Refuse(Reason.COMMENT_TOO_OLD, sayings.comment_too_old(wish.target))
    allowed = Send("RESPONSE" if standing.surface is Surface.MESSENGER else None)
    return _restriction(talk, standing, wish, now) or allowed


def _thread_control(_talk: Talk, _standing: Standing, wish: Wish, _now: int) -> Decision | None:
    # Nothing reaches the person, so neither window nor owner matter: taking a thread is how one becomes its owner.
    return Send() if wish.body == "thread_control" else None


def _person(talk: Talk, _standing: Standing, wish: Wish, _now: int) -> Decision | None:
    # A person at the keyboard may try again; a program would try for ever.
    if talk.unreachable and wish.author == "automation":
        return Refuse(Reason.UNREACHABLE, sayings.UNREACHABLE)
    return None if talk.last_inbound else Refuse(Reason.NEVER_WROTE, sayings.NEVER_WROTE)


def _owner(talk: Talk, standing: Standing, _wish: Wish, now: int) -> Decision | None:
    owner = owner_of(talk, standing.app_id, now)
    return Refuse(Reason.OWNED_ELSEWHERE, sayings.owned(owner)) if owner else None


_RULES: Final[tuple[_Rule, ...]] = (_bodies, _tags, _private_reply, _thread_control, _person, _restriction, _owner)


def _in_time(talk: Talk, standing: Standing, wish: Wish, now: int) -> Decision:
    if wish.body == "utility":
        return Send("UTILITY")
    if wish.tag == "NON_PROMOTIONAL_SUBSCRIPTION" and not wish.untagged:
        return Send("MESSAGE_TAG", wish.tag)
    if now <= window.closes_at(talk.last_inbound):
        # Never a tag inside the window: without approval it breaks the send, with approval it shames the tag.
        typed = standing.surface is Surface.MESSENGER and wish.body != "sender_action"
        return Send(("UPDATE" if wish.proactive else "RESPONSE") if typed else None)
    return _too_late(talk, standing, wish, now)


def _too_late(talk: Talk, standing: Standing, wish: Wish, now: int) -> Decision:
    closed = Refuse(Reason.WINDOW_CLOSED, sayings.window_closed(talk.last_inbound))
    if wish.body == "sender_action":
        return closed
    if wish.body == "customer_feedback" and not wish.untagged:
        return _within_a_week(talk, now, "CUSTOMER_FEEDBACK", Reason.WINDOW_CLOSED)
    # With the feature approved and the tag refused all the same, nothing is left to try.
    hopeless = wish.untagged and standing.human_agent
    return _human(talk, standing, now) if wish.author == "human" and not hopeless else closed


def _human(talk: Talk, standing: Standing, now: int) -> Decision:
    found = _within_a_week(talk, now, "HUMAN_AGENT", Reason.HUMAN_AGENT_EXPIRED)
    if isinstance(found, Send) and not standing.human_agent:
        return Refuse(Reason.HUMAN_AGENT_NOT_APPROVED, sayings.HUMAN_AGENT)
    return found


def _within_a_week(talk: Talk, now: int, tag: str, otherwise: Reason) -> Decision:
    if now < talk.last_inbound + WEEK_MS - window.SAFETY_MARGIN_MS:
        return Send("MESSAGE_TAG", tag)
    return Refuse(otherwise, sayings.week_over(talk.last_inbound, tag))

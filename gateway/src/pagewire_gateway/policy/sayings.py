"""The sentences people read when something is not sent: what is so, and what to do next. None holds message text."""

from collections.abc import Iterable
from datetime import UTC, datetime

from pagewire_gateway import window

NEVER_WROTE = "the person has not written to this account yet, and only people may start a conversation"
UNREACHABLE = (
    "Meta said that this person is gone, blocked the account or muted it; nothing automatic goes until they write"
)
NO_THREAD = (
    "a comment or post opens no thread: only one private reply with a message may go, no action, no other template"
)
TAG_WARNED = (
    "Meta warned that message tags are misused with this person (code 613, subcode 2018338); for seven days nothing tagged goes "
    "to them: look at who answers what, before Meta restricts the Page"
)
HUMAN_AGENT = (
    "a person's answer later than 24 hours needs Meta's Human Agent feature: have it approved in app review, then set "
    "spec.humanAgent of the MessengerApp to true; if it is true already, Meta refused the tag: set it to false and back to true "
    "once the feature is approved"
)
MARKETING = (
    "Meta ended marketing messages through the Send API on 2026-02-10; their successor is an advertising product with an API "
    "of its own, which Pagewire does not serve"
)
QUOTE = (
    "Meta lets a message quote another one within 24 hours after the person last wrote only: send it without reply_to"
)
ONE_TIME = "Meta no longer documents one-time notifications; use a utility message on Messenger"


def window_closed(last_inbound: int) -> str:
    """The window is over."""
    when = _minute(window.closes_at(last_inbound))
    return f"the standard messaging window closed at {when}; it opens again when the person writes"


def week_over(last_inbound: int, tag: str) -> str:
    """The longer window of a tag is over."""
    return f"the person last acted at {_minute(last_inbound)}, and {tag} allows 7 days; wait until the person writes"


def owned(owner: str) -> str:
    """Somebody else has the thread."""
    return f"{owner} has the conversation; take or request its control first, or wait until it is passed back"


def restricted(why: str) -> str:
    """The account may not send."""
    return f"Meta has restricted the account: {why or 'it did not say why'}; look at the Page's quality tab at Meta"


def answered(what: str) -> str:
    """The private reply was used."""
    return f"the {what} has had its one private reply; go on when the person answers it"


def comment_too_old(what: str) -> str:
    """The private reply is too late."""
    return f"a {what} may be answered privately for 7 days, and this one is older"


def messenger_only(what: str) -> str:
    """The surface has no such thing."""
    return f"{what.replace('_', ' ') if what.islower() else what} exists on Messenger only"


def retired(tag: str, day: str) -> str:
    """The tag is dead."""
    return f"Meta retired the tag {tag} on {day} and refuses it, also inside the window; leave it out, or use a utility message"


def unknown_tag(live: Iterable[str]) -> str:
    """The tag never was."""
    return f"Meta has no such message tag; it has {', '.join(live)}"


def not_allowed(tag: str, needs: str) -> str:
    """The tag does not fit."""
    return f"{tag} {_NEEDS[needs]}"


_NEEDS = {
    "human": "is for what a person wrote themselves, never for automation: set author to human only if that is so",
    "customer_feedback": "goes with the customer feedback template only",
    "news": "is for Pages registered with Meta as news Pages only",
}


def _minute(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")

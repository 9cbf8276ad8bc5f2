"""Step 12 of appendix A: one call out of every allowance that a send uses (outbound.md 5.1)."""

from __future__ import annotations

from pagewire.simulator import errors
from pagewire.simulator.content import Content
from pagewire.simulator.errors import Refused
from pagewire.simulator.facts import Facts
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order
from pagewire.simulator.world import Account


def use_rates(meta: Meta, facts: Facts, order: Order, content: Content) -> None:
    """Use what a send needs.

    Raises:
        Refused: 613, on Instagram 613/2534040, or 80006 for the daily quota.
    """
    _daily(meta, facts)
    now, account = facts.now_ms / 1000, facts.account
    for limit, part in _limits(facts, content):
        if not meta.rates.take(account.id, limit, now, part=part):
            raise facts.pick(errors.RATE, errors.IG_RATE)
    quiet = order.sender_action is not None or meta.rates.pour(account.id, volume_limit(account), now)
    if not quiet and meta.rates.limits.high_volume_refuses:
        raise facts.pick(errors.RATE, errors.IG_RATE)


def volume_limit(account: Account) -> str:
    """The limit beyond which Meta's inbox stops for an account."""
    return "instagram_volume_per_day" if account.object == "instagram" else "high_volume_per_second"


def high_volume(meta: Meta, account: Account) -> bool:
    """Whether an account sends so much that its inbox stands still."""
    return meta.rates.beyond(account.id, volume_limit(account), meta.clock.now())


def _daily(meta: Meta, facts: Facts) -> None:
    if meta.rates.limits.daily_calls_per_person is None:
        return
    allowed = meta.rates.daily(meta.state.people_of(facts.account.id))
    if not meta.rates.take(facts.account.id, "daily_calls_per_person", facts.now_ms / 1000, amount=allowed):
        raise Refused(errors.MESSENGER_QUOTA)


def _limits(facts: Facts, content: Content) -> list[tuple[str, str]]:
    """The limits a send counts towards, each with the part of the account it is counted for."""
    found = [("login_sends_per_second" if facts.account.instagram_login else "sends_per_second", "")]
    if content.heavy:
        found.append(("media_per_second", ""))
    elif content.bulky:
        found.append(("bulky_per_second", ""))
    if facts.conversation is not None:
        found.append(("thread_per_second", f":{facts.conversation.person}"))
    if facts.variant in ("comment_id", "post_id"):
        live = facts.comment is not None and facts.comment.live
        found.append(("live_replies_per_second" if live else "private_replies_per_hour", ""))
    return found

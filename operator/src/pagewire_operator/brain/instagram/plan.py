"""What would make an Instagram account agree with its resource. Pure.

One that is reached through its Page gets what the app is subscribed to; only the profile is its own.
"""

from pagewire.resources import InstagramAccount
from pagewire_operator.brain.account.plan import field_steps, profile_steps
from pagewire_operator.model import Step

from .seen import InstagramSeen

__all__ = ["plan", "target"]


def target(account: InstagramAccount) -> str:
    """The account, for people."""
    return f"Instagram account {account.spec.account_id}"


def plan(account: InstagramAccount, seen: InstagramSeen) -> tuple[Step, ...]:
    """Fields first, then the profile."""
    name = target(account)
    fields = field_steps(account, seen, name) if account.spec.page_ref is None else ()
    return (*fields, *profile_steps(account, seen, name))

"""What would make a Page agree with its resource. Pure."""

from pagewire.resources import MessengerPage
from pagewire_operator.brain.account.plan import field_steps, profile_steps
from pagewire_operator.model import Step

from .seen import PageSeen

__all__ = ["plan", "target"]


def target(page: MessengerPage) -> str:
    """The Page, for people."""
    return f"Page {page.spec.page_id}"


def plan(page: MessengerPage, seen: PageSeen) -> tuple[Step, ...]:
    """Fields first, then the profile."""
    return (*field_steps(page, seen, target(page)), *profile_steps(page, seen, target(page)))

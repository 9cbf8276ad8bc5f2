"""What to say of a Page. Pure."""

from collections.abc import Iterator

from msgspec import structs

from pagewire.resources import ConditionType, MessengerPage, MessengerPageStatus, Reason
from pagewire_operator.brain.account import status as account
from pagewire_operator.brain.account.facts import shared
from pagewire_operator.brain.permissions import page_needs
from pagewire_operator.brain.plugins import Installed
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false
from pagewire_operator.model import Saying

from .plan import target
from .seen import PageSeen

__all__ = ["report"]


def report(page: MessengerPage, seen: PageSeen | None, work: Work, now: float, plugins: Installed) -> Report:
    """The status of a Page; what could not be looked at stays what it was."""
    told = (*_sayings(page, seen, work), *account.plugins(page, seen, plugins))
    return Report(
        facts=_facts(page, seen),
        sayings=(*told, *account.standoff(told)),
        happenings=account.happenings(page, seen, work, target(page), now),
    )


def _sayings(page: MessengerPage, seen: PageSeen | None, work: Work) -> Iterator[Saying]:
    spec = page.spec
    if seen is not None and seen.holder is not None:
        said = f"{seen.holder} is older and holds Page {spec.page_id} for this app; delete one of the two."
        yield false(ConditionType.SUBSCRIBED, Reason.CONFLICT, said)
        return
    if spec.token_ref is not None:
        yield account.token_valid(seen, work)
        needs = page_needs(spec.page_id, spec.subscribed_fields, bool(wanted_of(spec.profile)))
        yield account.permissions_granted(seen, work, needs)
    if spec.subscribed_fields:
        yield account.subscribed(page, seen, work)
    if wanted_of(spec.profile):
        yield account.profile_synced(page, seen, work)


def _facts(page: MessengerPage, seen: PageSeen | None) -> MessengerPageStatus:
    old = page.status or MessengerPageStatus()
    if seen is None or seen.holder is not None:
        return old
    return structs.replace(
        shared(page, seen, old),
        published=old.published if seen.published is None else seen.published,
        instagram_account_id=seen.instagram_account_id or old.instagram_account_id,
    )

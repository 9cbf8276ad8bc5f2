"""What to say of a Page. Pure."""

from collections.abc import Iterator

from pagewire.resources import ConditionType, MessengerPage, MessengerPageStatus, Reason
from pagewire_operator.brain.account import status as account
from pagewire_operator.brain.account.plan import field_names
from pagewire_operator.brain.permissions import page_needs
from pagewire_operator.brain.plugins import Installed, plugins_configured
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false
from pagewire_operator.model import Saying

from .plan import target
from .seen import PageSeen

__all__ = ["report"]

MAX_LISTED = 150
MAX_APPS = 20


def report(page: MessengerPage, seen: PageSeen | None, work: Work, now: float, plugins: Installed) -> Report:
    """The status of a Page; what could not be looked at stays what it was."""
    told = (*_sayings(page, seen, work), *_of_plugins(page, seen, plugins))
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


def _of_plugins(page: MessengerPage, seen: PageSeen | None, plugins: Installed) -> Iterator[Saying]:
    if seen is None or seen.holder is None:
        yield from plugins_configured(page.spec.plugins, plugins)


def _facts(page: MessengerPage, seen: PageSeen | None) -> MessengerPageStatus:
    old = page.status or MessengerPageStatus()
    if seen is None or seen.holder is not None:
        return old
    fields, unmanaged, others = old.subscribed_fields, old.unmanaged_fields, old.other_apps
    if seen.fields is not None:
        names = field_names(page, seen)
        fields, unmanaged = sorted(names.present)[:MAX_LISTED], sorted(names.unmanaged)[:MAX_LISTED]
        others = list(seen.others)[:MAX_APPS]
    return MessengerPageStatus(
        name=seen.name or old.name,
        username=seen.username or old.username,
        subscribed_fields=fields,
        unmanaged_fields=unmanaged,
        other_apps=others,
        profile=account.profile_facts(page, seen),
        adopted=account.adopted(page, seen),
        published=old.published if seen.published is None else seen.published,
        instagram_account_id=seen.instagram_account_id or old.instagram_account_id,
    )

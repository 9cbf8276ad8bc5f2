"""What to say of an Instagram account. Pure."""

from collections.abc import Iterator

from msgspec import structs

from pagewire.resources import ConditionType, InstagramAccount, InstagramAccountStatus, Reason
from pagewire_operator.brain.account import status as common
from pagewire_operator.brain.account.facts import shared
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.permissions import instagram_needs
from pagewire_operator.brain.plugins import Installed
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.sayings import false, of_trouble, true, unknown
from pagewire_operator.model import Saying

from .plan import target
from .seen import InstagramSeen, Linked

__all__ = ["report"]

_SUBSCRIBED = ConditionType.SUBSCRIBED


def report(account: InstagramAccount, seen: InstagramSeen | None, work: Work, now: float, plugins: Installed) -> Report:
    """The status of an account; what could not be looked at stays what it was."""
    told = (*_sayings(account, seen, work), *common.plugins(account, seen, plugins))
    return Report(
        facts=_facts(account, seen),
        sayings=(*told, *common.standoff(told)),
        happenings=common.happenings(account, seen, work, target(account), now),
    )


def _sayings(account: InstagramAccount, seen: InstagramSeen | None, work: Work) -> Iterator[Saying]:
    spec = account.spec
    if seen is not None and seen.holder is not None:
        said = f"{seen.holder} is older and holds {target(account)} for this app; delete one of the two."
        yield false(_SUBSCRIBED, Reason.CONFLICT, said)
        return
    yield common.token_valid(seen, work)
    page_id = seen.linked.page_id if seen and seen.linked else None
    if page_id is not None or spec.page_ref is None:
        needs = instagram_needs(spec.account_id, page_id, spec.subscribed_fields, bool(wanted_of(spec.profile)))
        yield common.permissions_granted(seen, work, needs)
    if spec.page_ref is not None:
        yield _through_page(account, seen, work)
    elif spec.subscribed_fields:
        yield common.subscribed(account, seen, work)
    if wanted_of(spec.profile):
        yield common.profile_synced(account, seen, work)


def _through_page(account: InstagramAccount, seen: InstagramSeen | None, work: Work) -> Saying:
    """Two things make events of such an account arrive: the app is on the Page, and has webhooks of object instagram."""
    linked = seen.linked if seen else None
    if linked is None:
        return of_trouble(_SUBSCRIBED, work.trouble)
    if linked.installed is None:
        return unknown(_SUBSCRIBED, Reason.PROGRESSING, f"{linked.page} was not looked at yet.")
    if not linked.installed:
        return false(_SUBSCRIBED, Reason.NOT_SUBSCRIBED, _not_installed(linked))
    return _by_app(account, linked)


def _not_installed(linked: Linked) -> str:
    if linked.wanted:
        return f"The app is not on Page {linked.page_id} yet: {linked.page} names fields and says what it waits for."
    return (
        f"The app is not on Page {linked.page_id}: name at least one field, such as messages, in "
        f"spec.subscribedFields of {linked.page}."
    )


def _by_app(account: InstagramAccount, linked: Linked) -> Saying:
    webhooks = linked.webhooks
    if webhooks is None:
        said = (
            "The app has no webhooks of object instagram: create a WebhookSubscription with object: instagram (if there "
            "is one, it says what is wrong), or set them in the App Dashboard."
        )
        return false(_SUBSCRIBED, Reason.NOT_SUBSCRIBED, said)
    if not webhooks.active:
        said = "Meta has stopped delivering object instagram of this app; look at the gateway and at its WebhookSubscription."
        return false(_SUBSCRIBED, Reason.SUBSCRIPTION_DISABLED, said)
    missing = frozenset(account.spec.subscribed_fields) - webhooks.fields
    if missing:
        said = f"The app's webhooks of object instagram lack {listed(missing)}; add them to its WebhookSubscription."
        return false(_SUBSCRIBED, Reason.NOT_SUBSCRIBED, said)
    said = f"Meta delivers what the app is subscribed to, through Page {linked.page_id}: {listed(webhooks.fields)}."
    return true(_SUBSCRIBED, said)


def _facts(account: InstagramAccount, seen: InstagramSeen | None) -> InstagramAccountStatus:
    old = account.status or InstagramAccountStatus()
    if seen is None or seen.holder is not None:
        return old
    return structs.replace(
        shared(account, seen, old),
        page_id=seen.linked.page_id if seen.linked else old.page_id,
        page_fields=list(seen.linked.left_to_us) if seen.linked else old.page_fields,
    )

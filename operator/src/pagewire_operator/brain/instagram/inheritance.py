"""The subscription of a Page whose MessengerPage was deleted while an Instagram account still needed it. Pure.

Meta delivers an account that is reached through its Page only while the app is on the Page. So a MessengerPage that leaves with
``deletionPolicy: Delete`` leaves the app there for the accounts, and the last of them takes it off.
"""

from pagewire.resources import InstagramAccount, MessengerPage
from pagewire_operator.brain.departure import wants_finalizer
from pagewire_operator.brain.indices import app_key, find
from pagewire_operator.model import World

__all__ = ["inherited", "left_to_account"]


def left_to_account(page: MessengerPage) -> tuple[str, ...]:
    """The fields of a Page that its accounts would have to stop.

    None where others have fields, too: only a token of the Page could stop ours among them, and that goes with the MessengerPage.
    """
    status = page.status
    if status is None or status.unmanaged_fields or not wants_finalizer(page):
        return ()
    return tuple(sorted(status.subscribed_fields))


def inherited(account: InstagramAccount, world: World) -> str | None:
    """Id of the Page that the app is to be taken off with this account; ``None`` if somebody else sees to it or needs it."""
    status, ref = account.status, account.spec.page_ref
    if ref is None or status is None or status.page_id is None or not status.page_fields:
        return None
    if any(True for _ in find(world, "MessengerPage", "page", status.page_id)):
        return None
    others = find(world, "InstagramAccount", "app", app_key(account))
    if any(_needs(other, status.page_id) for other in others if other.metadata.uid != account.metadata.uid):
        return None
    return status.page_id


def _needs(other: object, page_id: str) -> bool:
    if not isinstance(other, InstagramAccount) or other.metadata.deletion_timestamp or other.spec.page_ref is None:
        return False
    return other.status is not None and other.status.page_id == page_id

"""Takes back from an Instagram account what its resource put there."""

from collections.abc import Callable

from pagewire.resources import InstagramAccount
from pagewire_operator.brain.account.edge import Edge
from pagewire_operator.brain.account.release import (
    Part,
    clear_profile,
    fields_named,
    fields_of,
    in_parts,
    nothing_left,
    profile_named,
    profile_of,
    stop_fields,
)
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import rivals
from pagewire_operator.brain.departure import taken_back
from pagewire_operator.brain.indices import key_of, lost
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.model import Happening

from .inheritance import inherited
from .plan import target

__all__ = ["release"]


async def release(account: InstagramAccount, edge: Callable[[], Edge], site: Site) -> tuple[Happening, ...]:
    """Take back the profile, the fields of Instagram Login, and those of a Page whose own resource is gone already.

    Raises:
        Blocked: it could not be done now; a `StillThere` names what stays.
    """
    name = target(account)
    successor = next(rivals(account, site.world), None)
    if successor is not None:
        return (taken_back(f"{name} is left to {key_of(successor)}, which claims it too."),)
    parts = [] if lost(account) else _parts(account, edge, site)
    return await in_parts(parts) or nothing_left(parts, name)


def _parts(account: InstagramAccount, edge: Callable[[], Edge], site: Site) -> list[Part]:
    name, spec = target(account), account.spec
    parts: list[Part] = []
    if wanted_of(spec.profile):
        what, recorded = profile_named(account, name), bool(profile_of(account))
        parts.append(Part(name=what, take_back=lambda: clear_profile(account, edge(), name), recorded=recorded))
    if spec.page_ref is None and (spec.subscribed_fields or fields_of(account)):
        what, recorded = fields_named(account, name), bool(fields_of(account))
        parts.append(Part(name=what, take_back=lambda: stop_fields(account, edge(), name), recorded=recorded))
    if (page_id := inherited(account, site.world)) is not None:
        what = f"the app's subscription of Page {page_id} to {listed(_page_fields(account))}"
        parts.append(Part(name=what, take_back=lambda: _leave_page(account, page_id, site), recorded=True))
    return parts


async def _leave_page(account: InstagramAccount, page_id: str, site: Site) -> Happening:
    """With the app's own token: that of the Page is gone with its resources."""
    admin = site.admin(site.last_access(account))
    await admin.pages.unsubscribe(page_id, admin.app_token)
    said = (
        f"The app was taken off Page {page_id}: its MessengerPage is gone, and this was the last account that was reached "
        f"through it. Meta delivers {listed(_page_fields(account))} of it no more."
    )
    return taken_back(said)


def _page_fields(account: InstagramAccount) -> list[str]:
    return account.status.page_fields if account.status else []

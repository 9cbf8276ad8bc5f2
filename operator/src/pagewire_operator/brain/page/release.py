"""Takes back from a Page what its resource put there. The app's own token does it even when the Page's is dead."""

from pagewire.graph.admin import AdminClient, AdminError
from pagewire.resources import ConditionType, MessengerPage, Reason
from pagewire_operator.brain.account.edge import PageEdge
from pagewire_operator.brain.account.release import (
    Part,
    clear_profile,
    fields_named,
    fields_of,
    in_parts,
    leftover,
    nothing_left,
    profile_named,
    profile_of,
    stop_fields,
)
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import instagram_users, rivals
from pagewire_operator.brain.departure import taken_back
from pagewire_operator.brain.indices import key_of, lost
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.trouble import Blocked, Trouble
from pagewire_operator.model import Happening

from .observe import edge_of, held_by
from .plan import target

__all__ = ["leftover_of", "release"]


def leftover_of(page: MessengerPage) -> str:
    """What is ours at Meta, for people."""
    return leftover(page, target(page))


async def release(page: MessengerPage, site: Site) -> tuple[Happening, ...]:
    """Take back the profile and the fields, unless another resource lives on them.

    Raises:
        Blocked: it could not be done now; a `StillThere` names what stays.
    """
    successor = next(rivals(page, site.world), None)
    if successor is not None:
        return (taken_back(f"{target(page)} is left to {key_of(successor)}, which claims it too."),)
    parts = [] if lost(page) else _parts(page, site)
    return await in_parts(parts) or nothing_left(parts, target(page))


def _parts(page: MessengerPage, site: Site) -> list[Part]:
    name, spec = target(page), page.spec
    parts: list[Part] = []
    if wanted_of(spec.profile):
        recorded = bool(profile_of(page))
        parts.append(Part(name=profile_named(page, name), take_back=lambda: _profile(page, site), recorded=recorded))
    if spec.subscribed_fields or fields_of(page):
        what, recorded = fields_named(page, name), bool(fields_of(page))
        parts.append(Part(name=what, take_back=lambda: _fields(page, site), recorded=recorded))
    return parts


async def _profile(page: MessengerPage, site: Site) -> Happening | None:
    access = site.last_access(page)
    return await clear_profile(page, edge_of(page, access, held_by(page, site), site), target(page))


async def _fields(page: MessengerPage, site: Site) -> Happening | None:
    access = site.last_access(page)
    users = instagram_users(page, site.world)
    if users:
        names = listed(one.metadata.name for one in users)
        return taken_back(f"{target(page)} stays subscribed, since InstagramAccount {names} is reached through it.")
    edge = _edge(page, access, site)
    try:
        if edge is not None:
            return await stop_fields(page, edge, target(page))
    except AdminError as error:
        if not error.token_refused:
            raise
    if fields_of(page):
        return await _by_app(page, site.admin(access))
    return None  # nobody knows of any, and without a token nobody can look


async def _by_app(page: MessengerPage, admin: AdminClient) -> Happening | None:
    """Without a token nobody can say which fields are others'; the last look must have found none."""
    others = page.status.unmanaged_fields if page.status else []
    if others:
        said = (
            f"{target(page)} has fields of others too ({listed(others)}), and only a valid token of the Page can take "
            "ours from among them."
        )
        raise Blocked(Trouble(reason=Reason.TOKEN_INVALID, message=said, about=ConditionType.TOKEN_VALID))
    await admin.pages.unsubscribe(page.spec.page_id, admin.app_token)
    return taken_back(f"The app was taken off {target(page)} with its own token.")


def _edge(page: MessengerPage, access: AppAccess, site: Site) -> PageEdge | None:
    try:
        return edge_of(page, access, held_by(page, site), site)
    except Blocked:
        return None

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
    profile_named,
    profile_of,
    stop_fields,
)
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import lost, rivals
from pagewire_operator.brain.departure import taken_back
from pagewire_operator.brain.indices import key_of
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.model import Happening

from .plan import target

__all__ = ["release"]


async def release(account: InstagramAccount, edge: Callable[[], Edge], site: Site) -> tuple[Happening, ...]:
    """Take back the profile, and the fields of Instagram Login; a Page's subscription is its own resource's.

    Raises:
        Blocked: it could not be done now; a `StillThere` names what stays.
    """
    name = target(account)
    successor = next(rivals(account, site.world), None)
    if successor is not None:
        return (taken_back(f"{name} is left to {key_of(successor)}, which claims it too."),)
    nothing = (taken_back(f"This resource put nothing at {name}."),)
    return await in_parts([] if lost(account) else _parts(account, edge)) or nothing


def _parts(account: InstagramAccount, edge: Callable[[], Edge]) -> list[Part]:
    name, spec = target(account), account.spec
    parts: list[Part] = []
    if wanted_of(spec.profile):
        what, recorded = profile_named(account, name), bool(profile_of(account))
        parts.append(Part(name=what, take_back=lambda: clear_profile(account, edge(), name), recorded=recorded))
    if spec.page_ref is None and (spec.subscribed_fields or fields_of(account)):
        what, recorded = fields_named(account, name), bool(fields_of(account))
        parts.append(Part(name=what, take_back=lambda: stop_fields(account, edge(), name), recorded=recorded))
    return parts

"""Looks at and sets the webhooks of an app. Meta verifies the callback inside the very call that sets it."""

from collections.abc import Iterable

from msgspec import structs

from pagewire.resources import WebhookSubscription
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import holder_of, losers, rivals
from pagewire_operator.brain.departure import taken_back, wants_finalizer
from pagewire_operator.brain.indices import key_of, lost, of_app
from pagewire_operator.brain.lookup import app_of
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.trouble import Blocked
from pagewire_operator.model import Happening, Key, Step, World

from .calls import believe, look, remove, subscribe
from .plan import Remove, Subscribe, plan
from .seen import SubscriptionSeen, ours_of, was_ours
from .status import report

__all__ = ["SubscriptionKind"]


class SubscriptionKind:
    """`Kind` of WebhookSubscription."""

    async def observe(self, resource: WebhookSubscription, site: Site) -> SubscriptionSeen:
        """Who holds the claim; if this resource does, what Meta has."""
        holder = holder_of(resource, site.world)
        if holder is not None:
            return SubscriptionSeen(holder=key_of(holder))
        access = app_of(resource, site.world)
        return await look(resource, access, site)

    def plan(self, resource: WebhookSubscription, seen: SubscriptionSeen, _now: float) -> tuple[Step, ...]:
        """See `plan`."""
        return plan(resource, seen)

    async def apply(
        self, resource: WebhookSubscription, seen: SubscriptionSeen, step: Step, site: Site
    ) -> SubscriptionSeen:
        """Set or remove, then read back: whether Meta adds or replaces is not certain."""
        access = app_of(resource, site.world)
        if isinstance(step.arguments, Subscribe):
            await subscribe(resource, step.arguments.fields, access, site)
        elif isinstance(step.arguments, Remove):
            await remove(resource, step.arguments.fields, access, site)
        now = await look(resource, access, site)
        if isinstance(step.arguments, Subscribe):
            believe(resource, step.arguments.fields, now)
        return structs.replace(now, before=seen.before or _before(resource, seen))

    def status(self, resource: WebhookSubscription, seen: SubscriptionSeen | None, work: Work, now: float) -> Report:
        """See `report`."""
        return report(resource, seen, work, now)

    def finalizer(self, resource: WebhookSubscription) -> bool:
        """Whether there may be something to take back."""
        return wants_finalizer(resource)

    async def release(self, resource: WebhookSubscription, site: Site) -> tuple[Happening, ...]:
        """Remove our fields, and only while they go where we sent them."""
        successor = next(rivals(resource, site.world), None)
        if successor is not None:
            return (taken_back(f"The webhooks are left to {key_of(successor)}, which claims them too."),)
        nothing = (taken_back("This resource put nothing at Meta."),)
        if lost(resource):
            return nothing
        try:
            access = site.last_access(resource)
        except Blocked:
            if resource.status is None or not resource.status.fields:
                return nothing
            raise
        current = (await look(resource, access, site)).current
        ours = ours_of(resource, current)
        if current is None or not ours:
            return (taken_back("Meta delivers nothing here that this resource set."),)
        # The whole subscription, unless others have fields of their own in it.
        await remove(resource, ours if current.fields - ours else (), access, site)
        return (taken_back(f"Meta delivers {listed(ours)} of object {resource.spec.object} no more."),)

    def leftover(self, resource: WebhookSubscription) -> str:
        """The subscription itself."""
        return f"the app's webhooks of object {resource.spec.object} to {resource.spec.callback_url}"

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """Those of an app, of the app's Secrets, and the others that claim what a subscription claims."""
        if key.kind == "WebhookSubscription":
            return losers(key, world)
        return of_app(world, "WebhookSubscription", key)


def _before(resource: WebhookSubscription, seen: SubscriptionSeen) -> str | None:
    current = seen.current
    if current is None or current.callback_url == resource.spec.callback_url or was_ours(resource.status, current):
        return None
    return current.callback_url

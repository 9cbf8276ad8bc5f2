"""Looks at an account that is reached through its Page: the Page's token, the Page's host, the app's webhooks."""

from msgspec import structs

from pagewire.graph.admin import PageFacts
from pagewire.resources import (
    ConditionType,
    InstagramAccount,
    LocalRef,
    MessengerPage,
    Reason,
    WebhookObject,
    WebhookSubscription,
)
from pagewire_operator.brain.account.edge import PageEdge
from pagewire_operator.brain.account.look import in_stages, look_at_profile
from pagewire_operator.brain.account.memory import HOUR, Remembered, asked_for, known_lately
from pagewire_operator.brain.account.token import note, usable
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.held import token_resource
from pagewire_operator.brain.indices import app_key, find, key_of
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.brain.page.observe import held_by
from pagewire_operator.brain.translate import app_calls, speaking_of
from pagewire_operator.brain.trouble import Blocked, Trouble

from .inheritance import left_to_account
from .looking import Looking
from .seen import InstagramSeen, Linked, Webhooks

__all__ = ["edge_by_page", "look_by_page", "page_of"]

_FIELDS = "id,instagram_business_account{id,username}"


def page_of(account: InstagramAccount, ref: LocalRef, site: Site) -> MessengerPage:
    """The MessengerPage of a ``pageRef``, of the same app. Raises `Blocked`."""
    namespace = account.metadata.namespace
    page = site.world.get("MessengerPage", namespace, ref.name)
    if not isinstance(page, MessengerPage):
        said = f"MessengerPage {namespace}/{ref.name} of spec.pageRef does not exist; create it."
        raise Blocked(Trouble(reason=Reason.PAGE_NOT_FOUND, message=said))
    if app_key(page) != app_key(account):
        said = f"{key_of(page)} uses MessengerApp {app_key(page)}, this account {app_key(account)}; name the same."
        raise Blocked(Trouble(reason=Reason.INVALID_SPEC, message=said))
    return page


def edge_by_page(account: InstagramAccount, ref: LocalRef, access: AppAccess, site: Site) -> PageEdge:
    """The calls for the profile of an account. Raises `Blocked`."""
    page = page_of(account, ref, site)
    return PageEdge(site.admin(access), page.spec.page_id, held_by(page, site).token, "instagram")


async def look_by_page(
    account: InstagramAccount, ref: LocalRef, access: AppAccess, known: Remembered, site: Site
) -> InstagramSeen:
    """Its Page, the Page's token, whether the two are linked, and its profile, as far as one gets."""
    looking = _Look(account, ref, access, known, site)
    stages = (looking.linked, looking.note, looking.link, looking.profile)
    return await in_stages(InstagramSeen(last_good=known.last_good), stages)


class _Look(Looking, frozen=True):
    """The stages of a look at one account."""

    async def linked(self, seen: InstagramSeen) -> InstagramSeen:
        """The Page, and what the app gets through it."""
        page = page_of(self.account, self.ref, self.site)
        status = page.status
        installed = bool(status.subscribed_fields or status.unmanaged_fields) if status else None
        webhooks = await self._webhooks()
        found = Linked(
            page=key_of(page),
            page_id=page.spec.page_id,
            installed=installed,
            wanted=bool(page.spec.subscribed_fields),
            webhooks=webhooks,
            left_to_us=left_to_account(page),
        )
        return structs.replace(seen, linked=found)

    async def note(self, seen: InstagramSeen) -> InstagramSeen:
        """What the Page's AccessToken says of itself."""
        page = page_of(self.account, self.ref, self.site)
        if page.spec.token_ref is None:
            return seen
        return note(seen, token_resource(self.site.world, page.metadata.namespace, page.spec.token_ref))

    async def link(self, seen: InstagramSeen) -> InstagramSeen:
        """Whether Meta links the two, as far as it shows, at most once an hour."""
        page = page_of(self.account, self.ref, self.site)
        held = held_by(page, self.site)
        usable(seen)
        known, now, facts = self.known, self.site.now, self.known.facts
        if not isinstance(facts, PageFacts) or not known_lately(self.account, known, held.token, now):
            with speaking_of(ConditionType.SYNCED):
                facts = await self.site.admin(self.access).pages.get(page.spec.page_id, held.token, fields=_FIELDS)
            known.facts, known.facts_at, known.facts_by = facts, now, held.token
        shown = facts.instagram_business_account
        if shown is not None and shown.id != self.account.spec.account_id:
            raise Blocked(_other(self.account, page, shown.id))
        return structs.replace(seen, username=shown.username if shown else None)

    async def profile(self, seen: InstagramSeen) -> InstagramSeen:
        """The profile, if the spec names any of it."""
        edge = edge_by_page(self.account, self.ref, self.access, self.site)
        return await look_at_profile(self.account, seen, edge, self.known, self.site)

    async def _webhooks(self) -> Webhooks | None:
        """The app's webhooks of object instagram: from their resource, else from Meta, at most once an hour."""
        told = [one.status for one in self._subscriptions() if one.status is not None]
        if told:
            # Fields of ours are named only where the callback is ours; what goes elsewhere does not arrive.
            ours = [one for one in told if one.fields]
            fields = frozenset[str]().union(*(one.fields + one.unmanaged_fields for one in ours))
            return Webhooks(fields=fields, active=any(one.active for one in ours)) if ours else None
        known, now = self.known, self.site.now
        if now - known.webhooks_at >= HOUR or asked_for(self.account):
            with app_calls(ConditionType.SUBSCRIBED):
                found = await self.site.admin(self.access).subscriptions.list()
            known.webhooks, known.webhooks_at = found.of(WebhookObject.INSTAGRAM), now
        shown = known.webhooks
        return Webhooks(fields=shown.fields, active=shown.active) if shown else None

    def _subscriptions(self) -> list[WebhookSubscription]:
        found = find(self.site.world, "WebhookSubscription", "app", app_key(self.account))
        return [
            one for one in found if isinstance(one, WebhookSubscription) and one.spec.object is WebhookObject.INSTAGRAM
        ]


def _other(account: InstagramAccount, page: MessengerPage, shown: str) -> Trouble:
    said = (
        f"Page {page.spec.page_id} is linked to Instagram account {shown}, not to {account.spec.account_id}: correct "
        "spec.accountId or spec.pageRef, or the link in the Page's settings."
    )
    return Trouble(reason=Reason.WRONG_TOKEN_TYPE, message=said, about=ConditionType.TOKEN_VALID)

"""Looks at a Page: its token, what it is, its fields and its profile."""

from msgspec import structs

from pagewire.graph.admin import PageFacts
from pagewire.resources import ConditionType, MessengerPage, Reason
from pagewire.sealed import Sealed
from pagewire_operator.brain.account.edge import PageEdge
from pagewire_operator.brain.account.look import in_stages, look_at_fields, look_at_profile
from pagewire_operator.brain.account.memory import Remembered, known_lately
from pagewire_operator.brain.account.token import check_page, note, usable
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.claims import holder_of, instagram_users
from pagewire_operator.brain.held import Held, token_of, token_resource
from pagewire_operator.brain.indices import key_of
from pagewire_operator.brain.lookup import AppAccess, app_of
from pagewire_operator.brain.profile import wanted_of
from pagewire_operator.brain.translate import speaking_of
from pagewire_operator.brain.trouble import Blocked, Trouble

from .seen import PageSeen

__all__ = ["edge_of", "held_by", "look"]


_FIELDS = "id,name,is_published,instagram_business_account{id,username}"


def held_by(page: MessengerPage, site: Site) -> Held:
    """The token of a Page, of the right type, Page and app. Raises `Blocked`."""
    ref, namespace = page.spec.token_ref, page.metadata.namespace
    if ref is None:
        said = "spec.tokenRef is missing: without a token of the Page, its fields and profile cannot be set."
        raise Blocked(Trouble(reason=Reason.TOKEN_NOT_FOUND, message=said, about=ConditionType.TOKEN_VALID))
    check_page(page, token_resource(site.world, namespace, ref), page.spec.page_id)
    return token_of(site.world, namespace, ref)


def edge_of(page: MessengerPage, access: AppAccess, held: Held, site: Site) -> PageEdge:
    """The calls for a Page."""
    return PageEdge(site.admin(access), page.spec.page_id, held.token)


async def look(page: MessengerPage, known: Remembered, site: Site) -> PageSeen:
    """Who holds the Page; if this resource does, everything else as far as one gets. Raises `Blocked` without an app."""
    holder = holder_of(page, site.world)
    if holder is not None:
        return PageSeen(holder=key_of(holder))
    needed_by = tuple(one.metadata.name for one in instagram_users(page, site.world))
    seen = PageSeen(needed_by=needed_by, last_good=known.last_good)
    looking = _Look(page, known, app_of(page, site.world), site)
    if page.spec.token_ref is None and not (page.spec.subscribed_fields or wanted_of(page.spec.profile)):
        return seen  # nothing is wanted of Meta: events are taken as they come
    return await in_stages(seen, (looking.note, looking.facts, looking.fields, looking.profile))


class _Look:
    """The stages of a look at one Page."""

    def __init__(self, page: MessengerPage, known: Remembered, access: AppAccess, site: Site) -> None:
        self._page = page
        self._known = known
        self._access = access
        self._site = site

    async def note(self, seen: PageSeen) -> PageSeen:
        """What the AccessToken says of itself."""
        ref = self._page.spec.token_ref
        if ref is None:
            return seen
        return note(seen, token_resource(self._site.world, self._page.metadata.namespace, ref))

    async def facts(self, seen: PageSeen) -> PageSeen:
        """Name and the like, at most once an hour. A token that is known to be bad is not shown to Meta."""
        held = held_by(self._page, self._site)
        usable(seen)
        try:
            facts = await self._facts(held.token)
        except Blocked as blocked:
            if blocked.trouble.about is ConditionType.PERMISSIONS_GRANTED:
                return seen  # its fields may be set all the same
            raise
        linked = facts.instagram_business_account
        return structs.replace(
            seen, name=facts.name, published=facts.is_published, instagram_account_id=linked.id if linked else None
        )

    async def _facts(self, token: Sealed[str]) -> PageFacts:
        known, now, facts = self._known, self._site.now, self._known.facts
        if isinstance(facts, PageFacts) and known_lately(self._page, known, token, now):
            return facts
        with speaking_of(ConditionType.SYNCED):
            facts = await self._site.admin(self._access).pages.get(self._page.spec.page_id, token, fields=_FIELDS)
        known.facts, known.facts_at, known.facts_by = facts, now, token
        return facts

    async def fields(self, seen: PageSeen) -> PageSeen:
        """The apps that are subscribed."""
        return await look_at_fields(self._page, seen, self._edge(), self._known, self._site.now)

    async def profile(self, seen: PageSeen) -> PageSeen:
        """The profile, if the spec names any of it."""
        return await look_at_profile(self._page, seen, self._edge(), self._known, self._site)

    def _edge(self) -> PageEdge:
        return edge_of(self._page, self._access, held_by(self._page, self._site), self._site)

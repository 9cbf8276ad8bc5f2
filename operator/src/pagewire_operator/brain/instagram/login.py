"""Looks at an account of Instagram Login: its own token, on its own host."""

from msgspec import structs

from pagewire.graph.admin import Identity
from pagewire.resources import ConditionType, InstagramAccount, LocalRef, Reason
from pagewire_operator.brain.account.edge import LoginEdge
from pagewire_operator.brain.account.look import in_stages, look_at_fields, look_at_profile
from pagewire_operator.brain.account.memory import Remembered, known_lately
from pagewire_operator.brain.account.token import check_instagram, note, usable
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.held import Held, token_of, token_resource
from pagewire_operator.brain.lookup import AppAccess, instagram_of
from pagewire_operator.brain.translate import speaking_of
from pagewire_operator.brain.trouble import Blocked, Trouble

from .looking import Looking
from .seen import InstagramSeen

__all__ = ["edge_by_login", "look_by_login"]


async def look_by_login(
    account: InstagramAccount, ref: LocalRef, access: AppAccess, known: Remembered, site: Site
) -> InstagramSeen:
    """Its token, whose it is, its fields and its profile, as far as one gets."""
    looking = _Look(account, ref, access, known, site)
    seen = InstagramSeen(last_good=known.last_good)
    return await in_stages(seen, (looking.note, looking.identity, looking.fields, looking.profile))


def edge_by_login(account: InstagramAccount, ref: LocalRef, access: AppAccess, site: Site) -> LoginEdge:
    """The calls for an account. Raises `Blocked`."""
    held = _held(account, ref, site)
    own_id, _ = instagram_of(access.app, site.world)
    app_ids = frozenset({own_id, access.app_id})
    return LoginEdge(site.instagram(access.app), account.spec.account_id, held.token, app_ids)


def _held(account: InstagramAccount, ref: LocalRef, site: Site) -> Held:
    namespace = account.metadata.namespace
    check_instagram(account, token_resource(site.world, namespace, ref))
    return token_of(site.world, namespace, ref)


class _Look(Looking, frozen=True):
    """The stages of a look at one account."""

    async def note(self, seen: InstagramSeen) -> InstagramSeen:
        """What the AccessToken says of itself."""
        return note(seen, token_resource(self.site.world, self.account.metadata.namespace, self.ref))

    async def identity(self, seen: InstagramSeen) -> InstagramSeen:
        """Whose token it is, at most once an hour. A token that is known to be bad is not shown to Meta."""
        held = _held(self.account, self.ref, self.site)
        usable(seen)
        known, now, me = self.known, self.site.now, self.known.facts
        if not isinstance(me, Identity) or not known_lately(self.account, known, held.token, now):
            with speaking_of(ConditionType.SYNCED):
                me = await self.site.instagram(self.access.app).tokens.me(held.token)
            known.facts, known.facts_at, known.facts_by = me, now, held.token
        _same_account(self.account, me)
        return structs.replace(seen, name=me.name, username=me.username)

    async def fields(self, seen: InstagramSeen) -> InstagramSeen:
        """The apps that are subscribed."""
        return await look_at_fields(self.account, seen, self._edge(), self.known, self.site.now)

    async def profile(self, seen: InstagramSeen) -> InstagramSeen:
        """The profile, if the spec names any of it."""
        return await look_at_profile(self.account, seen, self._edge(), self.known, self.site)

    def _edge(self) -> LoginEdge:
        return edge_by_login(self.account, self.ref, self.access, self.site)


def _same_account(account: InstagramAccount, me: Identity) -> None:
    if me.user_id in {None, account.spec.account_id}:
        return
    said = (
        f"The token belongs to Instagram account {me.user_id}, not to {account.spec.account_id}. spec.accountId is "
        "user_id of GET /me?fields=user_id, which is not its id."
    )
    raise Blocked(Trouble(reason=Reason.WRONG_TOKEN_TYPE, message=said, about=ConditionType.TOKEN_VALID))

"""One look at an AccessToken: its source, what is kept, and what Meta says of either."""

from msgspec import structs

from pagewire.resources import AccessToken, ConditionType, LoginProvider, Reason, TokenType
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import AppAccess, app_of
from pagewire_operator.brain.trouble import Blocked, Trouble

from .facts import Facts, Source, TokenSeen, Way
from .inspect import Inspector
from .kept import in_world
from .levels import AccessLevels, Level
from .needs import needs_of
from .secrets import AppSecrets
from .sources import credentials, source_of
from .verdict import usable, verdict

__all__ = ["Observer"]


class Observer:
    """Looks at AccessTokens, and remembers what is the same for all tokens of an app."""

    def __init__(self) -> None:
        self.secrets = AppSecrets()
        self._levels = AccessLevels()

    async def observe(self, token: AccessToken, site: Site) -> TokenSeen:
        """See `Kind.observe`."""
        access = app_of(token, site.world)
        source, trouble = _source(token, access, site)
        seen = TokenSeen(source=source, kept=in_world(token, site.world), trouble=trouble)
        if source is not None and source.way is Way.CREDENTIALS and seen.kept is None:
            await self.secrets.ask(access, lambda one: site.admin(one).app.facts())
        seen = await self.inspected(token, seen, site)
        if source is not None and source.way is Way.CREDENTIALS:
            # Only now it is known which of the secrets works.
            return structs.replace(seen, source=credentials(token, self.secrets.first(access)))
        return await self._compared(token, access, _calmed(token, seen, site.now), site)

    async def inspected(self, token: AccessToken, seen: TokenSeen, site: Site) -> TokenSeen:
        """The same, with what Meta says of the token in force."""
        if seen.token is None:
            return seen
        access = app_of(token, site.world)
        facts = await Inspector(site, self.secrets).look(token, access, seen.token, seen.kept)
        level = await self._level(token, access, facts, site)
        return structs.replace(seen, facts=_with_tasks(token, seen, facts), access=level)

    async def _compared(self, token: AccessToken, access: AppAccess, seen: TokenSeen, site: Site) -> TokenSeen:
        """The same, with what Meta says of the given token, where that is another than the one kept."""
        source = seen.source
        if source is None or source.way is not Way.GIVEN or seen.kept is None:
            return seen
        if not seen.changed and usable(token, seen.facts, site.now):
            return seen
        offered = await Inspector(site, self.secrets).look(token, access, source.value, None)
        trouble = seen.trouble or _complaint(token, seen, source, offered, site.now)
        return structs.replace(seen, offered=offered, trouble=trouble)

    async def _level(self, token: AccessToken, access: AppAccess, facts: Facts, site: Site) -> Level | None:
        of_app = token.spec.type in {TokenType.APP, TokenType.CLIENT}
        if of_app or token.spec.provider is LoginProvider.INSTAGRAM or not facts.valid or facts.foreign:
            return None
        scopes = [need.scope for need in needs_of(token)]
        return await self._levels.of(site.admin(self.secrets.first(access)), scopes, site.now)


def _source(token: AccessToken, access: AppAccess, site: Site) -> tuple[Source | None, Trouble | None]:
    """What the token is made from. Without it a kept result still works, and can still be renewed."""
    try:
        return source_of(token, access, site.world), None
    except Blocked as blocked:
        return None, blocked.trouble


def _calmed(token: AccessToken, seen: TokenSeen, now: float) -> TokenSeen:
    """What was derived from a parent outlives it: the parent says itself that it ended, while this one works."""
    waits = seen.trouble is not None and seen.trouble.reason is Reason.TOKEN_NOT_READY
    return structs.replace(seen, trouble=None) if waits and usable(token, seen.facts, now) else seen


def _with_tasks(token: AccessToken, seen: TokenSeen, facts: Facts) -> Facts:
    """The tasks are told only when a token is derived; they are remembered as long as it is the same."""
    if seen.kept is None or seen.changed or token.spec.type is not TokenType.PAGE or token.status is None:
        return facts
    return structs.replace(facts, tasks=tuple(token.status.tasks))


def _complaint(token: AccessToken, seen: TokenSeen, source: Source, offered: Facts, now: float) -> Trouble | None:
    """Why a changed source is not used, while something better is kept."""
    if not seen.changed or usable(token, offered, now):
        return None
    wrong = verdict(token, offered, None, now)
    said = f"The new token of {source.place} is not used; the one kept before stays in force. {wrong.message}"
    return Trouble(reason=wrong.reason, message=said, about=ConditionType.SYNCED)

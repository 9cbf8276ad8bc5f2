"""Doing the steps: a new token is written down before it is tried, and tried before an old one is revoked.

Killed between any two of these, the next look finds what was written and goes on from there.
"""

from msgspec import structs

from pagewire.graph import GraphError, Rejected
from pagewire.graph.admin import AdminError
from pagewire.resources import AccessToken, ConditionType, Reason, owned_secret
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import app_of
from pagewire_operator.brain.translate import trouble_of
from pagewire_operator.brain.trouble import Blocked, Trouble
from pagewire_operator.model import Happening, Severity, Step

from .facts import NEVER, Kept, TokenSeen
from .intents import Intents
from .making import Made, Maker
from .observe import Observer
from .plan import Action, Making
from .verdict import day
from .writing import Writer, check_free

__all__ = ["Applier"]


class Applier:
    """Does steps.

    Args:
        observer: looks at what came of them.
    """

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._writer = Writer()
        self._intents = Intents(self._writer)

    async def apply(self, token: AccessToken, seen: TokenSeen, step: Step, site: Site) -> TokenSeen:
        """See `Kind.apply`."""
        making: Making = step.arguments
        kept = seen.kept
        if making.action is Action.REVOKE and kept is not None:
            return await self._revoke(token, seen, kept, site)
        if making.action is Action.RESTORE and kept is not None:
            return await self._restore(token, seen, kept, site)
        return await self._make(token, seen, making, site)

    async def _make(self, token: AccessToken, seen: TokenSeen, making: Making, site: Site) -> TokenSeen:
        check_free(token, site.world)
        made, notes = self._unwritten(token, seen, making), tuple[Happening, ...]()
        if made is None:
            made, notes = await self._asked(token, seen, making, site)
        if _same_again(seen, made):
            raise Blocked(_useless(seen))
        await self._writer.write(token, made.kept, site)
        after = structs.replace(seen, kept=made.kept, facts=None, offered=None, notes=(*seen.notes, *notes))
        try:
            after = await self._tried(token, after, made, site)
            after = structs.replace(after, notes=(*after.notes, _told(token, after, making)))
            return await self._settled(token, after, made.kept, site)
        except (GraphError, Blocked) as error:
            # The token is there and kept; only what follows has to wait for another look.
            trouble = error.trouble if isinstance(error, Blocked) else trouble_of(error)
            return structs.replace(after, trouble=trouble)

    async def _asked(
        self, token: AccessToken, seen: TokenSeen, making: Making, site: Site
    ) -> tuple[Made, tuple[Happening, ...]]:
        maker = Maker(token, seen, site, self._observer.secrets)
        if making.action is not Action.GENERATE:
            return await maker.make(making), ()
        notes = await self._intents.begin(token, seen.kept, site)
        try:
            made = await maker.make(making)
        except (GraphError, Blocked) as error:
            self._intents.failed(token, error)
            raise
        self._intents.succeeded(token)
        return made, notes

    def _unwritten(self, token: AccessToken, seen: TokenSeen, making: Making) -> Made | None:
        if seen.source is None or not making.anew:
            return None
        kept = self._writer.waiting(token, seen.source.made_from)
        return Made(kept=kept) if kept is not None else None

    async def _tried(self, token: AccessToken, seen: TokenSeen, made: Made, site: Site) -> TokenSeen:
        seen = await self._observer.inspected(token, seen, site)
        if seen.facts is None or not made.tasks:
            return seen
        return structs.replace(seen, facts=structs.replace(seen.facts, tasks=made.tasks))

    async def _settled(self, token: AccessToken, seen: TokenSeen, kept: Kept, site: Site) -> TokenSeen:
        """What becomes of the token that was replaced."""
        if kept.retired is None or seen.facts is None:
            return seen
        if seen.facts.valid:
            return await self._revoke(token, seen, kept, site)
        return await self._restore(token, seen, kept, site)

    async def _revoke(self, token: AccessToken, seen: TokenSeen, kept: Kept, site: Site) -> TokenSeen:
        old, notes = kept.retired, seen.notes
        if old is None:
            return seen
        try:
            await self._observer.secrets.ask(
                app_of(token, site.world), lambda one: site.admin(one).tokens.revoke(old, using=kept.token)
            )
        except AdminError as error:
            if not isinstance(error, Rejected) or error.secret_refused:
                raise
            notes = notes if error.token_refused else (*notes, _not_revoked(token))
        done = structs.replace(kept, retired=None)
        await self._writer.write(token, done, site)
        return structs.replace(seen, kept=done, notes=notes)

    async def _restore(self, token: AccessToken, seen: TokenSeen, kept: Kept, site: Site) -> TokenSeen:
        if kept.retired is None:
            return seen
        back = structs.replace(kept, token=kept.retired, retired=None, made_at=site.now)
        await self._writer.write(token, back, site)
        after = await self._observer.inspected(token, structs.replace(seen, kept=back), site)
        said = "Meta gave a new token that it does not accept; the one before stays in force. It is renewed again in a day."
        return structs.replace(after, trouble=Trouble(reason=Reason.TOKEN_EXPIRING, message=said))


def _same_again(seen: TokenSeen, made: Made) -> bool:
    """Whether what came is the very token that Meta does not accept."""
    dead = seen.facts is not None and not seen.facts.valid
    return dead and seen.token is not None and seen.token == made.kept.token


def _useless(seen: TokenSeen) -> Trouble:
    place = seen.source.place if seen.source is not None else "its source"
    said = (
        f"Made of {place} again it is the same token, which Meta does not accept: something there must change first. Of a "
        "Page's token, the person behind it must log in again and grant the Page, or get a role on it."
    )
    return Trouble(reason=Reason.TOKEN_INVALID, message=said, about=ConditionType.TOKEN_VALID)


def _told(token: AccessToken, seen: TokenSeen, making: Making) -> Happening:
    ends = seen.facts.expires_at if seen.facts is not None else None
    until = (
        f"ends on {day(ends)}" if ends else "does not end by itself" if ends == NEVER else "has an end nobody told yet"
    )
    what = "A new token" if making.anew else "The token was renewed: the new one"
    said = f"{what} is in Secret {owned_secret(token)}; it {until}."
    return Happening(reason=Reason.TOKEN_ISSUED if making.anew else Reason.TOKEN_RENEWED, message=said)


def _not_revoked(token: AccessToken) -> Happening:
    said = (
        "The token that was replaced could not be revoked; it lives until its own end. Revoke it in the business settings, "
        f"under the system user, if it must not ({token.metadata.name})."
    )
    return Happening(reason=Reason.LEFT_BEHIND, message=said, severity=Severity.WARNING)

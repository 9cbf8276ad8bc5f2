"""How a token is got from Meta, one way each. What comes back is not kept yet."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from msgspec import Struct, structs

from pagewire.graph.admin import AdminClient, InstagramAdminClient, IssuedToken
from pagewire.resources import AccessToken, AppTokenForm, LoginProvider, TokenType
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import app_of

from .facts import Kept, Source, TokenSeen
from .instagram import lengthened, refreshed
from .pages import derive
from .plan import Action, Making
from .robots import generate
from .secrets import AppSecrets

__all__ = ["Made", "Maker"]

T = TypeVar("T")


class Made(Struct, frozen=True, kw_only=True):
    """A new token.

    Attributes:
        kept: as it is to be written down.
        tasks: what its owner may do on the Page, if that was told.
    """

    kept: Kept
    tasks: tuple[str, ...] = ()


class Maker:
    """Gets one token.

    Args:
        token: the resource it is for.
        seen: what was seen of it.
        site: whom to ask through.
        secrets: which of the app's secrets works.
    """

    def __init__(self, token: AccessToken, seen: TokenSeen, site: Site, secrets: AppSecrets) -> None:
        self._token = token
        self._seen = seen
        self._site = site
        self._secrets = secrets

    async def make(self, making: Making) -> Made:
        """Get the token.

        Raises:
            GraphError: Meta refused, or could not be asked.
            Blocked: it cannot be had as things are.
        """
        return await _WAYS[making.action](self, making)

    async def obtain(self, making: Making) -> Made:
        """An app's or a client's token."""
        source, access = self._source(), app_of(self._token, self._site.world)
        made = self._token.spec.source.app_credentials
        if self._token.spec.type is TokenType.APP and made and made.form is AppTokenForm.CLIENT_CREDENTIALS:
            issued = await self._ask(lambda admin: admin.tokens.app_token())
            return self._made(making, issued.access_token)
        return self._made(making, Sealed(f"{access.app_id}|{source.value.reveal()}"))

    async def exchange(self, making: Making) -> Made:
        """A long-lived token for a person's."""
        old = self._old(making)
        if self._token.spec.provider is LoginProvider.INSTAGRAM:
            issued = await lengthened(self._instagram(), old)
            return self._issued(making, issued) if issued is not None else self._made(making, old)
        return self._issued(making, await self._ask(lambda admin: admin.tokens.exchange(old)))

    async def refresh(self, making: Making) -> Made:
        """Another token for 60 days."""
        old = self._old(making)
        if self._token.spec.provider is LoginProvider.INSTAGRAM:
            return self._issued(making, await refreshed(self._instagram(), old))
        issued = await self._ask(lambda admin: admin.tokens.exchange(old, expires_in_60_days=True))
        # One that somebody gave us is left alone: it is all that is left if our Secret is lost.
        return self._issued(making, issued, retired=None if making.anew else old)

    async def derive(self, making: Making) -> Made:
        """A Page's token."""
        source = self._source()
        value, tasks = await self._ask(lambda admin: derive(admin, self._token, source))
        return Made(kept=self._made(making, value).kept, tasks=tasks)

    async def generate(self, making: Making) -> Made:
        """A system user's token."""
        source, robot, scopes = self._source(), self._token.spec.source.system_user, self._token.spec.scopes
        if robot is None:
            raise TypeError("only a token with from.systemUser is generated")
        issued = await self._ask(
            lambda admin: generate(admin, robot.system_user_id, source.value, scopes, expiring=robot.expiring)
        )
        works = self._seen.facts is not None and self._seen.facts.valid
        return self._issued(making, issued, retired=self._seen.token if works else None)

    async def adopt(self, making: Making) -> Made:
        """The given token, as it is."""
        return self._made(making, self._source().value)

    def _source(self) -> Source:
        if self._seen.source is None:
            raise TypeError("nothing is planned without a source")
        return self._seen.source

    def _old(self, making: Making) -> Sealed[str]:
        old = self._source().value if making.anew else self._seen.token
        if old is None:
            raise TypeError("nothing is renewed without a token")
        return old

    def _instagram(self) -> InstagramAdminClient:
        return self._site.instagram(app_of(self._token, self._site.world).app)

    async def _ask(self, call: Callable[[AdminClient], Awaitable[T]]) -> T:
        access = app_of(self._token, self._site.world)
        return await self._secrets.ask(access, lambda one: call(self._site.admin(one)))

    def _issued(self, making: Making, issued: IssuedToken, retired: Sealed[str] | None = None) -> Made:
        made = self._made(making, issued.access_token)
        ends = None if issued.expires_in is None else self._site.now + issued.expires_in
        # Exchanging a token that is long-lived already has been seen to give back the same one.
        retired = None if retired == issued.access_token else retired
        kept = structs.replace(made.kept, expires_at=ends, permissions=issued.permissions, retired=retired)
        return Made(kept=kept)

    def _made(self, making: Making, value: Sealed[str]) -> Made:
        kept = self._seen.kept
        mark = kept.made_from if kept is not None and not making.anew else self._source().made_from
        return Made(kept=Kept(token=value, made_from=mark, made_at=self._site.now))


_WAYS: Final[dict[Action, Callable[[Maker, Making], Awaitable[Made]]]] = {
    Action.OBTAIN: Maker.obtain,
    Action.EXCHANGE: Maker.exchange,
    Action.REFRESH: Maker.refresh,
    Action.DERIVE: Maker.derive,
    Action.GENERATE: Maker.generate,
    Action.ADOPT: Maker.adopt,
}

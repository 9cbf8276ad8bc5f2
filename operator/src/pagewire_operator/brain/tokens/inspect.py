"""What Meta says of a token: `debug_token`, or `/me` where that does not reach (Meta, Debugging Access Tokens)."""

from msgspec import structs

from pagewire.graph import Rejected
from pagewire.graph.admin import AdminClient, AdminError, PermissionList, TokenReport
from pagewire.resources import AccessToken, LoginProvider, TokenType
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.brain.permissions import Grants, Standing, standing

from .facts import NEVER, Facts, Kept
from .needs import needs_of
from .secrets import AppSecrets

__all__ = ["Inspector", "facts_of"]


class Inspector:
    """Asks Meta about tokens.

    Args:
        site: whom to ask through.
        secrets: which of an app's secrets works.
    """

    def __init__(self, site: Site, secrets: AppSecrets) -> None:
        self._site = site
        self._secrets = secrets

    async def look(self, token: AccessToken, access: AppAccess, value: Sealed[str], kept: Kept | None) -> Facts:
        """The facts of one token.

        Args:
            token: the resource it belongs to.
            access: its app.
            value: the token.
            kept: the result that the token is, if it is one; tells what Meta said only once.

        Raises:
            GraphError: Meta could not be asked. A dead token is an answer.
            Blocked: Meta takes none of the app's secrets.
        """
        if token.spec.provider is LoginProvider.INSTAGRAM:
            return await self._instagram(access, value, kept)
        if token.spec.type is TokenType.CLIENT:
            return await self._client(access, value)
        return await self._facebook(token, access, value)

    async def _facebook(self, token: AccessToken, access: AppAccess, value: Sealed[str]) -> Facts:
        try:
            report = await self._secrets.ask(access, lambda one: self._site.admin(one).tokens.debug(value))
        except AdminError as error:
            # Only the token's own app may ask about it; Meta has no code of its own for that.
            if error.code != 100:
                raise
            return Facts(valid=False, foreign=True, code=error.code, subcode=error.subcode)
        facts = facts_of(report, access.app_id)
        return await self._declined(access, facts) if _lacks(token, facts) else facts

    async def _declined(self, access: AppAccess, facts: Facts) -> Facts:
        """Whether what is missing was refused by the person: asked only then, as it takes another call."""
        try:
            found = await self._secrets.ask(access, lambda one: _permissions(self._site.admin(one), facts.user_id))
        except AdminError as error:
            if not isinstance(error, Rejected):
                raise
            return facts
        return structs.replace(facts, declined=found.declined, expired=found.expired)

    async def _client(self, access: AppAccess, value: Sealed[str]) -> Facts:
        """A client token may read its own app, and little else."""
        try:
            await self._secrets.ask(access, lambda one: self._site.admin(one).pages.get(one.app_id, value, fields="id"))
        except AdminError as error:
            if not error.token_refused:
                raise
            return Facts(valid=False, code=error.code, subcode=error.subcode)
        return Facts(valid=True, app_id=access.app_id, expires_at=NEVER)

    async def _instagram(self, access: AppAccess, value: Sealed[str], kept: Kept | None) -> Facts:
        """Nothing tells when an Instagram token ends but the answer that it came with."""
        try:
            me = await self._site.instagram(access.app).tokens.me(value)
        except AdminError as error:
            if not error.token_refused:
                raise
            return Facts(valid=False, code=error.code, subcode=error.subcode, expires_at=_ends(kept))
        made = kept is not None and kept.expires_at is not None
        return Facts(
            valid=True,
            type="USER",
            user_id=me.user_id or me.id,
            issued_at=kept.made_at if kept is not None and made else None,
            expires_at=_ends(kept),
            scopes=frozenset(kept.permissions) if kept is not None and kept.permissions else None,
        )


async def _permissions(admin: AdminClient, user_id: str) -> PermissionList:
    return await admin.permissions.list(admin.app_token, user_id=user_id)


def facts_of(report: TokenReport, app_id: str) -> Facts:
    """What a report says. An app that is not named is taken for the right one: it was the app that asked."""
    return Facts(
        valid=report.is_valid,
        type=report.type or "",
        app_id=report.app_id or "",
        foreign=report.app_id is not None and report.app_id != app_id,
        user_id=report.user_id or "",
        profile_id=report.profile_id or "",
        issued_at=report.issued_at or None,
        expires_at=report.expires_at or NEVER,
        data_access_expires_at=report.data_access_expires_at or NEVER,
        scopes=frozenset(report.scopes),
        targets={one.scope: frozenset(map(str, one.target_ids)) for one in report.granular_scopes if one.target_ids},
        code=report.error_code,
        subcode=report.error_subcode,
    )


def _lacks(token: AccessToken, facts: Facts) -> bool:
    """Whether a person's token lacks a permission that it needs."""
    if not facts.valid or facts.foreign or facts.type not in {"USER", "PAGE"} or not facts.user_id:
        return False
    grants = Grants(scopes=facts.scopes or frozenset(), targets=facts.targets)
    return any(standing(need, grants) is Standing.MISSING for need in needs_of(token))


def _ends(kept: Kept | None) -> float | None:
    return kept.expires_at if kept is not None else None

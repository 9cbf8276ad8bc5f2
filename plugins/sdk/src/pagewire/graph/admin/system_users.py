"""System users, whose tokens no person's password ends (Meta, System Users)."""

from collections.abc import Iterable, Mapping

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.results import Done, IssuedToken
from pagewire.graph.admin.scopes import Scope, ScopeKind
from pagewire.sealed import Sealed

__all__ = ["SystemUsers"]


class SystemUsers:
    """See `AdminClient.system_users`; `AdminClient.businesses.system_users` lists them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def install_app(self, system_user_id: str, token: Sealed[str]) -> Done:
        """Install this app for a system user, which must happen before it can have a token of it.

        Args:
            system_user_id: of the business that owns the app.
            token: of an administrator, or an administrator system user, of that business.
        """
        form = {"business_app": self._caller.connection.app_id}
        call = Call(
            method="POST",
            name="/{system-user}/applications",
            path=(system_user_id, "applications"),
            token=token,
            form=form,
        )
        return await self._caller.do(call)

    async def generate_token(
        self, system_user_id: str, token: Sealed[str], scopes: Iterable[str], *, expires_in_60_days: bool = False
    ) -> IssuedToken:
        """Make a token of this app for a system user. It is no Page token: derive those from it.

        Args:
            system_user_id: whose token it will be.
            token: of an administrator, an administrator system user, or of this system user.
            scopes: permissions it will carry; those of Instagram Login are not for system users.
            expires_in_60_days: some businesses must use such tokens, and are refused others.
        """
        names = tuple(sorted(scopes))
        call = Call(
            method="POST",
            name="/{system-user}/access_tokens",
            path=(system_user_id, "access_tokens"),
            token=token,
            form={
                "business_app": self._caller.connection.app_id,
                "scope": ",".join(names),
                **_expiring(expires_in_60_days),
            },
            fields=names,
        )
        return await self._caller.ask(call, reading.issued, "The answer holds no token.")

    async def delete_tokens(self, system_user_id: str, token: Sealed[str]) -> Done:
        """End every token of a system user at once. To end one, use `AdminClient.tokens.revoke`."""
        call = Call(
            method="DELETE",
            name="/{system-user}/access_tokens",
            path=(system_user_id, "access_tokens"),
            token=token,
        )
        return await self._caller.do(call)

    async def business_token(
        self,
        business_id: str,
        token: Sealed[str],
        *,
        fetch_only: bool = False,
        assets: Iterable[str] = (),
        scopes: Iterable[str] = (),
        system_user_id: str | None = None,
        expires_in_60_days: bool = False,
    ) -> IssuedToken:
        """A business integration system user's token, for a client who gave access by Facebook Login for Business.

        Args:
            business_id: the client's business: `Identity.client_business_id`.
            token: with `business_management`.
            fetch_only: the token there is, instead of a new one.
            assets: ids of what it is for; all, if empty.
            scopes: its permissions; those of the login's configuration, if empty.
            system_user_id: which system user, if there are several.
            expires_in_60_days: a token that ends.
        """
        lists = {"asset": ",".join(assets), "scope": ",".join(sorted(scopes)), "system_user_id": system_user_id or ""}
        form = {name: value for name, value in lists.items() if value} | dict(_expiring(expires_in_60_days))
        call = Call(
            method="POST",
            name="/{business}/system_user_access_tokens",
            path=(business_id, "system_user_access_tokens"),
            token=token,
            form=form | ({"fetch_only": "true"} if fetch_only else {}),
            about=Scope(ScopeKind.OBJECT, business_id),
        )
        return await self._caller.ask(call, reading.issued, "The answer holds no token.")


def _expiring(expires: bool) -> Mapping[str, str]:
    return {"set_token_expires_in_60_days": "true"} if expires else {}

"""Tokens of `graph.facebook.com`: made, exchanged, revoked, looked at (Meta, Access Tokens)."""

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call, Value
from pagewire.graph.admin.results import Done, Identity, IssuedToken, TokenReport
from pagewire.sealed import Sealed

__all__ = ["Tokens", "app_token"]

_NO_TOKEN = "The answer holds no token."  # noqa: S105 - a sentence


def app_token(app_id: str, app_secret: Sealed[str]) -> Sealed[str]:
    """The app's token in the form that needs no call: `id|secret`. As secret as the secret in it."""
    return Sealed(f"{app_id}|{app_secret.reveal()}")


class Tokens:
    """See `AdminClient.tokens`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def app_token(self) -> IssuedToken:
        """The app's token from Meta, which proves id and secret; good until the secret is reset."""
        return await self._oauth(grant_type="client_credentials")

    async def from_code(self, code: Sealed[str], redirect_uri: str | None = None) -> IssuedToken:
        """Exchange the code that a login came back with. It works once; a refusal means: log in again.

        Args:
            code: from the redirect.
            redirect_uri: byte for byte the one of the dialog; left out for codes of Meta's JavaScript SDK.
        """
        redirect = {} if redirect_uri is None else {"redirect_uri": redirect_uri}
        return await self._oauth(code=code, **redirect)

    async def exchange(self, token: Sealed[str], *, expires_in_60_days: bool = False) -> IssuedToken:
        """Exchange a living user token for a long one, or refresh a system user's.

        Args:
            token: a user token, or a system user token that expires. Once expired, no token can be exchanged.
            expires_in_60_days: for system users. The answer is another token; the old one lives until its own end, so
                store and try the new one before revoking.
        """
        extra = {"set_token_expires_in_60_days": "true"} if expires_in_60_days else {}
        return await self._oauth(grant_type="fb_exchange_token", fb_exchange_token=token, **extra)

    async def revoke(self, old: Sealed[str], *, using: Sealed[str]) -> Done:
        """End a system user token at once.

        Args:
            old: the token to end.
            using: the token that replaces it.
        """
        call = Call(
            method="GET",
            name="/oauth/revoke",
            path=("oauth", "revoke"),
            token=using,
            query={**self._app(), "revoke_token": old},
        )
        return await self._caller.do(call)

    async def debug(self, token: Sealed[str], *, using: Sealed[str] | None = None) -> TokenReport:
        """Ask Meta about a token. A dead one is an answer too: `is_valid` is false.

        Args:
            token: the token to ask about; Meta takes it in the query only.
            using: the app's own token without it. Only the same app, or one of its developers, may ask.
        """
        call = Call(
            method="GET",
            name="/debug_token",
            path=("debug_token",),
            token=using or self._caller.app_token,
            query={"input_token": token},
        )
        return await self._caller.ask(call, reading.token_report, "The answer says nothing about the token.")

    async def me(self, token: Sealed[str], *, fields: str = "id,name") -> Identity:
        """Whom a token stands for; of a Page token it is the Page."""
        call = Call(method="GET", name="/me", path=("me",), token=token, query={"fields": fields})
        return await self._caller.ask(call, reading.identity, "The answer names nobody.")

    async def _oauth(self, **query: Value) -> IssuedToken:
        call = Call(
            method="GET",
            name=f"/oauth/access_token ({query.get('grant_type', 'code')})",
            path=("oauth", "access_token"),
            query={**self._app(), **query},
        )
        return await self._caller.ask(call, reading.issued, _NO_TOKEN)

    def _app(self) -> dict[str, Value]:
        connection = self._caller.connection
        return {"client_id": connection.app_id, "client_secret": connection.app_secret}

"""Log-in with an identity provider: OpenID Connect, authorization code with PKCE.

joserfc checks signatures and claims; the two requests of the flow are plain enough for httpx alone.
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from msgspec import Struct

from pagewire_gateway.access.callers import ROLES, Caller, Role
from pagewire_gateway.access.settings import OidcSettings
from pagewire_gateway.login.spent import Once

_ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
]
"""Signatures by a key that the provider alone has."""
_PATIENCE: Final = 10.0
_LARGEST: Final = 1024 * 1024
_KEPT: Final = 600.0
"""Seconds for which the provider's description and keys are kept."""
LIFE: Final = 600
"""Seconds that somebody may take to log in there."""
_LEEWAY: Final = 60


class OidcError(Exception):
    """Somebody could not be logged in; the message is for them."""


class Dance(Struct, frozen=True, kw_only=True):
    """A log-in under way, sealed in the browser's cookie.

    Attributes:
        verifier: of PKCE.
        next: the page to open then.
        until: seconds since 1970.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    until: int


class _Description(Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    authorization_response_iss_parameter_supported: bool = False


class Oidc:
    """One provider.

    Args:
        settings: which.
        redirect_uri: where it sends people back to, as registered there.
        spent: remembers which log-ins are through.
    """

    def __init__(self, settings: OidcSettings, redirect_uri: str, spent: Once) -> None:
        self.label = settings.label
        self._settings, self._redirect_uri, self._spent = settings, redirect_uri, spent
        self._kept: tuple[float, _Description, Any] | None = None

    async def begin(self, next_: str) -> tuple[str, Dance]:
        """Where to send a browser, and what it has to bring back.

        Raises:
            OidcError: the provider cannot be used.
        """
        description, _ = await self._known()
        dance = Dance(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            next=next_,
            until=int(time.time()) + LIFE,
        )
        challenge = urlsafe_b64encode(hashlib.sha256(dance.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._settings.scopes,
            "state": dance.state,
            "nonce": dance.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in description.authorization_endpoint else "?"
        return f"{description.authorization_endpoint}{mark}{urlencode(query)}", dance

    async def finish(self, dance: Dance | None, brought: Mapping[str, str]) -> Caller:
        """Who came back from the provider.

        Args:
            dance: of their cookie.
            brought: the query they came back with.

        Raises:
            OidcError: they are not logged in; says why.
        """
        now = int(time.time())
        if dance is None or dance.until < now or not hmac.compare_digest(_ascii(brought.get("state", "")), dance.state):
            raise OidcError("This log-in was begun elsewhere, or too long ago. Begin it again.")
        if not await self._spent.claim(f"console log-in {dance.state}", dance.until + 1, now):
            raise OidcError("This log-in is through already. Begin a new one.")
        description, _ = await self._known()
        if brought.get("iss", description.issuer) != description.issuer or (
            description.authorization_response_iss_parameter_supported and "iss" not in brought
        ):
            raise OidcError("The answer is not from the identity provider that was asked.")
        if "code" not in brought:
            raise OidcError("The identity provider did not let you in.")
        return self._judge(await self._claims(description, dance, brought["code"]))

    def role_of(self, groups: Iterable[str]) -> Role | None:
        """The greatest role that groups give, as it is configured now; ``None`` for none."""
        return role_from(self._settings, groups)

    async def _claims(self, description: _Description, dance: Dance, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": dance.verifier,
            "client_id": self._settings.client_id,
        }
        secret = self._settings.client_secret
        auth = httpx.BasicAuth(self._settings.client_id, secret) if secret else None
        answer = await self._ask("POST", description.token_endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcError("The identity provider sent no ID token. Is `openid` among the scopes?")
        return await self._checked(token, dance.nonce)

    async def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 - an extra
        from joserfc.errors import JoseError  # noqa: PLC0415

        expected = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        for fresh in (False, True):
            _, keys = await self._known(fresh=fresh)
            try:
                claims: dict[str, Any] = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
                expected.validate(claims)
            except (JoseError, ValueError) as error:
                # Providers change their keys; then the token names one that is not known yet.
                if fresh:
                    raise OidcError(f"The ID token is not to be trusted ({type(error).__name__}).") from error
                continue
            if (
                isinstance(claims["aud"], list)
                and len(claims["aud"]) > 1
                and claims.get("azp") != self._settings.client_id
            ):
                raise OidcError("The ID token is for another program.")
            return claims
        raise AssertionError("the second round returns or raises")

    def _judge(self, claims: Mapping[str, Any]) -> Caller:
        name = str(claims.get(self._settings.name_claim) or claims["sub"])
        groups = groups_of(self._settings, claims)
        role = self.role_of(groups)
        if role is None:
            raise OidcError(
                f"{name} is known to the identity provider, but has no role here. Ask whoever runs Pagewire."
            )
        return Caller(name=name, role=role, how="oidc", groups=groups)

    async def _known(self, *, fresh: bool = False) -> tuple[_Description, Any]:
        from joserfc.jwk import KeySet  # noqa: PLC0415 - an extra

        if self._kept is None or fresh or time.monotonic() - self._kept[0] > _KEPT:
            issuer = self._settings.issuer
            found = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            try:
                description = msgspec.convert(found, _Description)
                if description.issuer != issuer:
                    raise OidcError(f"The identity provider calls itself {description.issuer}, not {issuer}.")
                keys = KeySet.import_key_set(await self._ask("GET", description.jwks_uri))  # type: ignore[arg-type]
            except (msgspec.ValidationError, ValueError, KeyError) as error:
                raise OidcError("The identity provider does not describe itself as OpenID Connect asks.") from error
            self._kept = (time.monotonic(), description, keys)
        return self._kept[1], self._kept[2]

    async def _ask(self, method: str, url: str, **asked: Any) -> dict[str, Any]:
        check_address(url)
        try:
            # A client for each: log-ins are rare, and one that is kept would have to be closed.
            async with httpx.AsyncClient(timeout=_PATIENCE) as http, http.stream(method, url, **asked) as answer:
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        raise OidcError("The identity provider answers with more than it should.")
        except httpx.HTTPError as error:
            raise OidcError(f"The identity provider does not answer ({type(error).__name__}). Try again.") from error
        if answer.status_code != 200:
            raise OidcError(f"The identity provider refused with status {answer.status_code}. Begin again.")
        try:
            return msgspec.json.decode(bytes(body), type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise OidcError("The identity provider does not answer in JSON.") from error


def groups_of(settings: OidcSettings, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of a person's groups that give a role here."""
    found: Any = claims
    for part in settings.roles_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    values = {found} if isinstance(found, str) else set(filter(_is_text, found)) if isinstance(found, list) else set()
    return tuple(sorted(values.intersection((*settings.viewers, *settings.operators, *settings.admins))))


def role_from(settings: OidcSettings, groups: Iterable[str]) -> Role | None:
    """The greatest role that groups give; ``None`` for none."""
    granted = dict(zip(ROLES, (settings.viewers, settings.operators, settings.admins), strict=True))
    return next((role for role in reversed(ROLES) if set(groups).intersection(granted[role])), None)


def check_address(url: str) -> None:
    """Refuse an address that others on the way could read.

    Raises:
        OidcError: it is neither https nor of this machine.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}):
        raise OidcError(f"The identity provider's address {parts.scheme}://{parts.netloc} is not https.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _ascii(text: str) -> str:
    return text if text.isascii() else ""

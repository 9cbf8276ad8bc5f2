"""What an AccessToken is made from, found in the world or explained. Asks nobody."""

from typing import Final

from pagewire.resources import AccessToken, AppTokenForm, ConditionType, LocalRef, LoginProvider, Reason, TokenType
from pagewire.sealed import Sealed
from pagewire_operator.brain.conditions import said_before
from pagewire_operator.brain.held import Held, token_of
from pagewire_operator.brain.indices import app_key
from pagewire_operator.brain.login import login_ref
from pagewire_operator.brain.lookup import AppAccess, secret_value
from pagewire_operator.brain.trouble import Blocked, Trouble
from pagewire_operator.model import World

from .facts import Source, Way
from .kept import mark

__all__ = ["source_of"]

_PARENTS: Final = {TokenType.USER, TokenType.SYSTEM_USER}


def source_of(token: AccessToken, access: AppAccess, world: World) -> Source:
    """What the token is made from.

    Args:
        token: the resource; exactly one of its sources is set.
        access: its app, with the secret to use first.
        world: where to look.

    Raises:
        Blocked: the source is not there, or not yet: ``SecretNotFound``, ``LoginRequired``, ``TokenNotFound``,
            ``TokenNotReady``, ``WrongTokenType``, ``WrongApp``, ``AppNotReady``.
    """
    source = token.spec.source
    if source.token_ref is not None:
        return _derived(token, source.token_ref, world)
    if source.system_user is not None:
        return _generated(token, source.system_user.token_ref, world)
    if source.login is not None:
        return _logged_in(token, world)
    if source.secret_ref is not None:
        value = secret_value(world, token.metadata.namespace, source.secret_ref)
        return _given(value, f"Secret {source.secret_ref.name}, key {source.secret_ref.key}")
    return _client(access) if token.spec.type is TokenType.CLIENT else credentials(token, access)


def credentials(token: AccessToken, access: AppAccess) -> Source:
    """An app token's source: the app's id and the first of the secrets."""
    made = token.spec.source.app_credentials
    form = (made.form if made is not None else None) or AppTokenForm.ID_AND_SECRET
    return Source(
        way=Way.CREDENTIALS,
        value=access.secret,
        made_from=mark(Way.CREDENTIALS, form, access.app_id, access.secret),
        place=f"the app secret of MessengerApp {access.app.metadata.name}",
    )


def _given(value: Sealed[str], place: str) -> Source:
    return Source(way=Way.GIVEN, value=value, made_from=mark(Way.GIVEN, value), place=place)


def _client(access: AppAccess) -> Source:
    name, client_token = access.app.metadata.name, access.app.spec.client_token
    if client_token is None:
        said = f"MessengerApp {name} has no spec.clientToken; copy it from App Dashboard, App settings, Advanced."
        raise _blocked(Reason.APP_NOT_READY, said)
    return Source(
        way=Way.CLIENT,
        value=Sealed(client_token),
        made_from=mark(Way.CLIENT, access.app_id, client_token),
        place=f"the client token of MessengerApp {name}",
    )


def _logged_in(token: AccessToken, world: World) -> Source:
    ref = login_ref(token)
    try:
        value = secret_value(world, token.metadata.namespace, ref)
    except Blocked:
        who = "Instagram" if token.spec.provider is LoginProvider.INSTAGRAM else "Facebook"
        name = f"{token.metadata.namespace}/{token.metadata.name}"
        said = (
            f"Nobody is logged in with {who}: the login puts its token into Secret {ref.name}, key {ref.key}. "
            f"`pagewire login {name} --link` makes a link to log in by."
        )
        raise _blocked(Reason.LOGIN_REQUIRED, said) from None
    place = f"the login in Secret {ref.name}"
    if token.spec.type is not TokenType.PAGE:
        return _given(value, place)
    return Source(way=Way.DERIVED, value=value, made_from=mark(Way.DERIVED, value), place=place)


def _derived(token: AccessToken, ref: LocalRef, world: World) -> Source:
    parent = _parent(token, ref, world)
    return Source(
        way=Way.DERIVED,
        value=parent.token,
        made_from=mark(Way.DERIVED, parent.token),
        place=f"AccessToken {ref.name}",
    )


def _generated(token: AccessToken, ref: LocalRef, world: World) -> Source:
    """The admin's token is no part of the mark: a new one there is no reason for a new one here."""
    made = token.spec.source.system_user
    parent = _parent(token, ref, world)
    if made is None:
        raise TypeError("only a token with from.systemUser is generated")
    parts = (made.system_user_id, str(made.expiring), *sorted(token.spec.scopes))
    return Source(
        way=Way.GENERATED, value=parent.token, made_from=mark(Way.GENERATED, *parts), place=f"AccessToken {ref.name}"
    )


def _parent(token: AccessToken, ref: LocalRef, world: World) -> Held:
    held = token_of(world, token.metadata.namespace, ref)
    parent = held.resource
    if parent.spec.type not in _PARENTS or parent.spec.provider is not LoginProvider.FACEBOOK:
        said = f"AccessToken {ref.name} is of type {parent.spec.type}; name one of type User or SystemUser, by Facebook Login."
        raise _blocked(Reason.WRONG_TOKEN_TYPE, said)
    if app_key(parent) != app_key(token):
        said = f"AccessToken {ref.name} belongs to MessengerApp {app_key(parent)}, this one to {app_key(token)}; name the same."
        raise _blocked(Reason.WRONG_APP, said)
    valid = said_before(parent.status.conditions if parent.status else (), ConditionType.TOKEN_VALID)
    if valid is None or valid.status == "False":
        raise _blocked(Reason.TOKEN_NOT_READY, f"AccessToken {ref.name} has no valid token yet; it says why.")
    return held


def _blocked(reason: Reason, message: str) -> Blocked:
    return Blocked(Trouble(reason=reason, message=message, about=ConditionType.TOKEN_VALID))

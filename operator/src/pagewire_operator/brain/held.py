"""The value of an AccessToken that a resource refers to, found in the world or explained."""

from msgspec import Struct

from pagewire.resources import AccessToken, ConditionType, LocalRef, Reason, SecretKeyRef, TokenType
from pagewire.resources.token import TOKEN_KEY
from pagewire.sealed import Sealed
from pagewire_operator.model import World

from .login import login_ref
from .lookup import blocked, secret_value
from .trouble import Blocked

__all__ = ["Held", "token_of", "token_resource"]


class Held(Struct, frozen=True, kw_only=True):
    """The value of an AccessToken, whatever its conditions say.

    Attributes:
        token: the value.
        resource: the AccessToken it belongs to.
    """

    token: Sealed[str]
    resource: AccessToken


def token_resource(world: World, namespace: str, ref: LocalRef) -> AccessToken:
    """The AccessToken of a ``tokenRef``.

    Raises:
        Blocked: ``TokenNotFound``.
    """
    found = world.get("AccessToken", namespace, ref.name)
    if not isinstance(found, AccessToken):
        said = f"AccessToken {namespace}/{ref.name} of spec.tokenRef does not exist; create it."
        raise blocked(Reason.TOKEN_NOT_FOUND, said, ConditionType.TOKEN_VALID)
    return found


def token_of(world: World, namespace: str, ref: LocalRef) -> Held:
    """The value of an AccessToken: from the Secret the operator keeps, else from its ``secretRef`` or its login.

    Raises:
        Blocked: ``TokenNotFound``, ``TokenNotReady`` or ``SecretNotFound``, about ``TokenValid``.
    """
    resource = token_resource(world, namespace, ref)
    kept = resource.status.secret_name if resource.status else None
    place = SecretKeyRef(name=kept, key=TOKEN_KEY) if kept else _given_in(resource)
    if place is None:
        said = f"AccessToken {namespace}/{ref.name} holds no token yet; it says why."
        raise blocked(Reason.TOKEN_NOT_READY, said, ConditionType.TOKEN_VALID)
    try:
        return Held(token=secret_value(world, namespace, place), resource=resource)
    except Blocked as error:
        raise blocked(error.trouble.reason, error.trouble.message, ConditionType.TOKEN_VALID) from None


def _given_in(token: AccessToken) -> SecretKeyRef | None:
    """Where somebody put a token that is used as it is: also a login's, if it lives long enough and is no Page's."""
    source = token.spec.source
    if source.login is not None and token.spec.type is not TokenType.PAGE:
        return login_ref(token)
    return source.secret_ref

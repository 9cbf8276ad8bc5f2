"""The token of an account: found, and fit for it, or explained. Asks nobody."""

from typing import TypeVar

from msgspec import structs

from pagewire.resources import AccessToken, ConditionType, Reason, Resource, TokenType
from pagewire.resources.token import LoginProvider
from pagewire_operator.brain.conditions import said_before
from pagewire_operator.brain.indices import app_key, key_of
from pagewire_operator.brain.permissions import grants_of
from pagewire_operator.brain.trouble import Blocked, Pace, Trouble
from pagewire_operator.model import Key, World

from .seen import Account, AccountSeen

__all__ = ["check_instagram", "check_page", "note", "suspects", "usable"]

S = TypeVar("S", bound=AccountSeen)

_ABOUT = ConditionType.TOKEN_VALID


def note(seen: S, token: AccessToken) -> S:
    """Note what an AccessToken says of itself."""
    conditions = token.status.conditions if token.status else []
    return structs.replace(
        seen,
        token=f"AccessToken {token.metadata.namespace}/{token.metadata.name}",
        token_valid=said_before(conditions, _ABOUT),
        grants=grants_of(token),
    )


def check_page(account: Account, token: AccessToken, page_id: str) -> None:
    """Refuse a token of another type, Page or app. Raises `Blocked`."""
    _check_app(account, token)
    if token.spec.type is not TokenType.PAGE:
        _refuse(
            token, f"is of type {token.spec.type}; name one of type Page, derived from it if need be (from.tokenRef)"
        )
    if token.spec.page_id != page_id:
        _refuse(token, f"belongs to Page {token.spec.page_id}, not to {page_id}")


def check_instagram(account: Account, token: AccessToken) -> None:
    """Refuse a token that is not of Instagram Login. Raises `Blocked`."""
    _check_app(account, token)
    if (token.spec.type, token.spec.provider) != (TokenType.USER, LoginProvider.INSTAGRAM):
        _refuse(token, "is not of type User and provider Instagram, as an account without a Page needs")


def usable(seen: AccountSeen) -> None:
    """Refuse to trouble Meta with a token that its AccessToken knows to be bad. Raises `Blocked`."""
    told = seen.token_valid
    if told is not None and told.status == "False":
        reason = Reason(told.reason) if told.reason in set(Reason) else Reason.TOKEN_INVALID
        raise Blocked(Trouble(reason=reason, message=f"{seen.token}: {told.message}", about=_ABOUT))


def suspects(resource: Resource | None, world: World) -> list[Key]:
    """The AccessToken that Meta refused to an account while it still thinks well of itself: it should look again."""
    ref = getattr(resource.spec, "token_ref", None) if resource is not None else None
    if resource is None or ref is None or not _refused(resource):
        return []
    token = world.get("AccessToken", resource.metadata.namespace, ref.name)
    return [key_of(token)] if token is not None and not _refused(token) else []


def _refused(resource: Resource) -> bool:
    told = said_before(resource.status.conditions if resource.status else (), _ABOUT)
    return told is not None and told.status == "False" and told.reason in {Reason.TOKEN_INVALID, Reason.TOKEN_EXPIRED}


def _check_app(account: Account, token: AccessToken) -> None:
    if app_key(account) != app_key(token):
        _refuse(token, f"belongs to MessengerApp {app_key(token)}, this account uses {app_key(account)}")


def _refuse(token: AccessToken, said: str) -> None:
    name = f"AccessToken {token.metadata.namespace}/{token.metadata.name}"
    raise Blocked(Trouble(reason=Reason.WRONG_TOKEN_TYPE, message=f"{name} {said}.", about=_ABOUT, pace=Pace.SLOW))

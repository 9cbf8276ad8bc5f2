"""An error of the Graph API becomes a `Trouble`: why, about which condition, and how soon another try can help."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pagewire.graph import Ambiguous, Backoff, GraphError, NotSent, Reauth
from pagewire.graph.admin import AdminError, Later
from pagewire.resources import ConditionType

from . import meaning
from .trouble import Blocked, Trouble

__all__ = ["app_calls", "speaking_of", "trouble_of"]

ROLE_HOLDERS_ONLY: Final = frozenset({2018021, 2018027, 2018028})
RESTRICTED: Final = frozenset({(368, None), (10, 1404170), (10, 1893063), (100, 2534029)})


@contextmanager
def speaking_of(about: ConditionType) -> Iterator[None]:
    """Make a `GraphError` of the calls inside a `Blocked` about one condition."""
    try:
        yield
    except GraphError as error:
        raise Blocked(trouble_of(error, about)) from error


@contextmanager
def app_calls(about: ConditionType) -> Iterator[None]:
    """The same for calls with the app's own token, which only a wrong app id or secret can spoil."""
    try:
        yield
    except AdminError as error:
        if error.token_refused or error.secret_refused or error.code == 101:
            raise Blocked(meaning.app_secret(error, about)) from error
        raise Blocked(trouble_of(error, about)) from error


def trouble_of(error: GraphError, about: ConditionType = ConditionType.SYNCED) -> Trouble:
    """Say what an error of the Graph API means for a resource.

    Args:
        error: as a client raised it.
        about: the condition that the failed call was made for; some errors speak of another one.
    """
    for fits, make in _RULES:
        if fits(error):
            return make(error, about)
    if error.code == 100 and about is ConditionType.PROFILE_SYNCED:
        return meaning.rejected(error, about)  # Meta does not always name the property
    return meaning.refused(error, about)


def _flag(name: str) -> Callable[[GraphError], bool]:
    return lambda error: bool(getattr(error, name, False))


def _is_permission(error: GraphError) -> bool:
    code = error.code or 0
    return code == 10 or 200 <= code < 300


def _is_rejected(error: GraphError) -> bool:
    return error.code == 100 and bool(getattr(error, "names", ()))


_RULES: Final[tuple[tuple[Callable[[GraphError], bool], Callable[[GraphError, ConditionType], Trouble]], ...]] = (
    (lambda error: isinstance(error, Later), meaning.throttled),
    (lambda error: isinstance(error, Backoff), meaning.limited),
    (_flag("secret_refused"), meaning.app_secret),
    (_flag("token_refused"), meaning.token),
    (_flag("callback_unverified"), meaning.unverified),
    (lambda error: (error.code, error.subcode) in RESTRICTED, meaning.restricted),
    (lambda error: isinstance(error, NotSent | Ambiguous), meaning.away),
    (lambda error: error.code == 3, meaning.capability),
    (lambda error: error.code == 5, meaning.address),
    (lambda error: error.code == 210, meaning.token_type),
    (lambda error: error.subcode in ROLE_HOLDERS_ONLY, meaning.roles),
    (_is_permission, meaning.permission),
    (_flag("gone"), meaning.gone),
    (_is_rejected, meaning.rejected),
    (lambda error: isinstance(error, Reauth), meaning.token),
)

"""An error of the Graph API becomes a `Trouble`: why, about which condition, and how soon another try can help."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pagewire.graph import Ambiguous, Backoff, GraphError, NotSent, Reauth
from pagewire.graph.admin import AdminError, Later
from pagewire.resources import ConditionType, Reason

from .trouble import Blocked, Pace, Trouble

__all__ = ["app_calls", "speaking_of", "trouble_of"]

EXPIRED: Final = 463
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
            raise Blocked(_secret(error, about)) from error
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
        return _rejected(error, about)  # Meta does not always name the property
    return _trouble(error, about, Reason.GRAPH_REFUSED, f"Meta refuses this call for good. {_quoted(error)}")


def _trouble(error: GraphError, about: ConditionType, reason: Reason, message: str, pace: Pace = Pace.SLOW) -> Trouble:
    return Trouble(
        reason=reason,
        message=message,
        about=about,
        pace=pace,
        wait=error.retry_after or 0.0,
        code=error.code,
        subcode=error.subcode,
        fbtrace_id=error.fbtrace_id,
    )


def _quoted(error: GraphError) -> str:
    return f"Meta says: {error.said} {_codes(error)}".rstrip()


def _codes(error: GraphError) -> str:
    if error.code is None:
        return ""
    return f"(code {error.code})" if error.subcode is None else f"(code {error.code}/{error.subcode})"


def _later(error: GraphError, about: ConditionType) -> Trouble:
    said = "Our budget of calls to Meta for this app or Page is used up for now; it is tried again by itself."
    return _trouble(error, about, Reason.THROTTLED, said, Pace.WAIT)


def _limited(error: GraphError, about: ConditionType) -> Trouble:
    said = f"Meta limits calls for this app or Page {_codes(error)}; it is left in peace and tried again by itself."
    return _trouble(error, about, Reason.RATE_LIMITED, said, Pace.WAIT)


def _away(error: GraphError, about: ConditionType) -> Trouble:
    said = (
        "Meta does not answer, or with a fault of its own; it is tried again by itself. If this lasts, check DNS, "
        "egress rules, proxy and certificates, and Meta's status page."
    )
    return _trouble(error, about, Reason.GRAPH_UNAVAILABLE, said, Pace.SOON)


def _secret(error: GraphError, _about: ConditionType) -> Trouble:
    said = (
        "Meta refuses the app secret; the token may be fine. Copy the secret from App Dashboard, App settings, Basic "
        f"into the Secret that spec.appSecretRefs of the MessengerApp names {_codes(error)}."
    )
    return _trouble(error, ConditionType.TOKEN_VALID, Reason.APP_SECRET_INVALID, said)


def _token(error: GraphError, _about: ConditionType) -> Trouble:
    expired = error.subcode == EXPIRED
    said = (
        f"The token {'has expired' if expired else 'is refused by Meta'} {_codes(error)}. Webhooks may still arrive, "
        "replies fail. Put a new token into its Secret, or log in again."
    )
    reason = Reason.TOKEN_EXPIRED if expired else Reason.TOKEN_INVALID
    return _trouble(error, ConditionType.TOKEN_VALID, reason, said)


def _token_type(error: GraphError, _about: ConditionType) -> Trouble:
    said = f"Meta wants a Page's own token here {_codes(error)}: name an AccessToken of type Page, derived if need be."
    return _trouble(error, ConditionType.TOKEN_VALID, Reason.WRONG_TOKEN_TYPE, said)


def _unverified(error: GraphError, _about: ConditionType) -> Trouble:
    said = (
        "Meta could not verify the callback URL. The gateway must answer there, publicly, and know the verify token of "
        f"the MessengerApp; it is tried again by itself. {_quoted(error)}"
    )
    return _trouble(error, ConditionType.SUBSCRIBED, Reason.CALLBACK_UNVERIFIED, said, Pace.SOON)


def _capability(error: GraphError, _about: ConditionType) -> Trouble:
    said = (
        f"The app lacks the capability for this call {_codes(error)}: add the product or permission in the App "
        "Dashboard and pass App Review; neither a retry nor a new login helps."
    )
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.CAPABILITY_MISSING, said)


def _roles(error: GraphError, _about: ConditionType) -> Trouble:
    said = (
        f"The app has Standard Access or is not live, so it reaches people with a role on it only {_codes(error)}: "
        "switch the app to Live, and ask for Advanced Access in App Review."
    )
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.STANDARD_ACCESS, said)


def _permission(error: GraphError, _about: ConditionType) -> Trouble:
    needed = getattr(error, "permissions", ())
    named = f"Grant {', '.join(needed)}" if needed else "Grant the permission"
    said = f"A permission is missing. {named} in a new login and check App Review. {_quoted(error)}"
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.MISSING_PERMISSION, said)


def _restricted(error: GraphError, about: ConditionType) -> Trouble:
    said = (
        f"Meta restricts the Page or account for its policies {_codes(error)}: see Page Quality in Meta Business Suite."
    )
    return _trouble(error, about, Reason.PAGE_RESTRICTED, said)


def _gone(error: GraphError, about: ConditionType) -> Trouble:
    said = (
        f"Meta shows no such object to this token {_codes(error)}: check the id in the spec, and that the token was "
        "granted for this very Page or account."
    )
    return _trouble(error, about, Reason.PAGE_NOT_FOUND, said)


def _address(error: GraphError, about: ConditionType) -> Trouble:
    said = (
        "Calls from this network address are not allowed (code 5): add the cluster's egress address to the app's "
        "server IP allow list."
    )
    return _trouble(error, about, Reason.GRAPH_REFUSED, said)


def _rejected(error: GraphError, about: ConditionType) -> Trouble:
    names = ", ".join(getattr(error, "names", ()))
    profile = about is ConditionType.PROFILE_SYNCED
    what = "property of the profile" if profile else "field"
    which = f"{what} {names}" if names else f"one {what}"
    said = f"Meta refuses {which}, and with it all of them: correct or remove it in the spec. {_quoted(error)}"
    return _trouble(error, about, Reason.PROFILE_REJECTED if profile else Reason.FIELD_REJECTED, said)


def _flag(name: str) -> Callable[[GraphError], bool]:
    return lambda error: bool(getattr(error, name, False))


def _is_permission(error: GraphError) -> bool:
    code = error.code or 0
    return code == 10 or 200 <= code < 300


def _is_rejected(error: GraphError) -> bool:
    return error.code == 100 and bool(getattr(error, "names", ()))


_RULES: Final[tuple[tuple[Callable[[GraphError], bool], Callable[[GraphError, ConditionType], Trouble]], ...]] = (
    (lambda error: isinstance(error, Later), _later),
    (lambda error: isinstance(error, Backoff), _limited),
    (_flag("secret_refused"), _secret),
    (_flag("token_refused"), _token),
    (_flag("callback_unverified"), _unverified),
    (lambda error: (error.code, error.subcode) in RESTRICTED, _restricted),
    (lambda error: isinstance(error, NotSent | Ambiguous), _away),
    (lambda error: error.code == 3, _capability),
    (lambda error: error.code == 5, _address),
    (lambda error: error.code == 210, _token_type),
    (lambda error: error.subcode in ROLE_HOLDERS_ONLY, _roles),
    (_is_permission, _permission),
    (_flag("gone"), _gone),
    (_is_rejected, _rejected),
    (lambda error: isinstance(error, Reauth), _token),
)

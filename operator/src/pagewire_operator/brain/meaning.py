"""What an error of the Graph API means for people: the sentence, the reason, the condition and the pace. Pure."""

from typing import Final

from pagewire.graph import GraphError
from pagewire.resources import ConditionType, Reason

from .trouble import Pace, Trouble

__all__ = [
    "address",
    "app_secret",
    "away",
    "capability",
    "gone",
    "limited",
    "permission",
    "refused",
    "rejected",
    "restricted",
    "roles",
    "throttled",
    "token",
    "token_type",
    "unverified",
]

EXPIRED: Final = 463


def throttled(error: GraphError, about: ConditionType) -> Trouble:
    """Our own budget is used up."""
    said = "Our budget of calls to Meta for this app or Page is used up for now; it is tried again by itself."
    return _trouble(error, about, Reason.THROTTLED, said, Pace.WAIT)


def limited(error: GraphError, about: ConditionType) -> Trouble:
    """Meta asked us to slow down."""
    said = f"Meta limits calls for this app or Page {_codes(error)}; it is left in peace and tried again by itself."
    return _trouble(error, about, Reason.RATE_LIMITED, said, Pace.WAIT)


def away(error: GraphError, about: ConditionType) -> Trouble:
    """Meta did not answer."""
    said = (
        "Meta does not answer, or with a fault of its own; it is tried again by itself. If this lasts, check DNS, "
        "egress rules, proxy and certificates, and Meta's status page."
    )
    return _trouble(error, about, Reason.GRAPH_UNAVAILABLE, said, Pace.SOON)


def app_secret(error: GraphError, _about: ConditionType) -> Trouble:
    """The app secret is wrong, whatever is with the token."""
    said = (
        "Meta refuses the app secret; the token may be fine. Copy the secret from App Dashboard, App settings, Basic "
        f"into the Secret that spec.appSecretRefs of the MessengerApp names {_codes(error)}."
    )
    return _trouble(error, ConditionType.TOKEN_VALID, Reason.APP_SECRET_INVALID, said)


def token(error: GraphError, _about: ConditionType) -> Trouble:
    """The token is refused."""
    expired = error.subcode == EXPIRED
    said = (
        f"The token {'has expired' if expired else 'is refused by Meta'} {_codes(error)}. Webhooks may still arrive, "
        "replies fail. Put a new token into its Secret, or log in again."
    )
    reason = Reason.TOKEN_EXPIRED if expired else Reason.TOKEN_INVALID
    return _trouble(error, ConditionType.TOKEN_VALID, reason, said)


def token_type(error: GraphError, _about: ConditionType) -> Trouble:
    """A Page's own token is wanted."""
    said = f"Meta wants a Page's own token here {_codes(error)}: name an AccessToken of type Page, derived if need be."
    return _trouble(error, ConditionType.TOKEN_VALID, Reason.WRONG_TOKEN_TYPE, said)


def unverified(error: GraphError, _about: ConditionType) -> Trouble:
    """The callback could not be verified."""
    said = (
        "Meta could not verify the callback URL. The gateway must answer there, publicly, and know the verify token of "
        f"the MessengerApp; it is tried again by itself. {_quoted(error)}"
    )
    return _trouble(error, ConditionType.SUBSCRIBED, Reason.CALLBACK_UNVERIFIED, said, Pace.SOON)


def capability(error: GraphError, _about: ConditionType) -> Trouble:
    """The app lacks a capability."""
    said = (
        f"The app lacks the capability for this call {_codes(error)}: add the product or permission in the App "
        "Dashboard and pass App Review; neither a retry nor a new login helps."
    )
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.CAPABILITY_MISSING, said)


def roles(error: GraphError, _about: ConditionType) -> Trouble:
    """Only people with a role on the app are reached."""
    said = (
        f"The app has Standard Access or is not live, so it reaches people with a role on it only {_codes(error)}: "
        "switch the app to Live, and ask for Advanced Access in App Review."
    )
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.STANDARD_ACCESS, said)


def permission(error: GraphError, _about: ConditionType) -> Trouble:
    """A permission is missing."""
    needed = getattr(error, "permissions", ())
    named = f"Grant {', '.join(needed)}" if needed else "Grant the permission"
    said = f"A permission is missing. {named} in a new login and check App Review. {_quoted(error)}"
    return _trouble(error, ConditionType.PERMISSIONS_GRANTED, Reason.MISSING_PERMISSION, said)


def restricted(error: GraphError, about: ConditionType) -> Trouble:
    """The Page or account is restricted."""
    said = (
        f"Meta restricts the Page or account for its policies {_codes(error)}: see Page Quality in Meta Business Suite."
    )
    return _trouble(error, about, Reason.PAGE_RESTRICTED, said)


def gone(error: GraphError, about: ConditionType) -> Trouble:
    """There is no such object for this token."""
    said = (
        f"Meta shows no such object to this token {_codes(error)}: check the id in the spec, and that the token was "
        "granted for this very Page or account."
    )
    return _trouble(error, about, Reason.PAGE_NOT_FOUND, said)


def address(error: GraphError, about: ConditionType) -> Trouble:
    """This network address is not allowed."""
    said = (
        "Calls from this network address are not allowed (code 5): add the cluster's egress address to the app's "
        "server IP allow list."
    )
    return _trouble(error, about, Reason.GRAPH_REFUSED, said)


def rejected(error: GraphError, about: ConditionType) -> Trouble:
    """A field or property is refused, and all others with it."""
    names = ", ".join(getattr(error, "names", ()))
    profile = about is ConditionType.PROFILE_SYNCED
    what = "property of the profile" if profile else "field"
    which = f"{what} {names}" if names else f"one {what}"
    said = f"Meta refuses {which}, and with it all of them: correct or remove it in the spec. {_quoted(error)}"
    return _trouble(error, about, Reason.PROFILE_REJECTED if profile else Reason.FIELD_REJECTED, said)


def refused(error: GraphError, about: ConditionType) -> Trouble:
    """Anything else."""
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

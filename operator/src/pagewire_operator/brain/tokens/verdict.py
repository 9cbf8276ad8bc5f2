"""What a token is worth: the condition TokenValid, and whether anything can be made of it. Pure.

The order is that of what helps: a dead token first, then one that is not what the resource describes, then one that
will be dead soon (Meta, Debugging Access Tokens).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal

from pagewire.resources import AccessToken, ConditionType, LoginProvider, Reason, TokenType
from pagewire_operator.model import Saying

from .facts import DAY, NEVER, Facts, Kept
from .renewal import Renewal, alarm_at, method

__all__ = ["day", "turns", "usable", "verdict"]

_ENDED: Final = 463
_DATA_ACCESS_AHEAD: Final = 14 * DAY
_WHY: Final = {
    458: "the person removed the app, or never authorized it",
    459: "Facebook wants something of the person first; they should log in at facebook.com",
    460: "the password was changed, or Meta ended the session for security",
    464: "the person's Facebook account is not confirmed",
    467: "the person logged out",
    490: "Facebook holds the person's account in a checkpoint; they should log in at facebook.com",
    492: "the person has no role on the Page any more",
}
_UNTOLD: Final = {TokenType.PAGE: "it was revoked, or the Page was unticked in a later login"}
_META_TYPE: Final = {
    TokenType.APP: "APP",
    TokenType.PAGE: "PAGE",
    TokenType.SYSTEM_USER: "SYSTEM_USER",
    TokenType.USER: "USER",
}
_OUR_TYPE: Final = {theirs: ours for ours, theirs in _META_TYPE.items()}


def verdict(token: AccessToken, facts: Facts, kept: Kept | None, now: float) -> Saying:
    """The condition TokenValid.

    Args:
        token: what is wanted.
        facts: what Meta says of the token in force.
        kept: the result it comes from, if it is one.
        now: seconds since 1970.
    """
    return _bad(token, facts, now) or _ending(token, facts, kept, now) or _good(facts)


def usable(token: AccessToken, facts: Facts | None, now: float) -> bool:
    """Whether Meta accepts a token and it is what the resource describes, however long it still lives."""
    return facts is not None and _bad(token, facts, now) is None


def turns(token: AccessToken, facts: Facts, kept: Kept | None) -> Iterator[float]:
    """The moments at which the verdict on a token changes by itself, in seconds since 1970."""
    if (alarm := alarm_at(token, facts, kept)) is not None:
        yield alarm
    if facts.expires_at:
        yield facts.expires_at - DAY
        yield facts.expires_at
    if facts.data_access_expires_at:
        yield facts.data_access_expires_at - _DATA_ACCESS_AHEAD
        yield facts.data_access_expires_at


def day(when: float) -> str:
    """A time as people read it: the day, UTC."""
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d")


def _bad(token: AccessToken, facts: Facts, now: float) -> Saying | None:
    tests: tuple[Callable[[AccessToken, Facts, float], Saying | None], ...] = (_foreign, _dead, _other, _closed)
    return next((said for test in tests if (said := test(token, facts, now)) is not None), None)


def _foreign(_token: AccessToken, facts: Facts, _now: float) -> Saying | None:
    if not facts.foreign:
        return None
    said = "The token belongs to another Meta app than the MessengerApp of spec.appRef. Put a token of this app there."
    return _say("False", Reason.WRONG_APP, said)


def _dead(token: AccessToken, facts: Facts, now: float) -> Saying | None:
    if facts.valid and not facts.ended(now):
        return None
    if facts.subcode == _ENDED or facts.ended(now):
        said = f"The token has ended, and an ended token cannot be exchanged or refreshed. {_next(token)}"
        return _say("False", Reason.TOKEN_EXPIRED, said)
    codes = f"code {facts.code}" + (f"/{facts.subcode}" if facts.subcode else "") if facts.code else "no code given"
    why = _WHY.get(facts.subcode or 0, _UNTOLD.get(token.spec.type, "it was revoked, or is none"))
    return _say("False", Reason.TOKEN_INVALID, f"Meta does not accept the token ({codes}): {why}. {_next(token)}")


def _other(token: AccessToken, facts: Facts, _now: float) -> Saying | None:
    wanted = _META_TYPE.get(token.spec.type)
    if facts.type and wanted is not None and facts.type != wanted:
        return _say("False", Reason.WRONG_TOKEN_TYPE, _wrong_type(token, facts))
    page = token.spec.page_id
    if page is not None and facts.profile_id and facts.profile_id != page:
        said = f"The token is that of Page {facts.profile_id}, not of Page {page}. Put the token of Page {page} there."
        return _say("False", Reason.WRONG_TOKEN_TYPE, said)
    return None


def _wrong_type(token: AccessToken, facts: Facts) -> str:
    said = f"The token is of Meta's type {facts.type}, the resource of type {token.spec.type}."
    if token.spec.type is TokenType.PAGE and facts.type in {"USER", "SYSTEM_USER"}:
        ours = _OUR_TYPE[facts.type]
        return (
            f"{said} Give it to an AccessToken of type {ours} and name that one in spec.from.tokenRef here: the Page's "
            "own token is derived from it."
        )
    known = _OUR_TYPE.get(facts.type)
    return f"{said} Make the resource anew with type: {known}, or give it another token." if known else said


def _closed(_token: AccessToken, facts: Facts, now: float) -> Saying | None:
    end = facts.data_access_expires_at
    if end == NEVER or end > now:
        return None
    said = (
        f"The person's 90 days of data access ended on {day(end)}: Meta answers with little or nothing. Only a new "
        "login of the person moves them."
    )
    return _say("False", Reason.DATA_ACCESS_EXPIRED, said)


def _ending(token: AccessToken, facts: Facts, kept: Kept | None, now: float) -> Saying | None:
    if facts.short(now):
        said = (
            "The token lives for hours only and no long-lived one came of it. Log in again, or put another token there."
        )
        return _say("False", Reason.TOKEN_SHORT_LIVED, said)
    alarm = alarm_at(token, facts, kept)
    if facts.expires_at and alarm is not None and alarm <= now:
        last = facts.expires_at - now < DAY
        said = f"The token ends on {day(facts.expires_at)} and could not be renewed. {_next(token)}"
        return _say("False" if last else "True", Reason.TOKEN_EXPIRING, said)
    end = facts.data_access_expires_at
    if end != NEVER and end - _DATA_ACCESS_AHEAD <= now:
        said = f"The person's 90 days of data access end on {day(end)}: only a new login of the person moves them."
        return _say("True", Reason.DATA_ACCESS_EXPIRING, said)
    return None


def _good(facts: Facts) -> Saying:
    if facts.expires_at is None:
        return _say("True", Reason.RECONCILED, "Meta accepts the token; when it ends is known after its first refresh.")
    until = f"ends on {day(facts.expires_at)}" if facts.expires_at else "does not end by itself"
    return _say("True", Reason.RECONCILED, f"Meta accepts the token; it {until}.")


def _next(token: AccessToken) -> str:
    source = token.spec.source
    if source.secret_ref is not None and method(token) is Renewal.PERSON:
        return f"Put a new token into Secret {source.secret_ref.name}, key {source.secret_ref.key}."
    if source.secret_ref is not None:
        login = "Instagram" if token.spec.provider is LoginProvider.INSTAGRAM else "Facebook"
        who = "" if token.spec.type is TokenType.SYSTEM_USER else f" after a new {login} login"
        return f"Put a new token into Secret {source.secret_ref.name}, key {source.secret_ref.key}{who}."
    if source.token_ref is not None:
        return f"Look at AccessToken {source.token_ref.name}, from which it is derived."
    if source.system_user is not None:
        return f"Look at AccessToken {source.system_user.token_ref.name}, on whose behalf it is generated."
    return "Somebody must log in again." if source.login is not None else "Look at the MessengerApp."


def _say(status: Literal["True", "False"], reason: Reason, message: str) -> Saying:
    return Saying(type=ConditionType.TOKEN_VALID, status=status, reason=reason, message=message)

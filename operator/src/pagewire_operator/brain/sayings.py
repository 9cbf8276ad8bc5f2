"""Short ways to say a condition, and a few Events. Pure."""

from collections.abc import Iterable
from typing import Literal

from pagewire.resources import ConditionType, Reason
from pagewire_operator.model import Happening, Saying

from .ownership import listed
from .trouble import Trouble

__all__ = ["false", "found_there", "of_trouble", "true", "unknown"]


def true(about: ConditionType, message: str, reason: Reason = Reason.RECONCILED) -> Saying:
    """All is well."""
    return _saying(about, "True", reason, message)


def false(about: ConditionType, reason: Reason, message: str) -> Saying:
    """It is not, and this is why."""
    return _saying(about, "False", reason, message)


def unknown(about: ConditionType, reason: Reason, message: str) -> Saying:
    """It could not be seen, and this is why."""
    return _saying(about, "Unknown", reason, message)


def of_trouble(about: ConditionType, trouble: Trouble | None) -> Saying:
    """What a trouble means for a condition: False if it is the one it speaks of, else it could not be seen.

    A trouble that passes by itself proves nothing either way, save that Meta refused what was asked.
    """
    if trouble is None:
        return unknown(about, Reason.PROGRESSING, "Not looked at yet.")
    if trouble.about is about and trouble.proves:
        return false(about, trouble.reason, trouble.message)
    return unknown(about, trouble.reason, trouble.message)


def found_there(target: str, names: Iterable[str]) -> tuple[Happening, ...]:
    """Told of what is at Meta as the spec wants it, and neither set now nor known to be ours; nothing for no names.

    Without it, what an operator did that was killed before it could tell would be nowhere to be read.
    """
    what = listed(names)
    if not what:
        return ()
    said = (
        f"{target} has {what} as the spec wants it, set by somebody else or by an operator that was ended before it could "
        "tell. It is managed from now on."
    )
    return (Happening(reason=Reason.FOUND, message=said),)


def _saying(about: ConditionType, status: Literal["True", "False", "Unknown"], reason: Reason, message: str) -> Saying:
    return Saying(type=about, status=status, reason=reason, message=message)

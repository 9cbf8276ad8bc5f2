"""How long what Meta told about a person, or did not tell, is good. Pure."""

from typing import Final

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

FRESH_MS: Final = DAY
"""After that a profile is read again; until it is there the old one is told."""
PICTURE_MS: Final = 2 * DAY
"""After that a picture's address is not told any more: Meta lets it run out within days (outbound.md 4.4)."""
KEPT_MS: Final = 30 * DAY
"""After that a profile that could not be read again is not told any more."""

NO_CONSENT: Final = 230
"""The person never wrote: asked again as soon as they do."""
NOBODY: Final = 2018218
"""Meta has no profile, as with accounts that have a phone number only."""
NOT_ALLOWED: Final = 2018247
"""The app may not read profiles: that is so for everybody of the account."""

_LIVES: Final = {NO_CONSENT: DAY, NOBODY: 7 * DAY, NOT_ALLOWED: HOUR}
_OTHERWISE: Final = 10 * MINUTE


def life_of(code: int, subcode: int) -> int:
    """For how many milliseconds Meta's refusal of a profile is not asked about again; 0 and 0 for a failure without codes."""
    return _LIVES.get(subcode) or _LIVES.get(code) or _OTHERWISE


def concerns_all(code: int, subcode: int) -> bool:
    """Whether the refusal holds for everybody of the account."""
    return NOT_ALLOWED in {code, subcode}

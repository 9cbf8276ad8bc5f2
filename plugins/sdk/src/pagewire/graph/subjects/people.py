"""Who people are (Meta, User Profile API)."""

from collections.abc import Sequence

import msgspec

from pagewire.graph import results, wire
from pagewire.graph.caller import Caller
from pagewire.graph.errors import Config, GraphError, Ignore, Permanent, Reauth

_PROFILE = wire.decoder(wire.ProfileAnswer)

PROFILE_FIELDS: dict[wire.Platform, str] = {
    "messenger": "first_name,last_name,profile_pic",
    "instagram": "name,username,profile_pic",
}
"""What every app may read; one field that it may not read fails the whole call."""
OPTIONAL_FIELDS: dict[wire.Platform, tuple[str, ...]] = {
    "messenger": ("name", "locale", "timezone", "gender"),
    "instagram": ("follower_count", "is_user_follow_business", "is_business_follow_user", "is_verified_user"),
}
"""What Meta tells besides names and picture, most of it to approved apps only."""
_NOBODY = frozenset({2018218})
_CONSENT = 230


class MatchedPage(msgspec.Struct, frozen=True):
    """The Page of a matched id."""

    id: wire.Id


class Matched(msgspec.Struct, frozen=True):
    """A person's PSID on another Page."""

    id: wire.Id
    page: MatchedPage


class People(Caller):
    """Profiles by scoped id. Cache them, and never let a reply wait for one: look-ups count against the Page's limits."""

    async def profile(
        self, scoped_id: str, token: str, platform: wire.Platform, optional: Sequence[str] = ()
    ) -> results.Profile:
        """Read a person's name and picture; `Ignore` means: go on without.

        Meta fails a whole call for one field that the app may not read. Then the ordinary fields are read alone and
        each optional one in a call of its own; those it would not tell are named in `refused`, to be left out next time.

        Args:
            scoped_id: PSID or IGSID.
            token: the Page's or account's access token.
            platform: which product.
            optional: of `OPTIONAL_FIELDS`.
        """
        ordinary = PROFILE_FIELDS[platform]
        try:
            return await self._profile(scoped_id, token, ",".join((ordinary, *optional)))
        except GraphError as error:
            if not optional or not _may_be_a_field(error):
                raise
        found = await self._profile(scoped_id, token, ordinary)
        refused = []
        for name in optional:
            try:
                more = await self._profile(scoped_id, token, name)
            except GraphError as error:
                if not _may_be_a_field(error):
                    raise
                refused.append(name)
            else:
                found = results.joined(found, more)
        return results.joined(found, results.Profile(refused=tuple(refused)))

    async def ids_for_pages(self, psid: str, token: str) -> wire.Listed[Matched]:
        """The person's PSIDs on the Pages of the business that owns this one, this one included.

        Meta has taken the guide out of its documentation: refusals are to be expected, and for good. Needs the app's secret.

        Args:
            psid: on the Page whose token it is.
            token: the Page's access token.
        """
        return await self._listed(Matched, (psid, "ids_for_pages"), token, limit="100")

    async def _profile(self, scoped_id: str, token: str, fields: str) -> results.Profile:
        received, answer = await self._read(_PROFILE, (scoped_id,), token, profile=True, fields=fields)
        return results.profile_of(answer, received.rim.usage)


def _may_be_a_field(error: GraphError) -> bool:
    """Whether another choice of fields might do: not when it is the person, the token, the load or the network."""
    if error.code == _CONSENT or error.subcode in _NOBODY:
        return False
    return isinstance(error, Ignore | Permanent | Config) or (isinstance(error, Reauth) and not error.token_broken)

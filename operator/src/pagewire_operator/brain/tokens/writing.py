"""Putting a token into the Secret that the AccessToken owns: before anything else relies on it."""

from collections.abc import Mapping

from pagewire.resources import AccessToken, ConditionType, Reason, owned_secret
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.trouble import Blocked, Pace, Trouble
from pagewire_operator.model import ClusterError, ClusterRefuses, NotOurs, World

from .facts import Kept
from .kept import owner_of, values

__all__ = ["Writer", "check_free"]


class Writer:
    """Writes results, and keeps hold of one that the cluster did not take: Meta does not give it twice."""

    def __init__(self) -> None:
        self._waiting: dict[str, Kept] = {}

    def waiting(self, token: AccessToken, made_from: str) -> Kept | None:
        """A result made from this very source that was never written down."""
        kept = self._waiting.get(owner_of(token))
        return kept if kept is not None and kept.made_from == made_from else None

    async def write(self, token: AccessToken, kept: Kept, site: Site) -> None:
        """Write a result into its Secret.

        Raises:
            Blocked: ``SecretConflict``, ``SecretForbidden``, or the cluster did not take it and it is tried again.
        """
        self._waiting[owner_of(token)] = kept
        await self.put(token, values(kept), site)
        self._waiting.pop(owner_of(token), None)

    async def put(self, token: AccessToken, contents: Mapping[str, Sealed[str]], site: Site) -> None:
        """Make this the contents of the Secret.

        Raises:
            Blocked: as for `write`.
        """
        if site.keeping is None:
            raise TypeError("nothing is written while a plan is only shown")
        try:
            await site.keeping.keep(token, owned_secret(token), contents)
        except NotOurs:
            raise _conflict(token) from None
        except ClusterRefuses as refusal:
            said = f"{refusal}. Give the operator's service account the rights the chart has for it; it is tried again by itself."
            raise Blocked(Trouble(reason=Reason.SECRET_FORBIDDEN, message=said, pace=Pace.SOON)) from None
        except ClusterError:
            said = f"Secret {owned_secret(token)} could not be written to the cluster; it is tried again by itself."
            raise Blocked(Trouble(reason=Reason.PROGRESSING, message=said, pace=Pace.SOON)) from None


def check_free(token: AccessToken, world: World) -> None:
    """Make sure that the result can be written, before Meta is asked for one.

    Raises:
        Blocked: ``SecretConflict``.
    """
    view = world.secret(token.metadata.namespace, owned_secret(token))
    if view is not None and view.owner != owner_of(token):
        raise _conflict(token)


def _conflict(token: AccessToken) -> Blocked:
    said = (
        f"Secret {owned_secret(token)} exists and was not made by the operator for this resource, so it was not touched. "
        "Remove it, or name another in spec.secretName of a new AccessToken."
    )
    return Blocked(Trouble(reason=Reason.SECRET_CONFLICT, message=said, about=ConditionType.TOKEN_VALID))

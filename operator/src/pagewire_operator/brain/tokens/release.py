"""What a deleted AccessToken takes back from Meta: a token that was generated for it, and nothing else.

A person's authorization is never taken back: the same person may have connected other Pages with it (Meta, Permissions).
"""

from pagewire.graph.admin import AdminError
from pagewire.resources import AccessToken, ConditionType, Reason, owned_secret
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.brain.trouble import Blocked, Trouble
from pagewire_operator.model import Happening

from .facts import Kept
from .kept import in_world
from .secrets import AppSecrets

__all__ = ["leftover", "release"]


async def release(token: AccessToken, site: Site, secrets: AppSecrets) -> tuple[Happening, ...]:
    """Revoke what was generated; see `Kind.release`."""
    robot = token.spec.source.system_user
    if robot is None:
        return (_told("Nothing is taken back from Meta: a person's authorization stays, others may rely on it."),)
    kept = in_world(token, site.world)
    if kept is None and (token.status is None or token.status.secret_name is None):
        return (_told("No token was generated yet, so none is revoked."),)
    if kept is None:
        said = f"Secret {owned_secret(token)} is gone, and with it the token that is to be revoked."
        raise Blocked(Trouble(reason=Reason.SECRET_NOT_FOUND, message=said, about=ConditionType.TOKEN_VALID))
    for value in filter(None, (kept.retired, kept.token)):
        await _revoke(site.last_access(token), value, kept, site, secrets)
    return (_told(f"The token of system user {robot.system_user_id} was revoked.", Reason.RELEASED),)


def leftover(token: AccessToken) -> str:
    """See `Kind.leftover`."""
    robot = token.spec.source.system_user
    return f"the token that was generated for system user {robot.system_user_id}" if robot is not None else "nothing"


async def _revoke(access: AppAccess, value: Sealed[str], kept: Kept, site: Site, secrets: AppSecrets) -> None:
    try:
        await secrets.ask(access, lambda one: site.admin(one).tokens.revoke(value, using=kept.token))
    except AdminError as error:
        # A token that Meta does not accept has nothing left to be revoked.
        if not error.token_refused:
            raise


def _told(message: str, reason: Reason = Reason.ORPHANED) -> Happening:
    return Happening(reason=reason, message=message)

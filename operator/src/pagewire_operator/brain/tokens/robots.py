"""A token for a system user, the robot of a business (Meta, System Users)."""

from collections.abc import Sequence

from pagewire.graph import Permanent, Rejected
from pagewire.graph.admin import AdminClient, AdminError, IssuedToken
from pagewire.resources import ConditionType, Reason
from pagewire.sealed import Sealed
from pagewire_operator.brain.translate import trouble_of
from pagewire_operator.brain.trouble import Blocked, Trouble

__all__ = ["generate"]


async def generate(
    admin: AdminClient, robot: str, parent: Sealed[str], scopes: Sequence[str], *, expiring: bool
) -> IssuedToken:
    """Make a token; the app is installed for the system user first, as Meta wants it.

    Args:
        admin: the app.
        robot: id of the system user.
        parent: token of an admin of its business.
        scopes: permissions it will carry.
        expiring: it ends after 60 days.

    Raises:
        Blocked: Meta refuses, and says why only in a sentence; ours names what it is most often.
        AdminError: Meta could not be asked, or wants another token or permission.
    """
    await _installed(admin, robot, parent)
    try:
        return await admin.system_users.generate_token(robot, parent, scopes, expires_in_60_days=expiring)
    except AdminError as error:
        if not isinstance(error, Permanent):
            raise
        raise Blocked(_refused(robot, error, expiring=expiring)) from error


async def _installed(admin: AdminClient, robot: str, parent: Sealed[str]) -> None:
    """Install the app, which may be so already; a parent that may not do it may still make a token."""
    try:
        await admin.system_users.install_app(robot, parent)
    except AdminError as error:
        if error.secret_refused or not isinstance(error, Rejected):
            raise


def _refused(robot: str, error: AdminError, *, expiring: bool) -> Trouble:
    ends = "" if expiring else " Some businesses may only make tokens that end: set spec.from.systemUser.expiring."
    said = (
        f"Meta makes no token for system user {robot}: it and the app must belong to the same business, and spec.scopes be "
        f"permissions for businesses.{ends} {trouble_of(error).message}"
    )
    about = ConditionType.TOKEN_VALID
    return Trouble(reason=Reason.GRAPH_REFUSED, message=said, about=about, code=error.code, subcode=error.subcode)

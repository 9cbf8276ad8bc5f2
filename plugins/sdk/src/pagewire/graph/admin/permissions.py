"""What a person granted an app (Meta, Permissions)."""

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.results import PermissionList
from pagewire.sealed import Sealed

__all__ = ["Permissions"]


class Permissions:
    """See `AdminClient.permissions`.

    There is no method to take one back: the same person may have connected other Pages with the same grant.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list(self, token: Sealed[str], user_id: str = "me") -> PermissionList:
        """What is granted, declined and expired; for which Pages, only `debug` tells.

        Args:
            token: the person's, or the app's own with a `user_id`.
            user_id: the person, app-scoped.
        """
        call = Call(method="GET", name="/{user}/permissions", path=(user_id, "permissions"), token=token)
        return await self._caller.ask(call, reading.permissions, "The answer lists no permissions.")

"""Standard or Advanced Access: what the App Dashboard knows and the API hardly tells.

``GET /{app}/permissions`` lists what App Review approved; an approved permission is ``live``. The answer is the same for
every token of an app and seldom changes, so it is asked once an hour, and never stands in the way of anything.
"""

from asyncio import Lock
from collections.abc import Collection, Mapping
from typing import Final, Literal

from pagewire.graph.admin import AdminClient, AdminError

__all__ = ["AccessLevels", "Level", "level"]

Level = Literal["Standard", "Advanced"]

PAUSE: Final = 3600.0
APPROVED: Final = "live"


class AccessLevels:
    """The approved permissions of every app, as last heard."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[float, Mapping[str, str]]] = {}
        self._asking: dict[str, Lock] = {}

    async def of(self, admin: AdminClient, scopes: Collection[str], now: float) -> Level | None:
        """The access level that these permissions have together; ``None`` if Meta does not tell.

        Args:
            admin: the app.
            scopes: the permissions in question.
            now: seconds since 1970.
        """
        # Thousands of tokens may begin together; one of them asks.
        async with self._asking.setdefault(admin.app_id, Lock()):
            heard = self._heard.get(admin.app_id)
            if heard is None or now - heard[0] >= PAUSE:
                heard = self._heard[admin.app_id] = (now, await _ask(admin))
        return level(heard[1], scopes)


def level(statuses: Mapping[str, str], scopes: Collection[str]) -> Level | None:
    """The access level of permissions, by the states that an app's list gives them. Pure."""
    told = [statuses.get(scope) for scope in scopes]
    if not told or None in told:
        return None
    return "Advanced" if set(told) == {APPROVED} else "Standard"


async def _ask(admin: AdminClient) -> Mapping[str, str]:
    try:
        return (await admin.permissions.list(admin.app_token, user_id=admin.app_id)).statuses
    except AdminError:
        return {}

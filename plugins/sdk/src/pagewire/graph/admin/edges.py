"""Two edges that Pages and Instagram accounts share: who gets their events, and their Messenger profile."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.results import Done, MessengerProfile, SubscribedApps
from pagewire.graph.admin.scopes import Scope, ScopeKind
from pagewire.sealed import Sealed

__all__ = ["INSTAGRAM_PROPERTIES", "PROFILE_PROPERTIES", "ProfileEdge", "SubscribedAppsEdge"]

PROFILE_PROPERTIES = (
    "get_started",
    "greeting",
    "persistent_menu",
    "ice_breakers",
    "whitelisted_domains",
    "account_linking_url",
    "commands",
)
"""What a Page's Messenger profile can hold."""
INSTAGRAM_PROPERTIES = ("ice_breakers", "persistent_menu")
"""What an Instagram account's can."""


class SubscribedAppsEdge:
    """The apps that get events of one kind of account.

    Args:
        caller: makes the calls.
        name: what the account is called in errors.
    """

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller, self._name = caller, f"/{{{name}}}/subscribed_apps"

    async def get(self, account_id: str, token: Sealed[str]) -> SubscribedApps:
        """All apps that get events of the account; compare their fields as sets."""
        call = Call(
            method="GET",
            name=self._name,
            path=(account_id, "subscribed_apps"),
            token=token,
            about=Scope(ScopeKind.OBJECT, account_id),
        )
        return await self._caller.ask(call, reading.subscribed_apps, "The answer lists no apps.")

    async def set(self, account_id: str, token: Sealed[str], fields: Iterable[str]) -> Done:
        """Make `fields` the whole set of this app."""
        names = tuple(sorted(fields))
        if not names:
            raise ValueError("name at least one field, or unsubscribe: Meta refuses an empty set")
        call = Call(
            method="POST",
            name=self._name,
            path=(account_id, "subscribed_apps"),
            token=token,
            form={"subscribed_fields": ",".join(names)},
            fields=names,
            about=Scope(ScopeKind.OBJECT, account_id),
        )
        return await self._caller.do(call)

    async def delete(self, account_id: str, token: Sealed[str]) -> Done:
        """End the events of the account for this app."""
        call = Call(
            method="DELETE",
            name=self._name,
            path=(account_id, "subscribed_apps"),
            token=token,
            about=Scope(ScopeKind.OBJECT, account_id),
        )
        return await self._caller.do(call)


class ProfileEdge:
    """The Messenger profile of one kind of account. 10 calls in 10 minutes an account, reads included.

    Args:
        caller: makes the calls.
        name: what the account is called in errors.
    """

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller, self._name = caller, f"/{{{name}}}/messenger_profile"

    async def get(
        self, account_id: str, token: Sealed[str], fields: Iterable[str], platform: str | None
    ) -> MessengerProfile:
        """Read the properties `fields`."""
        extra = _platform(platform)
        call = self._call("GET", account_id, token, {"fields": ",".join(fields), **extra})
        return await self._caller.ask(call, reading.profile, "The answer is no Messenger profile.")

    async def set(
        self, account_id: str, token: Sealed[str], properties: Mapping[str, Any], platform: str | None
    ) -> Done:
        """Replace each of `properties` whole; leave the others."""
        if not properties:
            raise ValueError("name at least one property to set")
        extra = _platform(platform)
        return await self._caller.do(self._call("POST", account_id, token, extra, {**properties, **extra}))

    async def delete(self, account_id: str, token: Sealed[str], fields: Iterable[str], platform: str | None) -> Done:
        """Unset the properties `fields`."""
        names = tuple(fields)
        if not names:
            raise ValueError("name at least one property to delete")
        extra = _platform(platform)
        return await self._caller.do(self._call("DELETE", account_id, token, extra, {"fields": names, **extra}))

    def _call(
        self,
        method: Literal["GET", "POST", "DELETE"],
        account_id: str,
        token: Sealed[str],
        query: Mapping[str, str],
        json: Mapping[str, Any] | None = None,
    ) -> Call:
        return Call(
            method=method,
            name=self._name,
            path=(account_id, "messenger_profile"),
            token=token,
            query=query,
            json=json,
            fields=tuple(json or ()),
            about=Scope(ScopeKind.PROFILE, account_id),
        )


def _platform(platform: str | None) -> dict[str, str]:
    return {} if platform is None else {"platform": platform}

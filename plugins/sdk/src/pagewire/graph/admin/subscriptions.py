"""What an app is, and what it asks Meta to deliver (Meta, Graph API Webhooks)."""

from collections.abc import Iterable

from pagewire.graph.admin import reading
from pagewire.graph.admin.caller import Caller
from pagewire.graph.admin.calls import Call
from pagewire.graph.admin.results import AppFacts, AppSubscriptions, Done
from pagewire.sealed import Sealed

__all__ = ["App", "Subscriptions"]


class App:
    """See `AdminClient.app`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def facts(self, *, fields: str = "id,name") -> AppFacts:
        """Read the app's own settings; with the default fields it is the cheapest check of id and secret."""
        call = Call(
            method="GET",
            name="/{app}",
            path=(self._caller.connection.app_id,),
            token=self._caller.app_token,
            query={"fields": fields},
        )
        return await self._caller.ask(call, reading.app, "The answer is no app.")


class Subscriptions:
    """See `AdminClient.subscriptions`. Meta keeps one for each app and object, so environments need apps of their own."""

    _NAME = "/{app}/subscriptions"

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._path = (caller.connection.app_id, "subscriptions")

    async def list(self) -> AppSubscriptions:
        """All subscriptions of the app, whoever made them."""
        call = Call(method="GET", name=self._NAME, path=self._path, token=self._caller.app_token)
        return await self._caller.ask(call, reading.app_subscriptions, "The answer lists no subscriptions.")

    async def set(
        self,
        about: str,
        callback_url: str,
        verify_token: Sealed[str],
        fields: Iterable[str],
        *,
        include_values: bool = True,
    ) -> Done:
        """Create or change a subscription, or wake a disabled one.

        Meta asks the callback URL before it answers, so it must be served, with this verify token, beforehand;
        otherwise the error is `callback_unverified`. URL and token replace the old ones. Fields are added to those
        already there: read back afterwards, and use `delete` to drop some.

        Args:
            about: `page`, `instagram` (which Meta may allow in its dashboard only) or another object.
            callback_url: where Meta delivers to.
            verify_token: letters and digits, as it travels in a query.
            fields: what to deliver; one that Meta does not know rejects the whole call.
            include_values: with new values, instead of only the names of what changed.
        """
        names = tuple(sorted(fields))
        call = Call(
            method="POST",
            name=self._NAME,
            path=self._path,
            token=self._caller.app_token,
            form={
                "object": about,
                "callback_url": callback_url,
                "verify_token": verify_token,
                "fields": ",".join(names),
                "include_values": "true" if include_values else "false",
            },
            fields=names,
        )
        return await self._caller.do(call)

    async def delete(self, about: str, fields: Iterable[str] = ()) -> Done:
        """Delete a subscription, or only some of its fields.

        Args:
            about: the object. Meta takes a call without it for "all of them", so there is no such call here.
            fields: those to drop; all of them, and with them the callback, if empty.

        Raises:
            ValueError: `about` is empty.
            AdminError: see `AdminClient`.
        """
        if not about.strip():
            raise ValueError("name the object: without one Meta deletes every subscription of the app")
        names = tuple(sorted(fields))
        dropped = {"fields": ",".join(names)} if names else {}
        call = Call(
            method="DELETE",
            name=self._NAME,
            path=self._path,
            token=self._caller.app_token,
            query={"object": about, **dropped},
            fields=names,
        )
        return await self._caller.do(call)

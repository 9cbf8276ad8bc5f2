"""Settings at Meta, by HTTP: what is subscribed, what a profile holds, and somebody's hand in both."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, put
from litestar.params import FromPath, JSONBody, QueryParameter

from pagewire.simulator.control import settings_shapes as shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.settings import topics
from pagewire.simulator.settings.desk import Desk
from pagewire.simulator.settings.options import SettingsOptions
from pagewire.simulator.wiring import TheMeta
from pagewire.simulator.world import TopicName


class PageSettings(Control):
    """Subscriptions on both levels, Messenger profiles, and the count of calls."""

    @get("/apps/{app_id:str}/subscriptions", sync_to_thread=False)
    def subscriptions(self, meta: TheMeta, app_id: FromPath[str]) -> shapes.Topics:
        """The app-level subscriptions; no verify tokens."""
        return _topics(meta, app_id)

    @put("/apps/{app_id:str}/subscriptions/{topic:str}", sync_to_thread=False)
    def dashboard(
        self, meta: TheMeta, app_id: FromPath[str], topic: FromPath[str], data: JSONBody[shapes.Dashboard]
    ) -> shapes.Topics:
        """Set a subscription as the dashboard does, without verification; ``active`` false switches it off."""
        Desk(meta).dashboard(app_id, _named(topic), **msgspec.structs.asdict(data))
        return _topics(meta, app_id)

    @delete("/apps/{app_id:str}/subscriptions/{topic:str}", sync_to_thread=False)
    def remove(self, meta: TheMeta, app_id: FromPath[str], topic: FromPath[str]) -> None:
        """Delete a subscription by hand."""
        Desk(meta).remove(app_id, _named(topic))

    @get("/accounts/{account_id:str}/settings", sync_to_thread=False)
    def settings(self, meta: TheMeta, account_id: FromPath[str]) -> shapes.AccountSettings:
        """The apps an account installed, and its profile."""
        return _settings(meta, account_id)

    @put("/accounts/{account_id:str}/subscribed/{app_id:str}", sync_to_thread=False)
    def install(
        self, meta: TheMeta, account_id: FromPath[str], app_id: FromPath[str], data: JSONBody[shapes.Install]
    ) -> shapes.AccountSettings:
        """Install an app on an account, another company's too."""
        Desk(meta).install(account_id, data.fields, app_id)
        return _settings(meta, account_id)

    @delete("/accounts/{account_id:str}/subscribed/{app_id:str}", sync_to_thread=False)
    def unsubscribe(self, meta: TheMeta, account_id: FromPath[str], app_id: FromPath[str]) -> None:
        """Throw an app out of an account."""
        Desk(meta).unsubscribe(account_id, app_id)

    @patch("/accounts/{account_id:str}/profile", sync_to_thread=False)
    def profile(
        self, meta: TheMeta, account_id: FromPath[str], data: JSONBody[shapes.ProfileEdit]
    ) -> shapes.AccountSettings:
        """Edit a Messenger profile by hand."""
        Desk(meta).edit_profile(account_id, data.changes, remove=data.remove)
        return _settings(meta, account_id)

    @get("/settings", sync_to_thread=False)
    def options(self, meta: TheMeta) -> SettingsOptions:
        """How settings calls behave."""
        return meta.settings

    @patch("/settings", sync_to_thread=False)
    def change_options(self, meta: TheMeta, data: JSONBody[dict[str, Any]]) -> SettingsOptions:
        """Change how settings calls behave; what is left out stays."""
        wanted = msgspec.convert({**msgspec.to_builtins(meta.settings), **data}, SettingsOptions)
        for name in data:
            setattr(meta.settings, name, getattr(wanted, name))
        return meta.settings

    @get("/calls", sync_to_thread=False)
    def calls(self, meta: TheMeta, limit: Annotated[int, QueryParameter(ge=0, le=100_000)] = 100) -> shapes.CallTable:
        """Calls of the Graph API so far."""
        newest = list(meta.calls.log)[-limit:] if limit else []
        return shapes.CallTable(total=meta.calls.total, counts=meta.calls.table(), newest=newest)

    @delete("/calls", sync_to_thread=False)
    def forget_calls(self, meta: TheMeta) -> None:
        """Begin to count anew."""
        meta.calls.clear()


def _named(topic: str) -> TopicName:
    return msgspec.convert(topic, TopicName)  # type: ignore[no-any-return]


def _topics(meta: TheMeta, app_id: str) -> shapes.Topics:
    Desk(meta).subscriptions(app_id)
    return shapes.Topics(data=topics.listing(meta.state.apps[app_id]))


def _settings(meta: TheMeta, account_id: str) -> shapes.AccountSettings:
    desk = Desk(meta)
    return shapes.AccountSettings(subscribed=desk.subscribed(account_id), profile=desk.profile(account_id))

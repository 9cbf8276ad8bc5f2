"""Hands on the settings: what is set at Meta, and what somebody else than the program under test does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pagewire.simulator.meta import Meta
from pagewire.simulator.settings.fields import spelled_out
from pagewire.simulator.settings.options import Refusing, SettingsOptions
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import EVERY_FIELD, App, Subscription, TopicName


class Desk:
    """Looks at settings and disturbs them, past every rule of the API: a dashboard, an inbox, another program.

    Args:
        meta: the simulated company.

    Every method raises ``Unknown`` for an app or account that is not there.
    """

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    @property
    def options(self) -> SettingsOptions:
        """How this half behaves; assign to its attributes."""
        return self._meta.settings

    def subscriptions(self, app_id: str) -> dict[TopicName, Subscription]:
        """The app-level subscriptions by object."""
        return self._app(app_id).subscriptions

    def subscribed(self, account_id: str) -> dict[str, set[str]]:
        """App id to the fields an account installed it with, spelled out."""
        account = self._meta.state.account(account_id)
        return {app_id: set(spelled_out(fields, account.object)) for app_id, fields in account.subscribed.items()}

    def profile(self, account_id: str) -> dict[str, Any]:
        """The Messenger profile, property to value."""
        return self._meta.state.account(account_id).profile

    def dashboard(
        self,
        app_id: str,
        topic: TopicName,
        callback_url: str,
        *,
        fields: Iterable[str] = (EVERY_FIELD,),
        verify_token: str | None = None,
        active: bool = True,
        include_values: bool = True,
    ) -> None:
        """Set a subscription by hand: the way for ``instagram``, or a foreign callback that takes the events away."""
        self._app(app_id).subscriptions[topic] = Subscription(
            callback_url=callback_url,
            fields=set(spelled_out(set(fields), topic)),
            verify_token=verify_token,
            active=active,
            include_values=include_values,
        )

    def deactivate(self, app_id: str, topic: TopicName) -> None:
        """Meta switches a subscription off; it stays listed, and nothing is delivered by it."""
        found = self.subscriptions(app_id).get(topic)
        if found is None:
            raise Unknown(f"app {app_id} has no webhook subscription for {topic!r}")
        found.active = False

    def remove(self, app_id: str, topic: TopicName | None = None) -> None:
        """Somebody deletes the subscription to an object, or all of them."""
        found = self.subscriptions(app_id)
        if topic is None:
            found.clear()
        else:
            found.pop(topic, None)

    def install(self, account_id: str, fields: Iterable[str], app_id: str | None = None) -> None:
        """An account installs an app, another company's too: any id will do."""
        account = self._meta.state.account(account_id)
        account.subscribed[app_id or self._only_app()] = set(spelled_out(set(fields), account.object))

    def unsubscribe(self, account_id: str, app_id: str | None = None) -> None:
        """An account throws an app out, or all of them, without telling anybody."""
        subscribed = self._meta.state.account(account_id).subscribed
        if app_id is None:
            subscribed.clear()
        else:
            subscribed.pop(app_id, None)

    def edit_profile(
        self, account_id: str, changes: Mapping[str, Any] | None = None, *, remove: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Somebody edits the profile in the inbox; the profile afterwards. Nothing is checked."""
        account = self._meta.state.account(account_id)
        left = {name: value for name, value in account.profile.items() if name not in set(remove)}
        account.profile = left | dict(changes or {})
        return account.profile

    def refuse_field(self, name: str, how: Refusing = "permission") -> None:
        """From now on ``subscribed_apps`` refuses this field, and with it every call that names it."""
        self.options.refused_fields[name] = how

    def accept_field(self, name: str) -> None:
        """Take a field that was refused."""
        self.options.refused_fields.pop(name, None)

    def _app(self, app_id: str) -> App:
        found = self._meta.state.apps.get(app_id)
        if found is None:
            known = ", ".join(self._meta.state.apps) or "none"
            raise Unknown(f"no app {app_id!r} in this world; known: {known}")
        return found

    def _only_app(self) -> str:
        apps = list(self._meta.state.apps)
        if len(apps) != 1:
            raise Unknown(f"name the app: this world has {', '.join(apps) or 'none'}")
        return apps[0]

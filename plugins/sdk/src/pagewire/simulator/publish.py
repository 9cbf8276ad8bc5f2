"""From something that happened to the apps that are told: both levels of subscription, standby, mischief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pagewire.simulator.clock import Clock
from pagewire.simulator.delivery import Courier
from pagewire.simulator.events import FIELDS
from pagewire.simulator.hub import Hub
from pagewire.simulator.ids import Ids
from pagewire.simulator.ledger import Alert, Delivery, Ledger
from pagewire.simulator.post import Address, DeliveryOptions, Poster
from pagewire.simulator.reach import rebased
from pagewire.simulator.settings import levels
from pagewire.simulator.state import State
from pagewire.simulator.stored import Conversation
from pagewire.simulator.webhooks import Item
from pagewire.simulator.world import Account, App, ObjectName


class _AppCallback:
    """The subscription of one app to one object, read anew every time."""

    def __init__(self, publisher: Publisher, app_id: str, object_name: ObjectName) -> None:
        self._publisher, self._app_id, self._object = publisher, app_id, object_name

    def url(self) -> str | None:
        app = self._publisher.state.apps.get(self._app_id)
        found = app.subscriptions.get(self._object) if app is not None else None
        if found is None or not found.active:
            return None
        return rebased(found.callback_url, self._publisher.options.webhook_base)

    def listens(self, account: str) -> bool:
        known = self._publisher.state.accounts.get(account)
        return known is not None and self._publisher.installed(self._app_id, known)

    def trouble(self, account: str, kind: str, text: str) -> None:
        self._publisher.trouble(self._app_id, account, kind, text)


class Publisher:
    """Tells subscribed apps what happened.

    An app hears of an event when it is subscribed to the field on both levels: for the object, and on the
    account (webhooks.md 1.6). If another app owns the thread it hears in ``standby``, postbacks without
    payload, and only when it subscribed to that field (webhooks.md 3.15).
    """

    def __init__(
        self, state: State, *, clock: Clock, ledger: Ledger, hub: Hub, ids: Ids, options: DeliveryOptions
    ) -> None:
        self.state, self.options = state, options
        self._clock, self._ledger, self._hub, self._ids = clock, ledger, hub, ids
        self._couriers: dict[Address, Courier] = {}

    @property
    def outstanding(self) -> int:
        """Items that are not delivered yet; postponed retries are not counted."""
        return sum(courier.outstanding for courier in self._couriers.values())

    @property
    def postponed(self) -> int:
        """Delivery bodies that wait for a later retry."""
        return sum(courier.postponed for courier in self._couriers.values())

    def heard(self, account: Account) -> bool:
        """Whether any app could hear of this account; ask before building items."""
        return any(account.object in app.subscriptions for app in self._subscribed(account))

    def publish(self, conversation: Conversation, kind: str, value: dict[str, Any]) -> None:
        """Tell every subscribed app of one item of a conversation; ``kind`` is a key of ``events.FIELDS``."""
        account = conversation.account
        field = FIELDS[account.object][kind]
        if field is None:
            return
        owner = conversation.owner_at(self._clock.now())
        for app in self._subscribed(account):
            standby = owner is not None and owner != app.id
            if not self._wants(app, account, field) or (standby and not self._wants(app, account, "standby")):
                continue
            told = self._redacted(app, account, value, standby=standby)
            self._put(app, account, "standby" if standby else "messaging", conversation.lane, told)

    def publish_account(self, account: Account, field: str, value: dict[str, Any]) -> None:
        """Tell every subscribed app of something about the account itself, which is in no conversation."""
        for app in self._subscribed(account):
            if self._wants(app, account, field):
                self._put(app, account, "messaging", account.id, value)

    def publish_change(self, account: Account, lane: str, value: dict[str, Any]) -> None:
        """Tell every subscribed app of a change (a comment)."""
        for app in self._subscribed(account):
            if self._wants(app, account, value["field"]):
                whole = app.subscriptions[account.object].include_values
                self._put(app, account, "changes" if whole else "changed_fields", lane, value)

    def nudge(self) -> None:
        """Look again: the options changed."""
        for courier in self._couriers.values():
            courier.nudge()

    async def close(self) -> None:
        """Stop every courier and forget what it carried."""
        couriers, self._couriers = self._couriers, {}
        for courier in couriers.values():
            await courier.close()

    def installed(self, app_id: str, account: Account) -> bool:
        """Whether an account, and the Page behind it, has the app installed."""
        return levels.installed(self.state.subscriptions, app_id, account, self._page(account))

    def trouble(self, app_id: str, account: str, kind: str, text: str) -> None:
        """Write an alert down; ``disable`` also takes the app off the account."""
        known = self.state.accounts.get(account)
        if kind == "disable" and known is not None:
            self._home(known).subscribed.pop(app_id, None)
        now = self._clock.now_ms()
        self._ledger.add_alert(Alert(time=now, app_id=app_id, account=account, kind=kind, text=text))

    def _subscribed(self, account: Account) -> list[App]:
        apps = (self.state.apps.get(app_id) for app_id in self._home(account).subscribed)
        return [app for app in apps if app is not None and self.installed(app.id, account)]

    def _wants(self, app: App, account: Account, field: str) -> bool:
        return levels.hears(self.state.subscriptions, app, account, self._page(account), field)

    def _page(self, account: Account) -> Account | None:
        return self.state.accounts.get(account.page_id) if account.page_id else None

    def _home(self, account: Account) -> Account:
        return levels.home(self.state.subscriptions, account, self._page(account))

    def _redacted(self, app: App, account: Account, value: dict[str, Any], *, standby: bool) -> dict[str, Any]:
        if standby and "payload" in value.get("postback", ()):
            return _without(value, "postback", "payload")
        referred = account.object == "page" and "referral" in value.get("message", ())
        if referred and not self._wants(app, account, "messaging_referrals"):
            return _without(value, "message", "referral")
        return value

    def _put(self, app: App, account: Account, channel: str, lane: str, value: dict[str, Any]) -> None:
        item = Item(account=account.id, channel=channel, lane=lane, value=value)
        self._mischief(item)
        self._courier(app, account).put(item)

    def _mischief(self, item: Item) -> None:
        options, chance = self.options, self._ids.random
        if options.repeat_next > 0:
            options.repeat_next -= 1
            item.again = options.repeat_times
        elif options.repeat and chance.random() < options.repeat:
            item.again = options.repeat_times
        if options.disorder_next > 0:
            options.disorder_next -= 1
            item.swap = True
        elif options.disorder and chance.random() < options.disorder:
            item.swap = True

    def _courier(self, app: App, account: Account) -> Courier:
        secret = app.secret
        if account.instagram_login and app.instagram_secret is not None:
            secret = app.instagram_secret
        address = Address(app_id=app.id, object=account.object, secret=secret)
        courier = self._couriers.get(address)
        if courier is None:
            chance = self._ids.random
            poster = Poster(address, clock=self._clock, options=self.options, record=self._record, chance=chance)
            courier = self._couriers[address] = Courier(
                poster,
                _AppCallback(self, app.id, account.object),
                clock=self._clock,
                options=self.options,
                changed=self._ledger.poke,
            )
        return courier

    def _record(self, delivery: Delivery, items: Sequence[Item]) -> None:
        self._ledger.add_delivery(delivery)
        if self._hub.watched:
            shown = msgspec.to_builtins(delivery)
            for lane in {item.lane for item in items}:
                self._hub.tell("webhook", lane, shown)


def _without(value: dict[str, Any], key: str, hidden: str) -> dict[str, Any]:
    return value | {key: {name: part for name, part in value[key].items() if name != hidden}}

"""Whether an app hears of a field: both levels of subscription together (graph.md 5, webhooks.md 1.6). Pure.

An Instagram account behind a Page has no account level of its own at Meta: the Page's installation, with any
field, stands for it. An ``open`` world lets it be described on the account all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pagewire.simulator.world import EVERY_FIELD, Account, App, SubscriptionMode


def home(mode: SubscriptionMode, account: Account, page: Account | None) -> Account:
    """The account whose installations decide for ``account``; ``page`` is the one behind it."""
    return page if mode == "enforced" and page is not None else account


def installed(mode: SubscriptionMode, app_id: str, account: Account, page: Account | None) -> bool:
    """Whether an account, and the Page behind it, has the app installed."""
    if mode == "enforced":
        return bool(home(mode, account, page).subscribed.get(app_id))
    return app_id in account.subscribed and (page is None or app_id in page.subscribed)


def hears(mode: SubscriptionMode, app: App, account: Account, page: Account | None, field: str) -> bool:
    """Whether an installed app is subscribed to a field on both levels."""
    topic = app.subscriptions.get(account.object)
    if topic is None or not topic.active or not _takes(topic.fields, field):
        return False
    if home(mode, account, page) is not account:
        return True
    return _takes(account.subscribed.get(app.id, ()), field)


def _takes(fields: Collection[str], field: str) -> bool:
    return field in fields or EVERY_FIELD in fields


def name_fields(apps: Iterable[App], accounts: Iterable[Account]) -> None:
    """Take ``*`` out of every subscription: what nobody named is not subscribed to, as ``enforced`` has it."""
    for app in apps:
        for found in app.subscriptions.values():
            found.fields = found.fields - {EVERY_FIELD}
        app.subscriptions = {topic: found for topic, found in app.subscriptions.items() if found.fields}
    for account in accounts:
        named = {app_id: fields - {EVERY_FIELD} for app_id, fields in account.subscribed.items()}
        account.subscribed = {app_id: fields for app_id, fields in named.items() if fields}

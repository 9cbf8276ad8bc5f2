"""Figures of each app and each account, by the names of their resources."""

from collections.abc import Callable, Iterator, Mapping

from pagewire.telemetry.folding import folded
from pagewire.telemetry.instruments import Labels
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.registry.port import Registry
from pagewire_gateway.telemetry import metrics

Last = Mapping[tuple[str, str], int]


def show_accounts(registry: Registry, last: Callable[[], Last], budgets: Budgets) -> None:
    """Tell when accounts were last heard of, and how much of Meta's allowances is used up.

    Args:
        registry: knows the resources.
        last: when the last event of each (object, account) came in, milliseconds since 1970.
        budgets: what is known of usage.
    """
    metrics.last_event.read = lambda: folded(_heard(registry, last()), min)
    metrics.graph_usage.read = lambda: folded(_used(registry, budgets), max)


def _heard(registry: Registry, last: Last) -> Iterator[tuple[Labels, float]]:
    for account in registry.accounts():
        if moment := last.get((account.object, account.id)):
            yield (account.kind, account.namespace, account.name), moment / 1000


def _used(registry: Registry, budgets: Budgets) -> Iterator[tuple[Labels, float]]:
    of_apps, of_accounts = dict(budgets.apps()), dict(budgets)
    for app in registry.apps():
        if app.app_id in of_apps:
            yield ("MessengerApp", app.namespace, app.name), of_apps[app.app_id].usage / 100
    for account in registry.accounts():
        if (account.object, account.id) in of_accounts:
            labels = account.kind, account.namespace, account.name
            yield labels, of_accounts[account.object, account.id].usage / 100

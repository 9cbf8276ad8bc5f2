"""The manifests: can they be served, and can what they name do its work."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from pagewire.hooks import API_VERSION
from pagewire.installed import points
from pagewire.locks import Locks
from pagewire.manifests.problems import Severity
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped, warning
from pagewire_gateway.config import settings
from pagewire_gateway.plugins import Plugin, PluginError, load
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.registry.port import Account, App, Registry


async def read_manifests(folder: Path) -> ManifestRegistry:
    """Everything the folder says, read once."""
    registry = ManifestRegistry(folder, locks=Locks(settings({"manifests": folder}).locks))
    await registry.reload()
    return registry


def check_resources(registry: Registry | None) -> Iterator[Finding]:
    """Look at manifests, apps, accounts and plugins."""
    plugins = dict(_installed())
    yield from (found for found in plugins.values() if isinstance(found, Finding))
    good = {name: plugin for name, plugin in plugins.items() if isinstance(plugin, Plugin)}
    yield _plugins(good)
    yield from _api(good)
    if registry is None:
        yield skipped("manifests", "no folder named", "--manifests DIR looks at apps, accounts and their plugins.")
        return
    yield from _manifests(registry)
    yield from _apps(list(registry.apps()))
    yield from _accounts(list(registry.accounts()))
    yield from _configs(registry, good)


def _installed() -> Iterator[tuple[str, Plugin | Finding]]:
    for name in points():
        try:
            yield name, load([name])[name]
        except PluginError as error:
            yield name, failed("plugins", str(error), f"Upgrade or uninstall plugin {name}.")


def _plugins(good: dict[str, Plugin]) -> Finding:
    if not good:
        return warning("plugins", "none installed", "Install one: pip install pagewire-logging.")
    return ok("plugins", ", ".join(f"{plugin.name} {plugin.version}" for plugin in good.values()))


def _api(good: dict[str, Plugin]) -> Iterator[Finding]:
    """Each gateway takes the two versions before its own, so one that will not be taken by the next is said."""
    old = [plugin for plugin in good.values() if plugin.api_version < API_VERSION - 1]
    for plugin in old:
        said = f"{plugin.name} speaks API {plugin.api_version}; the next gateway will not take it"
        yield warning("plugin-api", said, f"Upgrade {plugin.name}, or write it for API {API_VERSION}.")
    if good and not old:
        yield ok("plugin-api", f"every plugin speaks an API that is kept; the newest is {API_VERSION}")


def _manifests(registry: Registry) -> Iterator[Finding]:
    told = [problem for problem in registry.problems() if problem.severity is not Severity.NOTE]
    for problem in told:
        say = failed if problem.severity is Severity.ERROR else warning
        yield say("manifests", str(problem), "Mend the manifest; a running gateway takes the change up by itself.")
    if not told:
        yield ok("manifests", "every document can be served")


def _apps(apps: list[App]) -> Iterator[Finding]:
    if not apps:
        yield failed("apps", "no MessengerApp", "Add one; webhooks come in at /webhooks/NAMESPACE/NAME.")
    for app in apps:
        name = f"{app.namespace}/{app.name}"
        if app.closed:
            yield failed("apps", f"{name} has no app secret, so it refuses every webhook", "Fill spec.appSecretRefs.")
        elif app.verify_token is None:
            yield warning("apps", f"{name} has no verify token, so Meta cannot verify it", "Fill spec.verifyTokenRef.")
        else:
            yield ok("apps", f"{name} has {len(app.secrets)} app secret(s) and a verify token")


def _accounts(accounts: list[Account]) -> Iterator[Finding]:
    if not accounts:
        yield warning("accounts", "no MessengerPage and no InstagramAccount", "Add the accounts people write to.")
        return
    closed = [account for account in accounts if account.closed]
    for account in closed:
        said = f"{account.kind} {account.namespace}/{account.name} has no token, so nothing can be sent in its name"
        yield warning("accounts", said, "Fill spec.tokenRef, or spec.pageRef with a Page that has one.")
    if not closed:
        yield ok("accounts", f"{len(accounts)} account(s), each with a token")


def _configs(registry: Registry, good: dict[str, Plugin]) -> Iterator[Finding]:
    wrong = [finding for account in registry.accounts() for finding in _wrong(account, good)]
    yield from wrong
    uses = sum(len(account.plugins) for account in registry.accounts())
    if not wrong and uses:
        yield ok("configs", f"{uses} plugin configuration(s) fit their schema")


def _wrong(account: Account, good: dict[str, Plugin]) -> Iterator[Finding]:
    name = f"{account.kind} {account.namespace}/{account.name}"
    for use in account.plugins:
        plugin = good.get(use.name)
        if plugin is None:
            yield failed("configs", f"{name} names plugin {use.name}, which is not installed", "Install it with pip.")
            continue
        try:
            plugin.read_config(msgspec.json.decode(use.config))
        except PluginError as error:
            yield failed("configs", f"{name}: {error}", "Mend spec.plugins of the resource.")

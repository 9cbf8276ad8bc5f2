"""Every hook is whole: a docstring, a place in the docs, an event of its own and a shipped plugin that uses it."""

import inspect
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import pluggy
import pytest

from pagewire import hooks
from pagewire.events import KINDS, Event
from tests.generated import hooks_page

HOOKS = [node.name for node in hooks_page.specs()]
SHIPPED = ["auto-reply", "crm-sync", "logging"]


@cache
def manager() -> pluggy.PluginManager:
    """Pluggy with every shipped plugin, refused if a hook or an argument is misspelt."""
    found = pluggy.PluginManager("pagewire")
    found.add_hookspecs(hooks)
    for entry in entry_points(group=hooks.ENTRY_POINT_GROUP):
        if entry.name in SHIPPED:
            plugin = entry.load()
            found.register(plugin() if inspect.isclass(plugin) else plugin, name=entry.name)
    found.check_pending()
    return found


def test_the_shipped_plugins_are_found_by_entry_point() -> None:
    assert sorted(name for name, _ in manager().list_name_plugin()) == SHIPPED


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_a_typed_async_function_with_one_sentence(hook: str) -> None:
    function = getattr(hooks, hook)
    assert inspect.iscoroutinefunction(function)
    assert (function.__doc__ or "").count("\n") == 0
    assert function.__doc__.endswith(".")
    hints = inspect.get_annotations(function)
    assert set(hints) == {*inspect.signature(function).parameters, "return"}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_its_heading_in_the_docs(hook: str) -> None:
    assert f"\n## {hook}(" in hooks_page.text()


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_a_shipped_plugin_that_uses_it(hook: str) -> None:
    users = [implementation.plugin_name for implementation in getattr(manager().hook, hook).get_hookimpls()]
    assert users, "a hook ships only together with a plugin that uses it"


def test_the_hooks_of_events_are_those_that_take_one() -> None:
    assert [hook for hook in HOOKS if "event" in inspect.signature(getattr(hooks, hook)).parameters] == list(
        hooks.EVENT_HOOKS
    )


@pytest.mark.parametrize("hook", hooks.EVENT_HOOKS)
def test_a_hook_is_given_the_event_its_name_says(hook: str) -> None:
    given = inspect.get_annotations(getattr(hooks, hook))["event"]
    callers = {struct for struct in KINDS.values() if struct.hook == hook}
    assert given is Event if hook == "event_received" else callers == {given}


class Misspelt:
    """A plugin with a hook that does not exist."""

    @hooks.hookimpl
    async def mesage_received(self, event: Any) -> None: ...


class WrongArgument:
    """A plugin that asks for something no hook is given."""

    @hooks.hookimpl
    async def message_received(self, evnt: Any) -> None: ...


def test_a_misspelt_hook_is_refused() -> None:
    found = pluggy.PluginManager("pagewire")
    found.add_hookspecs(hooks)
    found.register(Misspelt())
    with pytest.raises(pluggy.PluginValidationError, match="mesage_received"):
        found.check_pending()


def test_a_misspelt_argument_is_refused() -> None:
    found = pluggy.PluginManager("pagewire")
    found.add_hookspecs(hooks)
    with pytest.raises(pluggy.PluginValidationError, match="evnt"):
        found.register(WrongArgument())

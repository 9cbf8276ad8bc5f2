"""Every hook is whole: a docstring, a place in the docs, an event of its own and a shipped plugin that uses it."""

import inspect
from pathlib import Path

import pytest

from pagewire import hooks
from pagewire.events import KINDS, Call, Event, Unknown
from tests.generated import hook_users, hooks_page

TESTS = Path(__file__).parents[1]
PLUGIN_PAGES = TESTS.parent / "docs/reference/plugins"

HOOKS = [node.name for node in hooks_page.specs()]


def test_the_shipped_plugins_are_found_by_entry_point() -> None:
    assert sorted(hook_users.shipped()) == list(hook_users.SHIPPED)


def test_the_lists_of_hooks_agree() -> None:
    assert list(hooks.HOOKS) == HOOKS
    assert set(hooks.__all__) == {
        *HOOKS,
        "API_CHANGES",
        "API_VERSION",
        "API_VERSIONS",
        "ENTRY_POINT_GROUP",
        "EVENT_HOOKS",
        "SEND_HOOKS",
        "HOOKS",
        "hookimpl",
        "hookspec",
    }


def test_every_kind_has_a_hook_of_its_own() -> None:
    """What Meta names at will (unknown kinds, changes without a struct) comes through ``event_received``."""
    structs = [*KINDS.values(), Call]
    assert {struct for struct in structs if struct.hook == "event_received"} == {Unknown}
    own = [struct.hook for struct in structs if struct is not Unknown]
    assert len(own) == len(set(own))
    assert {*own, "event_received", "standby_received"} == set(hooks.EVENT_HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_a_typed_async_function_with_one_sentence(hook: str) -> None:
    function = getattr(hooks, hook)
    assert inspect.iscoroutinefunction(function)
    sentence = (function.__doc__ or "").partition("\n")[0]
    assert sentence.endswith(".")
    hints = inspect.get_annotations(function)
    assert set(hints) == {*inspect.signature(function).parameters, "return"}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_its_heading_in_the_docs(hook: str) -> None:
    assert f"\n### {hook}(" in hooks_page.text()


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_a_shipped_plugin_that_uses_it(hook: str) -> None:
    users = hook_users.users(hook)
    assert users, "a hook ships only together with a plugin that uses it"
    for name in users:
        told = (PLUGIN_PAGES / f"{name}.md").read_text()
        assert f"`{hook}`" in told, f"the page of {name} does not tell what it does at {hook}"


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_called_in_the_tests_of_a_plugin_that_uses_it(hook: str) -> None:
    folders = [TESTS / f"pagewire_{name.replace('-', '_')}" for name in hook_users.users(hook)]
    assert any(hook in path.read_text() for folder in folders for path in folder.glob("test_*.py"))


def test_the_hooks_of_events_are_those_that_take_one() -> None:
    found = [hook for hook in HOOKS if "event" in inspect.signature(getattr(hooks, hook)).parameters]
    assert found == list(hooks.EVENT_HOOKS)


@pytest.mark.parametrize("hook", hooks.EVENT_HOOKS)
def test_a_hook_is_given_the_event_its_name_says(hook: str) -> None:
    given = inspect.get_annotations(getattr(hooks, hook))["event"]
    callers = {struct for struct in (*KINDS.values(), Call) if struct.hook == hook}
    assert given is Event if hook in {"event_received", "standby_received"} else callers == {given}

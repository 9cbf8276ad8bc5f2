"""Plugins are held to the contract before a port opens."""

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest
from msgspec import Struct

from pagewire import hookimpl
from pagewire.hooks import API_VERSION
from pagewire_gateway.plugins import PluginError, load


def entry_point(name: str, **members: object) -> EntryPoint:
    module = ModuleType(f"plugin_of_a_test_{name}")
    vars(module).update(members)
    sys.modules[module.__name__] = module
    return EntryPoint(name, module.__name__, "pagewire")


@hookimpl
async def message_received(event): ...


def test_a_plugin_is_loaded_with_what_it_implements():
    @hookimpl
    def event_received(context): ...

    plugin = load(found=[entry_point("greeter", message_received=message_received, event_received=event_received)])[
        "greeter"
    ]
    assert {name: (hook.arguments, hook.is_async) for name, hook in plugin.hooks.items()} == {
        "message_received": (("event",), True),
        "event_received": (("context",), False),
    }


def test_a_class_is_made_an_object():
    class Greeter:
        @hookimpl
        async def message_received(self, event): ...

    point = EntryPoint("greeter", f"{entry_point('greeter', Greeter=Greeter).value}:Greeter", "pagewire")
    assert load(found=[point])["greeter"].hooks["message_received"].arguments == ("event",)


def misspelt_hook():
    @hookimpl
    async def mesage_received(event): ...

    return {"mesage_received": mesage_received}


def misspelt_argument():
    @hookimpl
    async def message_received(evnt): ...

    return {"message_received": message_received}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (misspelt_hook(), "mesage_received is no hook; did you mean message_received"),
        (misspelt_argument(), "message_received is given event and context, not evnt; did you mean event"),
        ({}, "implements no hook"),
        ({"message_received": message_received, "api_version": API_VERSION + 1}, "upgrade"),
        ({"message_received": message_received, "Config": dict}, "msgspec.Struct"),
    ],
    ids=["misspelt hook", "misspelt argument", "no hook", "newer contract", "config of a wrong type"],
)
def test_what_breaks_the_contract_is_refused_by_name(members, message):
    with pytest.raises(PluginError, match=message) as caught:
        load(found=[entry_point("broken", **members)])
    assert "broken" in str(caught.value)


def test_a_plugin_that_cannot_be_imported_is_named():
    with pytest.raises(PluginError, match="plugin gone cannot be loaded from nowhere"):
        load(found=[EntryPoint("gone", "nowhere", "pagewire")])


def test_a_name_that_is_not_installed_is_an_error_with_the_choice():
    with pytest.raises(
        PluginError, match=r"loging is not installed; install it with pip .*, or mend the name; installed are: logging"
    ):
        load(["loging"], found=[entry_point("logging", message_received=message_received)])


def test_config_is_read_into_the_plugins_struct():
    class Config(Struct, forbid_unknown_fields=True):
        greeting: str = "Ahoy"

    plugin = load(found=[entry_point("greeter", message_received=message_received, Config=Config)])["greeter"]
    assert plugin.read_config({"greeting": "Hi"}).greeting == "Hi"
    with pytest.raises(PluginError, match="greetin"):
        plugin.read_config({"greetin": "Hi"})


def test_the_shipped_plugins_keep_the_contract():
    assert {"auto-reply", "crm-sync", "logging"} <= set(load())

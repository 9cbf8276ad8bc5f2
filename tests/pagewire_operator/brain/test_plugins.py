"""What the operator says of plugins: it agrees with the gateway where it knows the plugin, and says nothing where it does not."""

from typing import Any

import msgspec
import pytest

from pagewire.resources.plugins import Plugin
from pagewire.simulator.world import INSTAGRAM_ID
from pagewire_gateway.plugins import PluginError, load
from pagewire_operator.brain.plugins import InstalledPlugin, plugins_configured
from pagewire_operator.installed import look
from tests.pagewire_operator.brain.manifests import base, document, page
from tests.pagewire_operator.brain.world import Stage

MP, NAME = "MessengerPage", "harbour"
REPLIES = {"rules": [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]}
CONFIGS: list[tuple[str, Any]] = [
    ("logging", {}),
    ("logging", {"levl": "info"}),
    ("auto-reply", REPLIES),
    ("auto-reply", {}),
    ("auto-reply", {"rules": [{"when": {"text": 5}, "reply": {"text": "9 to 5"}}]}),
    ("auto-reply", {"rules": [{"when": {"pattern": "("}, "reply": {"text": "9 to 5"}}]}),
    ("crm-sync", {}),
    ("crm-sync", {"url": 7}),
]


@pytest.mark.parametrize(("name", "config"), CONFIGS)
def test_it_takes_what_the_gateway_takes_and_refuses_what_the_gateway_refuses(name: str, config: Any) -> None:
    (said,) = plugins_configured([Plugin(name=name, config=config)], look())
    refused = gateway_refuses(name, config)
    assert (said.status, said.reason) == (("False", "PluginConfigInvalid") if refused else ("True", "Reconciled"))
    assert refused in said.message


def gateway_refuses(name: str, config: Any) -> str:
    """What the gateway says against it; empty if it takes it."""
    try:
        load([name])[name].read_config(msgspec.Raw(msgspec.json.encode(config)))
    except PluginError as error:
        return str(error)
    return ""


async def test_a_page_whose_plugin_refuses_its_config_is_not_ready_and_names_the_field() -> None:
    wrong = {"rules": [{"when": {"txt": "hours"}, "reply": {"text": "9 to 5"}}]}
    manifest = page(plugins=[{"name": "logging"}, {"name": "auto-reply", "config": wrong}])
    async with Stage(*base(manifest), plugins=look()) as stage:
        await stage.settle()
        assert stage.ready(MP, NAME) == ("False", "PluginConfigInvalid")
        assert "did you mean text?" in stage.condition(MP, NAME, "PluginsConfigured").message
        assert stage.condition(MP, NAME, "Stalled").status == "True"
        assert stage.condition(MP, NAME, "Subscribed").status == "True", "its webhooks are not the plugin's affair"
        stage.apply(page(plugins=[{"name": "logging"}, {"name": "auto-reply", "config": REPLIES}]))
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        assert stage.condition(MP, NAME, "PluginsConfigured").message.startswith(
            "Every plugin takes its config: auto-reply"
        )


async def test_a_plugin_that_the_operator_does_not_have_keeps_nothing_from_being_ready() -> None:
    async with Stage(*base(page(plugins=[{"name": "house-robot"}])), plugins=look()) as stage:
        await stage.settle()
        assert stage.ready(MP, NAME) == ("True", "Reconciled")
        said = stage.condition(MP, NAME, "PluginsConfigured")
        assert (said.status, said.reason) == ("Unknown", "PluginNotInstalled")
        assert "house-robot is not installed beside the operator" in said.message


async def test_plugins_of_an_instagram_account_are_looked_at_too() -> None:
    spec = {
        "appRef": {"name": "acme"},
        "accountId": INSTAGRAM_ID,
        "pageRef": {"name": NAME},
        "plugins": [{"name": "logging", "config": {"levl": "info"}}],
    }
    async with Stage(*base(page(), document("InstagramAccount", "harbour-ig", spec)), plugins=look()) as stage:
        await stage.settle()
        assert stage.condition("InstagramAccount", "harbour-ig", "PluginsConfigured").reason == "PluginConfigInvalid"


def test_one_that_cannot_be_loaded_beside_the_operator_is_named_and_does_not_count() -> None:
    broken = {
        "crm-sync": InstalledPlugin(version="1", trouble="plugin crm-sync cannot be loaded from x: ImportError: y")
    }
    (said,) = plugins_configured([Plugin(name="crm-sync")], broken)
    assert (said.status, said.reason) == ("Unknown", "PluginNotInstalled")
    assert "cannot be loaded" in said.message

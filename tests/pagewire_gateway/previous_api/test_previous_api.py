"""A plugin of a version before runs unchanged, and takes no notice of what contexts and hooks gained since."""

import inspect
import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from pagewire import Text, hookimpl, hooks
from pagewire.configs import PluginError
from pagewire.people import ScopedId
from pagewire_gateway.plugins import load
from tests.pagewire_gateway import making
from tests.pagewire_gateway.previous_api import plugin_of_api_1
from tests.pagewire_gateway.stage import plugins, staged

OLD = "tests.pagewire_gateway.previous_api.plugin_of_api_1"


def old():
    return load(found=[EntryPoint("old", OLD, hooks.ENTRY_POINT_GROUP)])


def made(**contents):
    module = ModuleType("plugin_of_another_api")
    vars(module).update(contents)
    sys.modules[module.__name__] = module
    return [EntryPoint("other", module.__name__, hooks.ENTRY_POINT_GROUP)]


async def test_it_answers_is_asked_and_forgets(tmp_path):
    enabled = [{"name": "old", "config": {"greeting": "Ahoy"}}]
    async with staged(tmp_path, old(), enabled=enabled) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(1)
        assert stage.sim.sends[0].message["text"].startswith("Ahoy ")
        await stage.until(lambda: stage.gateway.health.latest["old"].health.status == "ok")
        ann = stage.sim.scoped_id(making.PAGE, "ann")
        request = await stage.gateway.deletion.request([ScopedId("page", making.PAGE, ann)], "operator")

        async def done():
            return (await stage.gateway.deletion.status(request)).state == "done"

        await stage.until(done)
        assert ann in plugin_of_api_1.forgotten


async def test_an_argument_that_hooks_gain_is_no_business_of_plugins_that_do_not_name_it(tmp_path):
    class Sparse:
        @hookimpl
        async def message_received(self):
            return Text(text="I took nothing")

        @hookimpl
        async def echo_received(self, context, event, told_of_later=None):
            return None

    async with staged(tmp_path, plugins(sparse=Sparse)) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(1)
        assert stage.sim.sends[0].message["text"] == "I took nothing"


@pytest.mark.parametrize("version", hooks.API_VERSIONS)
def test_every_version_that_is_spoken_loads(version):
    function = plugin_of_api_1.message_received
    assert load(found=made(api_version=version, message_received=function))["other"].api_version == version


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (hooks.API_VERSION + 1, "this gateway speaks"),
        (min(hooks.API_VERSIONS) - 1, "is not spoken any more"),
        ("1", "api_version"),
        (True, "api_version"),
    ],
)
def test_others_are_refused_with_what_to_do(version, said):
    with pytest.raises(PluginError, match=said):
        load(found=made(api_version=version, message_received=plugin_of_api_1.message_received))


def test_the_frozen_plugin_names_arguments_that_are_still_there():
    for name in ("message_received", "before_send", "person_deleted"):
        known = set(inspect.signature(getattr(hooks, name)).parameters)
        assert set(inspect.signature(getattr(plugin_of_api_1, name)).parameters) <= known

"""What plugins do not take is told at the start, before any event, wherever people look; and no longer once it is mended."""

import pytest
from msgspec import Struct

from pagewire import Text, hookimpl
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making
from tests.pagewire_gateway.playing import client_of
from tests.pagewire_gateway.stage import plugins, staged


class Greeter:
    class Config(Struct, forbid_unknown_fields=True):  # noqa: D106
        greeting: str = "Ahoy"

    @hookimpl
    async def message_received(self, event, context):
        return Text(text=context.config.greeting)


WRONG = {"name": "greeter", "config": {"greetin": "Hi"}}
RIGHT = {"name": "greeter", "config": {"greeting": "Hi"}}
SAID = "MessengerPage support/harbour: spec.plugins[0]: config of plugin greeter: greetin: unknown field"


def counted():
    return sum(count for _, count in metrics.registry_problems.read())


async def test_a_configuration_that_does_not_fit_is_told_before_any_event(tmp_path, caplog):
    caplog.set_level("INFO", "pagewire_gateway.care")
    async with staged(tmp_path, plugins(greeter=Greeter), enabled=[WRONG]) as stage, client_of(stage) as admin:
        await stage.until(lambda: SAID in caplog.text, 30)
        assert "did you mean greeting?; its events wait until it is mended" in caplog.text
        told = [one["text"] for one in (await admin.get("/api/v1/problems")).json()["problems"]]
        assert [one.partition(":")[0] for one in told] == [
            "MessengerPage support/harbour",
            "InstagramAccount support/harbour-ig",
        ]
        assert told[0].startswith(SAID)
        assert counted() == 2
        for page in ("/console", "/console/accounts"):
            assert "greetin: unknown field" in (await admin.get(page)).text
        making.write(stage.manifests, making.page_manifest(RIGHT), making.instagram_manifest(RIGHT))
        await stage.until(lambda: not stage.gateway.mistakes.problems(), 30)
        assert counted() == 0
        await stage.until(lambda: "takes its configuration now" in caplog.text, 30)


async def test_a_mistake_is_logged_once_and_a_new_one_again(tmp_path, caplog):
    async with staged(tmp_path, plugins(greeter=Greeter), enabled=[WRONG]) as stage:
        await stage.until(lambda: caplog.text.count("greetin: unknown field") == 2, 30)
        also = {"name": "greeter", "config": {"greting": "Hi"}}
        making.write(stage.manifests, making.page_manifest(WRONG), making.instagram_manifest(also))
        await stage.until(lambda: "greting: unknown field" in caplog.text, 30)
        assert caplog.text.count("greetin: unknown field") == 2


@pytest.mark.parametrize(("chosen", "told"), [(None, 2), (("greeter",), 0)])
async def test_a_plugin_that_is_not_there_is_told_unless_it_was_left_out_on_purpose(tmp_path, chosen, told):
    enabled = [RIGHT, {"name": "telepathy"}]
    async with staged(tmp_path, plugins(greeter=Greeter), enabled=enabled, also={"plugins": chosen}) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(1)
        problems = list(map(str, stage.gateway.mistakes.problems()))
        assert len(problems) == told
        assert all("spec.plugins[1]: plugin telepathy is not installed" in one for one in problems)

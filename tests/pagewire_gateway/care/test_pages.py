"""Plugins are told which accounts they serve, each on its own."""

import asyncio

from msgspec import Struct

from pagewire import hookimpl
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged


class Config(Struct, forbid_unknown_fields=True):
    greeting: str = "Ahoy"


def listener():
    """A plugin that writes down what it is told."""

    class Listener:
        told: list[tuple[str, str, str]] = []
        Config_ = Config

        @hookimpl
        async def page_added(self, context):
            self.told.append(("added", context.account.id, context.config.greeting))

        @hookimpl
        async def page_removed(self, context):
            self.told.append(("removed", context.account.id, context.config.greeting))

    Listener.Config = Config
    return Listener


async def test_all_at_start_and_then_each_change_once(tmp_path):
    subject = listener()
    async with staged(tmp_path, plugins(listener=subject)) as stage:
        await stage.until(lambda: len(subject.told) == 2, 30)
        assert {(what, id_) for what, id_, _ in subject.told} == {("added", making.PAGE), ("added", making.INSTAGRAM)}
        changed = {"name": "listener", "config": {"greeting": "Hi"}}
        making.write(stage.manifests, making.page_manifest(changed))
        await stage.until(lambda: len(subject.told) == 4, 30)
        assert set(subject.told[2:]) == {("removed", making.INSTAGRAM, "Ahoy"), ("added", making.PAGE, "Hi")}
        making.write(stage.manifests, making.page_manifest())
        await stage.until(lambda: len(subject.told) == 5, 30)
        assert subject.told[4] == ("removed", making.PAGE, "Hi")


async def test_one_plugin_that_raises_or_hangs_keeps_nobody_from_being_told(tmp_path, caplog):
    told: list[str] = []

    class Broken:
        @hookimpl
        async def page_added(self, context):
            raise ValueError("call me on 555-0101")

    class Hanging:
        @hookimpl
        async def page_added(self, context):
            await asyncio.sleep(3600)

    class Plain:
        @hookimpl
        def page_added(self, context):
            told.append(context.account.id)

    async with staged(tmp_path, plugins(broken=Broken, hanging=Hanging, plain=Plain)) as stage:
        await stage.until(lambda: len(told) == 2, 30)
        await stage.until(lambda: "plugin broken failed at page_added" in caplog.text, 30)
        await stage.until(lambda: "plugin hanging failed at page_added" in caplog.text, 30)
        assert "555-0101" not in caplog.text


async def test_an_account_whose_configuration_does_not_fit_is_told_once_it_does(tmp_path):
    subject = listener()
    wrong = {"name": "listener", "config": {"greetin": "Hi"}}
    async with staged(tmp_path, plugins(listener=subject), enabled=[wrong]) as stage:
        making.write(stage.manifests, making.page_manifest({"name": "listener", "config": {"greeting": "Hi"}}))
        await stage.until(lambda: subject.told, 30)
        assert subject.told == [("added", making.PAGE, "Hi")]

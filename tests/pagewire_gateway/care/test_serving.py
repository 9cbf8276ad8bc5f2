"""What changed of the accounts a plugin serves."""

import msgspec
import pytest

from pagewire.context import AccountInfo
from pagewire_gateway.care.serving import Use, changes
from pagewire_gateway.registry.port import PluginUse


def use(id_: str, config: str = "{}", name: str = "harbour") -> dict[tuple[str, str], Use]:
    info = AccountInfo(object="page", id=id_, namespace="support", name=name, app_id="1")
    return {("page", id_): Use(info, PluginUse("greeter", msgspec.Raw(config.encode())))}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, []),
        ({}, use("1"), [("page_added", "1")]),
        (use("1"), use("1"), []),
        (use("1"), {}, [("page_removed", "1")]),
        (use("1"), use("1", '{"a":1}'), [("page_added", "1")]),
        (use("1"), use("1", name="port"), [("page_added", "1")]),
        (use("1") | use("2"), use("2") | use("3"), [("page_removed", "1"), ("page_added", "3")]),
    ],
    ids=["nothing", "new", "the same", "gone", "other configuration", "other resource", "several"],
)
def test_each_change_is_told_once(before, after, told):
    assert [(change.hook, change.what.account.id) for change in changes(before, after)] == told

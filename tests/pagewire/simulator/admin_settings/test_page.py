"""The reference page names every hand and every option."""

from __future__ import annotations

from typing import get_args

import pytest

from pagewire.simulator.faults import Edge
from pagewire.simulator.settings.desk import Desk
from pagewire.simulator.settings.options import SettingsOptions
from tests.pagewire.simulator.test_docs import section

HANDS = [name for name in vars(Desk) if not name.startswith("_")]


@pytest.mark.parametrize("name", [*HANDS, *SettingsOptions.__struct_fields__])
def test_names(name: str) -> None:
    assert f"`{name}`" in section("Settings")


def test_edges() -> None:
    """The edges of this half are names that faults take."""
    edges = {"subscriptions", "subscribed_apps", "messenger_profile", "batch", "ids"}
    assert edges <= set(get_args(Edge))
    assert all(f"`{edge}`" in section("Settings") for edge in edges)

"""Every row of the table of dialogues, played with the plugin."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire_gateway.app import now
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_auto_reply.playing import Dialogue, Play, dialogues, table

ROWS = list(dialogues())


@pytest.fixture
async def data(tmp_path: Path) -> AsyncIterator[PluginFile]:
    data = PluginFile(tmp_path, now)
    await data.start()
    yield data
    await data.aclose()


@pytest.mark.parametrize("dialogue", ROWS, ids=[f"{row.name} on {row.on}" for row in ROWS])
async def test_dialogue(dialogue: Dialogue, data: PluginFile) -> None:
    play = Play(dialogue, data)
    assert [await play.turn(turn) for turn in dialogue.talk] == [turn["reply"] for turn in dialogue.talk]


def test_the_table_is_long_enough_and_names_each_row_once() -> None:
    names = [row["name"] for row in table()["dialogues"]]
    assert len(names) == len(set(names)) >= 60
    assert {row.get("config", "shop") for row in table()["dialogues"]} == set(table()["configs"])
    assert {key for row in table()["dialogues"] for key in row} == {"name", "where", "config", "talk"}

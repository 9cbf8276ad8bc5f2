"""The plugins that guides for newcomers show answer in a running gateway what the old code answered."""

import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pagewire import hooks
from pagewire_gateway.plugins import load
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import staged

GUIDES = Path(__file__).parents[2] / "docs/how-to/migrate"


@pytest.mark.parametrize(
    ("guide", "said", "answer"),
    [
        ("from-a-receiver", "What are your HOURS?", "9 to 5"),
        ("from-bottender", "Order 17", "Order 17: let me see ..."),
    ],
)
async def test_it_answers_as_the_old_code_did(guide: str, said: str, answer: str, tmp_path: Path, monkeypatch) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", (GUIDES / f"{guide}.md").read_text(), re.MULTILINE | re.DOTALL)
    module = guide.replace("-", "_")
    (tmp_path / f"{module}.py").write_text(block)
    monkeypatch.syspath_prepend(tmp_path)
    found = load(found=[EntryPoint("ported", module, hooks.ENTRY_POINT_GROUP)])
    (tmp_path / "gateway").mkdir()
    try:
        async with staged(tmp_path / "gateway", found, enabled=[{"name": "ported"}]) as stage:
            await stage.sim.say(making.PAGE, "ann", "something else")
            await stage.sim.say(making.PAGE, "ann", said)
            await stage.sim.wait_for_sends(1)
            assert [send.message["text"] for send in stage.sim.sends] == [answer]
    finally:
        sys.modules.pop(module, None)

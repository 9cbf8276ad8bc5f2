"""What judges the chart is pinned, and is built for nobody who did not ask."""

import re

import pytest

from tools.charting.programs import TOOLS, Tool
from tools.charting.sources import SUMS, folder
from tools.kubernetes.binaries import BINARIES, SCHEDULER


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_a_program_is_a_pinned_tool(tool: Tool) -> None:
    text = (tool.binary.module / "go.mod").read_text()
    assert re.search(rf"^(tool |\t){re.escape(tool.binary.package)}$", text, re.MULTILINE)
    assert (tool.binary.module / "go.sum").read_text().count(f"{tool.requirement} v{tool.version} h1:") == 1
    assert tool.path.parent.name == tool.version


def test_nobody_builds_the_scheduler_along_with_what_most_tests_need() -> None:
    assert SCHEDULER not in BINARIES
    assert f"\t{SCHEDULER.package}\n" in (SCHEDULER.module / "go.mod").read_text()


def test_files_of_others_are_known_by_their_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ("github.com/compose-spec/compose-go/v2", "2.16.2")
    assert all(re.fullmatch(r"h1:[A-Za-z0-9+/]{43}=", known) for known in SUMS.values())
    monkeypatch.setitem(SUMS, module, "h1:something-else")
    with pytest.raises(SystemExit, match="is not what it was"):
        folder(*module)

"""What is run on other Pythons."""

from tools.release.building import ROOT
from tools.release.trying import FAST


def test_what_is_named_is_there() -> None:
    named = [word.removeprefix("--ignore=") for word in FAST if "tests/" in word]
    assert len(named) > 10
    assert [one for one in named if not (ROOT / one).exists()] == []

"""The manual names every variable that is read."""

import re
from pathlib import Path

from pagewire_operator.brain.settings import read_settings

MANUAL = Path(__file__).parents[3] / "docs" / "reference" / "operator.md"


class Asked(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: object = None) -> None:  # type: ignore[override]
        self.names.add(name)


def test_every_variable_of_the_brain_is_in_the_manual() -> None:
    asked = Asked()
    read_settings(asked)
    assert asked.names
    assert asked.names <= set(re.findall(r"`(PAGEWIRE_\w+)`", MANUAL.read_text()))

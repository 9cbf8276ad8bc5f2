"""What the last run counted."""

from pathlib import Path
from typing import Final, NamedTuple

KEPT: Final = Path(__file__).with_name("counts.json")


class Count(NamedTuple):
    """One target of one run."""

    name: str
    about: str
    seconds: int
    runs: int

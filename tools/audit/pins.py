"""What ``requirements/*.txt`` pin."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FILES: Final = tuple(sorted((ROOT / "requirements").glob("*.txt")))
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pinned(*files: Path) -> dict[str, str]:
    """Versions by normalized name (PEP 503)."""
    found = (pin for file in files for pin in _PIN.findall(file.read_text()))
    return {normal(name): version for name, version in found}


def normal(name: str) -> str:
    """A name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()

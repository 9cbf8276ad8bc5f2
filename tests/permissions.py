"""What files allow, also where the tests run as root, whom no file refuses anything."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NOBODY: Final = 65534


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A new folder, as a user without privileges, to whom it belongs."""
    with tempfile.TemporaryDirectory(prefix="pagewire-permissions-") as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)

"""Secrets that were set aside for a plugin: files in a folder, as a Secret that is mounted leaves them.

Whoever may write a Page's resource also says where its plugins send things. So a configuration can only name what was put into
the folder of this plugin and this namespace, and never any Secret that the gateway can read.
"""

import re
from pathlib import Path
from typing import Final

from pagewire.errors import TryLater

_NAME: Final = re.compile(r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,251}[A-Za-z0-9])?")
_LONGEST: Final = 65_536


def read(folder: Path, namespace: str, plugin: str, name: str) -> str:
    """A secret, without white space around it. Read anew each time, so that a rotated one counts at once.

    Raises:
        TryLater: it is not there; the event waits until it is.
    """
    if not _NAME.fullmatch(name):
        raise TryLater(reason="that is no name of a secret: letters, digits, and - _ . between them")
    path = folder / namespace / plugin / name
    try:
        text = path.read_bytes()[: _LONGEST + 1].decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TryLater(reason=f"secret {path} cannot be read: {type(error).__name__}") from error
    if not text or len(text) > _LONGEST:
        raise TryLater(reason=f"secret {path} is empty or too long")
    return text

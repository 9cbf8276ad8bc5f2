"""Files that nobody ever sees half of: written beside their place, on the disk, and then put there."""

import os
import secrets
from pathlib import Path


def drafted(path: Path, content: bytes) -> Path:
    """Write a file beside its place, for its owner's eyes only, and have it on the disk; nothing is left where that fails.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        draft.unlink()
        raise
    return draft


def make_once(path: Path, content: bytes) -> None:
    """Make a file, whole from the first moment; of several processes that begin at once, one makes it.

    Raises:
        FileExistsError: another process was faster.
        OSError: it cannot be written.
    """
    draft = drafted(path, content)
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()

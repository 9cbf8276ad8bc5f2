"""Python programs for the tests that have an environment of their own outside the checkout: nothing else needs what they need."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def environment(name: str, pins: tuple[str, ...], finish: Callable[[Path], None]) -> Path:
    """The folder with such an environment in ``venv``; made once, for every checkout.

    Args:
        name: of the folder.
        pins: what is installed; another version is another folder.
        finish: makes what else belongs there.
    """
    caches = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "pagewire"
    folder = caches / "-".join((name, *pins)).replace("==", "-")
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not (folder / "ready").exists():
            for each in folder.iterdir():
                shutil.rmtree(each) if each.is_dir() else each.name == "lock" or each.unlink()
            uv, python = Path(sys.executable).with_name("uv"), folder / "venv/bin/python"
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *pins], check=True)
            finish(folder)
            (folder / "ready").touch()
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""What a test weighs is weighed in a process of its own: strings and tables that other tests left behind would count, or not."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_PROGRAM = "import sys; from {module} import {name}; print({name}(*sys.argv[1:]))"
_ROOT = Path(__file__).parents[3]


def alone(work: Callable[..., int], *arguments: str) -> int:
    """What a function of a module says in a fresh process.

    Args:
        work: a function of a module, that takes strings.
        arguments: what it is given.
    """
    program = _PROGRAM.format(module=work.__module__, name=work.__name__)
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=_ROOT, check=True, capture_output=True, text=True
    )
    return int(told.stdout)

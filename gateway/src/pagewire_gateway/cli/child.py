"""A command in a process that does not outlive its parent: ``python -m pagewire_gateway.cli.child PARENT_PID COMMAND ...``.

``exec PROGRAM ...`` in place of a command runs another program.
"""

import ctypes
import os
import signal
import sys
from typing import Final

from pagewire_gateway.cli.root import pagewire

_PR_SET_PDEATHSIG: Final = 1
"""prctl(2): send this process a signal when its parent dies."""


def follow(parent: int) -> None:
    """Get SIGTERM when the parent dies, also by ``kill -9``. Linux only; elsewhere the parent's own care has to do."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It died before we asked; nobody will send the signal any more.
        sys.exit(0)


if __name__ == "__main__":
    follow(int(sys.argv[1]))
    if sys.argv[2] == "exec":
        os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - the demo names it; the signal above outlives this
    pagewire(args=sys.argv[2:], prog_name="pagewire")

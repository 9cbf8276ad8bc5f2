"""What commands print on a terminal."""

import os
import pty
import subprocess
import sys

ID = "c1bb4a31300cf20865dc1d31528b72a7"
PRINTING = f"""
from pagewire.terminal.output import print_rows
print_rows(("conversation", "id"), [("page/108000000000001/7105515715819297" * 3, "{ID}")], "")
"""


def on_a_terminal(program: str, columns: int) -> str:
    """What a program prints on a terminal of that width."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    child = subprocess.Popen([sys.executable, "-c", program], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:  # how a terminal ends
        pass
    os.close(ours)
    assert child.wait(60) == 0
    return said.decode()


def test_an_id_is_never_broken_for_people_copy_it():
    said = on_a_terminal(PRINTING, 60)
    assert ID in said
    assert max(map(len, said.splitlines()[1:])) <= 60, "the rest is folded to the terminal's width"

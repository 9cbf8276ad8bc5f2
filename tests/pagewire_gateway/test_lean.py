"""What threads asked the C library for, and gave back, does not stay with the process."""

import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, threading
from pagewire_gateway.lean import share_heaps

share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(12)

def work():
    together.wait()
    for _ in range(1000):
        libc.malloc(1000)

threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="heaps of glibc")
def test_threads_share_two_heaps():
    told = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    heaps = sum(line.startswith("Arena ") for line in told.stderr.splitlines())
    assert 1 <= heaps <= 2, told.stderr

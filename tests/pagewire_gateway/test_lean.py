"""What is not needed is not loaded, and what threads asked the C library for, and gave back, does not stay with the process."""

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


_LOADED = """
import sys
from pagewire_gateway.lean import leave_out_tools

leave_out_tools()
import pagewire_gateway.cli.serve
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_gateway_loads_nothing_that_only_some_need():
    told = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert {"httpx", "litestar", "apsw"} <= loaded
    assert not loaded & {"cryptography", "jinja2", "nats", "pygments", "rich", "aiohttp"}


def test_httpx_works_without_its_command_line():
    program = (
        "from pagewire_gateway.lean import leave_out_tools\nleave_out_tools()\nimport httpx\nprint(httpx.Client().get)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "Client.get" in told.stdout

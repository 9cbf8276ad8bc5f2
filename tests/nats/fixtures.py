"""Fixtures: one server a test session, and names of its own for each test."""

import itertools
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nats.server import COMMAND, die_with_parent, free_port

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that all tests of the session share."""
    folder: Path = tmp_path_factory.mktemp("nats")
    port = free_port()
    options = ["-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder / "store")]
    with (folder / "nats.log").open("wb") as log:
        process = subprocess.Popen([str(COMMAND), *options], stdout=log, stderr=log, preexec_fn=die_with_parent)  # noqa: PLW1509
    for _ in range(600):
        if _answers(port):
            break
        assert process.poll() is None, (folder / "nats.log").read_text()[-2000:]
        time.sleep(0.1)
    yield f"nats://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def nats_prefix() -> str:
    """Begins the names of everything a test makes."""
    return f"t{next(_NUMBERS)}"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False

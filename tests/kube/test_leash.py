"""No server outlives the tests."""

import signal
import subprocess
import sys
import time
from pathlib import Path

_HOLD = """
import sys
from tests.kube.cluster import running_cluster
with running_cluster() as cluster:
    cluster.start_controllers()
    print(cluster.folder, flush=True)
    sys.stdin.read()
"""


def test_kill_9_of_the_tests_takes_the_servers_along() -> None:
    pipe, checkout = subprocess.PIPE, Path(__file__).parents[2]
    holder = subprocess.Popen([sys.executable, "-c", _HOLD], stdin=pipe, stdout=pipe, text=True, cwd=checkout)
    with holder:
        assert holder.stdout
        folder = Path(holder.stdout.readline().strip())
        servers = _users_of(folder)
        assert len(servers) == 4, "etcd, kube-apiserver, kube-controller-manager and the one that watches over them"
        holder.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _users_of(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _users_of(folder) == []
    assert not folder.exists()


def _users_of(folder: Path) -> list[str]:
    """Commands of all living processes that were told of the folder; a zombie has no command any more."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in command:
            found.append(command)
    return found

"""The servers of the tests keep what they were given over kill -9, and outlive nobody."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import nats
from nats.js.errors import ServerError

from tests.nats.servers import NatsCluster, Server

_HOLD = """
import sys
from tests.nats.servers import running_cluster
with running_cluster() as cluster:
    print(cluster.servers[0].store.parent, flush=True)
    sys.stdin.read()
"""


async def test_what_is_acknowledged_is_there_after_kill_9(own_nats: Server):
    connection = await nats.connect(own_nats.url)
    js = connection.jetstream()
    await js.add_stream(name="kept", subjects=["kept"])
    await js.publish("kept", b"words")
    await connection.close()
    own_nats.restart()
    connection = await nats.connect(own_nats.url)
    message = await connection.jetstream().get_msg("kept", 1)
    assert message.data == b"words"
    await connection.close()


async def test_a_cluster_goes_on_without_the_leader_of_a_stream(nats_cluster: NatsCluster):
    connection = await nats.connect(nats_cluster.url.split(","), reconnect_time_wait=0.1)
    js = connection.jetstream()
    await js.add_stream(name="kept", subjects=["kept"], num_replicas=3)
    await js.publish("kept", b"1")
    lost = nats_cluster.leader_of("kept")
    lost.kill()
    sequence = None
    while sequence is None:
        try:
            sequence = (await js.publish("kept", b"2", timeout=5)).seq
        except (ServerError, nats.errors.Error):
            await asyncio.sleep(0.1)
    assert sequence >= 2
    lost.start()
    lost.wait()
    await connection.close()


def test_kill_9_of_the_tests_takes_the_servers_along():
    pipe, checkout = subprocess.PIPE, Path(__file__).parents[2]
    holder = subprocess.Popen([sys.executable, "-c", _HOLD], stdin=pipe, stdout=pipe, text=True, cwd=checkout)
    with holder:
        assert holder.stdout
        folder = Path(holder.stdout.readline().strip())
        assert folder.exists()
        holder.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()

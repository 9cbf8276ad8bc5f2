"""What NATS servers pay for a stored message, kept: ``python -m bench.scale.nats [MESSAGES]``.

One server, and a cluster of three with three replicas; file storage, message ids as the journal uses them, 700 bytes a message.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import nats
from nats.js.api import StorageType, StreamConfig

from bench.scale.kept import keep
from tests.nats.servers import Server, running_cluster, running_server

FLYING, PAYLOAD = 256, os.urandom(350).hex().encode()
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(servers: list[Server]) -> float:
    """Seconds that they used so far, all together."""
    used = 0
    for server in servers:
        fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


async def measure(url: str, servers: list[Server], messages: int) -> dict[str, Any]:
    client = await nats.connect(url.split(","))
    stream = client.jetstream(timeout=60)
    await stream.add_stream(
        StreamConfig(
            "bench", subjects=["bench.>"], storage=StorageType.FILE, num_replicas=len(servers), duplicate_window=120
        )
    )
    await publish(stream, range(500))
    before, began = cpu(servers), time.monotonic()
    await publish(stream, range(500, 500 + messages))
    took, used = time.monotonic() - began, cpu(servers) - before
    state = (await stream.stream_info("bench")).state
    await client.close()
    return {
        "servers": len(servers),
        "rate": round(messages / took),
        "ack_ms": round(FLYING * took / messages * 1e3, 1),
        "cpu_us": round(used / messages * 1e6, 1),
        "bytes": round(state.bytes / state.messages),
    }


async def publish(stream: Any, numbers: range) -> None:
    """So many at once, the next as soon as one is acknowledged."""
    left = iter(numbers)

    async def one_after_the_other() -> None:
        for number in left:
            headers = {"Nats-Msg-Id": f"m_{number:040d}"}
            await stream.publish(f"bench.{number % 64}", PAYLOAD, headers=headers)

    await asyncio.gather(*(one_after_the_other() for _ in range(FLYING)))


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with running_server() as server:
        alone = asyncio.run(measure(server.url, [server], messages))
    with running_cluster() as cluster:
        replicated = asyncio.run(measure(cluster.url, cluster.servers, messages))
    found = {"messages": messages, "payload": len(PAYLOAD), "alone": alone, "replicated": replicated}
    print(found)
    keep("nats", found)


if __name__ == "__main__":
    main()

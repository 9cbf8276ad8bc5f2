"""Loopback ports for servers that do not share them."""

import random
import socket

_PORTS = range(20_000, 30_000)
"""Below what systems give to outgoing connections, so that nobody takes the port of a server that is down for a while."""


def free_ports(count: int) -> list[int]:
    """So many different ports that nobody listens on now."""
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if _free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free loopback port between 20000 and 30000")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]

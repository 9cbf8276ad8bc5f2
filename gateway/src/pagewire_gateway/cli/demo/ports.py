"""Which ports the demo uses."""

import socket
from contextlib import ExitStack

from msgspec import Struct

HOST = "127.0.0.1"


class Ports(Struct, frozen=True, kw_only=True):
    """One port a part; 0 stands for any free one."""

    public: int = 8080
    admin: int = 9090
    simulator: int = 8090
    crm: int = 8095


ANY = Ports(public=0, admin=0, simulator=0, crm=0)


def choose(wanted: Ports) -> Ports:
    """The wanted ports where they are free, and free ones for the others."""
    with ExitStack() as held:
        return Ports(
            public=_free(wanted.public, held),
            admin=_free(wanted.admin, held),
            simulator=_free(wanted.simulator, held),
            crm=_free(wanted.crm, held),
        )


def free() -> int:
    """A port that is free now."""
    with ExitStack() as held:
        return _free(0, held)


def url(port: int) -> str:
    """Address of a port on this machine."""
    return f"http://{HOST}:{port}"


def _free(port: int, held: ExitStack) -> int:
    # Held until all are chosen, so that no two get the same.
    bound = held.enter_context(socket.socket())
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError:
        bound.bind((HOST, 0))
    number: int = bound.getsockname()[1]
    return number

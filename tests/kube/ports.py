"""Loopback ports that stay ours while a server is down."""

import socket


class Port:
    """A port bound but not listened on: nobody else gets it, and a server that shares ports may listen there.

    While no server does, connections are refused, as they are when it is down in earnest.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    def __str__(self) -> str:
        return str(self.number)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

"""A real PostgreSQL on loopback, as Debian packs it; its files are in memory and go with the tests."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

import psycopg

from tests.kube.leash import Leash
from tests.ports import free_ports

PASSWORD: Final = "correct horse battery staple"
_PATIENCE: Final = 90
_QUICK: Final = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    "max_connections=20",
)


class PostgresServer:
    """One server with user ``log`` and database ``postgres``; port and rows stay the same over a restart."""

    def __init__(self, leash: Leash) -> None:
        self._leash = leash
        self._port = free_ports(1)[0]
        self._bin = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        leash.folder.chmod(0o711)
        self._data = leash.folder / "data"
        secret = leash.folder / "password"
        secret.write_text(PASSWORD)
        self._data.mkdir()
        if os.getuid() == 0:
            shutil.chown(self._data, "postgres")
            shutil.chown(secret, "postgres")
        options = ["-U", "log", "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--locale=C", "--no-sync"]
        command = [*self._user(), str(self._bin / "initdb"), "-D", str(self._data), *options]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def dsn(self, password: str = PASSWORD) -> str:
        """The connection string."""
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self._port, user="log", dbname="postgres", password=password
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = [word for one in (*_QUICK, f"port={self._port}", "unix_socket_directories=") for word in ("-c", one)]
        command = [
            *self._user(),
            str(self._bin / "postgres"),
            "-D",
            str(self._data),
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        self._process = self._leash.start([*command, *settings], self._leash.folder / "log")
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._leash.folder / "log").read_text()[-4000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, connections included."""
        assert self._process
        self._process.send_signal(2)
        self._process.wait()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Ask it."""
        with psycopg.connect(self.dsn()) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _user(self) -> list[str]:
        """The server refuses to run as root."""
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    program = str(found[-1]) if found else shutil.which("initdb")
    if program is None:
        raise RuntimeError("PostgreSQL is missing: run tools/postgres, or install the package postgresql")
    return Path(program).parent

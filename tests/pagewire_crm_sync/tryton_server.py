"""A real Tryton server on SQLite, of the versions pinned here, in an environment of its own outside the checkout.

trytond brings thirty modules' worth of dependencies that nothing else needs, so they are no dependencies of the project.
"""

import asyncio
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

PINS = ("trytond==8.2.1", "trytond-party==8.2.0")
PASSWORD = "not-a-real-password"
CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "pagewire" / ("-".join(PINS).replace("==", "-"))
)
START_SECONDS = 60.0


def prepared() -> Path:
    """The folder with the environment and a database that nobody has used; made once for every checkout."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with _alone():
        if not (CACHE / "ready").exists():
            _prepare()
    return CACHE


def _prepare() -> None:
    for name in ("venv", "data"):
        shutil.rmtree(CACHE / name, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", CACHE / "venv"], check=True)
    subprocess.run([CACHE / "venv/bin/python", "-m", "pip", "install", "--quiet", *PINS], check=True)
    (CACHE / "data").mkdir()
    (CACHE / "data/crm.sqlite").touch()
    config = _configured(CACHE, CACHE / "data", 1)
    (CACHE / "password").write_text(PASSWORD)
    admin = [CACHE / "venv/bin/trytond-admin", "-c", config, "-d", "crm"]
    environ = {**os.environ, "TRYTONPASSFILE": str(CACHE / "password")}
    subprocess.run([*admin, "--all", "--email", "admin@example.com"], check=True, env=environ)
    subprocess.run([*admin, "-u", "party", "--activate-dependencies"], check=True, env=environ)
    (CACHE / "ready").touch()


@contextmanager
def _alone() -> Iterator[None]:
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _configured(folder: Path, data: Path, port: int) -> Path:
    config = folder / "trytond.conf"
    config.write_text(f"[database]\nuri = sqlite://\npath = {data}\n[web]\nlisten = 127.0.0.1:{port}\n")
    return config


class Server:
    """What a test sees of it."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self._database = database

    def parties(self) -> dict[str, str]:
        """Names by code, as they stand in the database."""
        with sqlite3.connect(self._database) as connection:
            rows = connection.execute("select code, name from party_party").fetchall()
        assert len({code for code, _ in rows}) == len(rows)
        return dict(rows)

    def rename(self, code: str, name: str) -> None:
        """Somebody changes a party by hand."""
        with sqlite3.connect(self._database) as connection:
            connection.execute("update party_party set name = ? where code = ?", (name, code))


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Server]:
    """A server with a fresh database, gone with the block."""
    cache = await asyncio.to_thread(prepared)
    shutil.copy(cache / "data/crm.sqlite", folder / "crm.sqlite")
    port = _free_port()
    config = _configured(folder, folder, port)
    with (folder / "trytond.log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            cache / "venv/bin/trytond", "-c", str(config), "-d", "crm", stdout=log, stderr=log
        )
    try:
        await _answers(port, process)
        yield Server(f"http://127.0.0.1:{port}", folder / "crm.sqlite")
    finally:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _answers(port: int, process: asyncio.subprocess.Process) -> None:
    body = {"id": 1, "method": "common.server.version", "params": []}
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(trust_env=False) as client:
        while process.returncode is None:
            try:
                if (await client.post(f"http://127.0.0.1:{port}/rpc/", json=body)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError("trytond ended before it answered")

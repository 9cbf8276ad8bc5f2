"""A real Tryton server on SQLite, of the versions pinned here, in an environment of its own outside the checkout.

trytond brings thirty modules' worth of dependencies that nothing else needs, so they are no dependencies of the project.
"""

import asyncio
import base64
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx

from tests.apart import environment
from tests.ports import free_port

PINS = ("trytond==8.2.1", "trytond-party==8.2.0", "phonenumberslite==9.0.42")
USER, PASSWORD = "pagewire", "not-a-real-password"
START_SECONDS = 120.0
_MAKE_USER = """
import sys
from trytond import config
config.update_etc(sys.argv[1])
from trytond.pool import Pool
from trytond.transaction import Transaction
Pool.start()
Pool("crm").init()
with Transaction().start("crm", 1):
    party, = Pool().get("res.group").search([("name", "=", "Party Administration")])
    Pool().get("res.user").create([{"name": "Pagewire", "login": sys.argv[2], "password": sys.argv[3],
                                    "groups": [("add", [party.id])]}])
"""
"""A user as the guide asks for it: no administrator."""


def prepared() -> Path:
    """The folder with the environment and a database that nobody has used; made once for every checkout."""
    return environment("tryton", PINS, _finish)


def _finish(cache: Path) -> None:
    (cache / "data").mkdir()
    (cache / "data/crm.sqlite").touch()
    config = _configured(cache, cache / "data", 1)
    (cache / "password").write_text(PASSWORD)
    admin = [cache / "venv/bin/trytond-admin", "-c", config, "-d", "crm"]
    environ = {**os.environ, "TRYTONPASSFILE": str(cache / "password")}
    subprocess.run([*admin, "--all", "--email", "admin@example.com"], check=True, env=environ)
    subprocess.run([*admin, "-u", "party", "--activate-dependencies"], check=True, env=environ)
    subprocess.run([cache / "venv/bin/python", "-c", _MAKE_USER, config, USER, PASSWORD], check=True)


def _configured(folder: Path, data: Path, port: int) -> Path:
    config = folder / "trytond.conf"
    config.write_text(f"[database]\nuri = sqlite://\npath = {data}\n[web]\nlisten = 127.0.0.1:{port}\n")
    return config


class Server:
    """What a test sees of it."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self._database = database
        self._session = ""

    async def call(self, method: str, *params: Any) -> Any:
        """What people at Tryton do, as the same user: a method such as ``model.party.party.create``."""
        if not self._session:
            user, token, *_ = await self._ask("common.db.login", USER, {"password": PASSWORD})
            self._session = base64.b64encode(f"{USER}:{user}:{token}".encode()).decode()
        return await self._ask(method, *params, {})

    async def party(self, code: str, name: str, *mechanisms: tuple[str, str]) -> int:
        """Somebody makes a party by hand."""
        means = [["create", [{"type": type_, "value": value}]] for type_, value in mechanisms]
        (made,) = await self.call(
            "model.party.party.create", [{"code": code, "name": name, "contact_mechanisms": means}]
        )
        return int(made)

    async def merge(self, source: int, destination: int) -> None:
        """Somebody merges two parties of the same name, with Tryton's own wizard."""
        session, *_ = await self.call("wizard.party.replace.create")
        asked = {"ask": {"source": source, "destination": destination}}
        await self.call("wizard.party.replace.execute", session, asked, "replace")

    async def notes(self, *parties: int) -> list[str]:
        """The texts of their notes, the oldest first."""
        wanted = [["resource", "in", [f"party.party,{each}" for each in parties]]]
        found = await self.call("model.ir.note.search_read", wanted, 0, None, [["id", "ASC"]], ["message"])
        return [each["message"] for each in found]

    async def _ask(self, method: str, *params: Any) -> Any:
        body = {"id": 1, "method": method, "params": params}
        headers = {"authorization": f"Session {self._session}"} if self._session else {}
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = (await client.post(f"{self.url}/crm/rpc/", json=body, headers=headers)).json()
        assert "error" not in answer, answer
        return answer["result"]

    def parties(self) -> dict[str, str]:
        """Names by code, as they stand in the database."""
        with closing(sqlite3.connect(self._database)) as connection:
            rows = connection.execute("select code, name from party_party").fetchall()
        assert len({code for code, _ in rows}) == len(rows)
        return dict(rows)

    def rename(self, code: str, name: str) -> None:
        """Somebody changes a party by hand."""
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute("update party_party set name = ? where code = ?", (name, code))


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Server]:
    """A server with a fresh database, gone with the block."""
    cache = await asyncio.to_thread(prepared)
    shutil.copy(cache / "data/crm.sqlite", folder / "crm.sqlite")
    port = free_port()
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

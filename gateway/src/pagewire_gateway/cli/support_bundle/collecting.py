"""The parts of a bundle: each a file name and its content."""

import platform
from collections import deque
from collections.abc import AsyncIterator, Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec

from pagewire.terminal.exits import CommandError
from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.doctor.command import Scope, examine
from pagewire_gateway.cli.support_bundle.scrubbing import plain, scrubbed

LINES: Final = 2000
"""Lines of a log: the last ones."""
_ASKED: Final = {
    "settings.json": "/api/v1/settings",
    "stats.json": "/api/v1/stats",
    "plugins.json": "/api/v1/plugins?accounts=0",
    "outbox.json": "/api/v1/outbox",
    "parked-causes.json": "/api/v1/parked/causes",
    "replays.json": "/api/v1/replays",
}
_OURS: Final = (
    "pagewire",
    "litestar",
    "uvicorn",
    "uvloop",
    "httptools",
    "msgspec",
    "pluggy",
    "apsw",
    "httpx",
    "nats-py",
    "kopf",
)


async def parts(client: AdminClient, scope: Scope, log: Path | None) -> AsyncIterator[tuple[str, bytes]]:
    """Every part; what cannot be had says why instead."""
    yield "versions.json", _json(versions())
    yield "doctor.json", _json([_finding(one) async for one in examine(scope, client)])
    for name, path in _ASKED.items():
        yield name, _json(_scrub(await _asked(client, path)))
    yield "metrics.txt", (await _metrics(client)).encode()
    if log is not None:
        yield "log.txt", "\n".join(scrubbed(_tail(log))).encode()


def versions() -> dict[str, Any]:
    """Of everything that could matter."""
    found = {one.name: one.version for one in distributions()}
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": apsw.sqlite_lib_version(),
        "distributions": {name: found[name] for name in sorted(found) if name.startswith(_OURS)},
    }


async def _asked(client: AdminClient, path: str) -> Any:
    try:
        return await client.get(path)
    except CommandError as error:
        return {"missing": error.message, "fix": error.hint}


async def _metrics(client: AdminClient) -> str:
    try:
        return await client.text("/metrics")
    except CommandError as error:
        return f"# missing: {error.message}\n"


def lacking(found: Iterable[tuple[str, bytes]]) -> str:
    """What of a bundle could not be had, why, and what to do about it; empty if it is whole."""
    names, said = [], ""
    for name, content in found:
        part = msgspec.json.decode(content) if name in _ASKED else None
        if isinstance(part, dict) and "missing" in part:
            names.append(name)
            said = said or f"{part['missing'].rstrip('.')}. {part['fix']}"
    return f"Missing are {', '.join(names)}: {said}" if names else ""


def _scrub(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _scrub(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_scrub(inner) for inner in value]
    return plain(value) if isinstance(value, str) else value


def _finding(one: Any) -> dict[str, str]:
    return {"check": one.check, "state": str(one.state), "found": plain(one.found), "fix": one.fix}


def _tail(log: Path) -> list[str]:
    with log.open(encoding="utf-8", errors="replace") as file:
        return list(deque(file, maxlen=LINES))


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)

"""What is fuzzed: functions that take any bytes, and must neither raise nor contradict themselves."""

import contextlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pagewire import samples
from pagewire.locks import Key, KeySource, LockError, Locks
from pagewire.wire import event_of, read
from pagewire_gateway import signature
from pagewire_gateway.callbacks import signed_request
from pagewire_gateway.ingress import handshake
from pagewire_gateway.registry import reading
from pagewire_gateway.registry.port import App
from pagewire_gateway.registry.sharing import Shared
from tests.pagewire_gateway import making

SECRET: Final = making.SECRET.encode()
NOW: Final = 1_790_000_000_000
SLOWEST: Final = 5.0
"""Seconds one input may take at most, however busy the machine is: what grows faster than its input shows itself."""
_LOCKS: Final = Locks(KeySource(keys=Key.new()))


class Target(NamedTuple):
    """One function.

    Attributes:
        name: in the table.
        about: what it is, for people.
        play: takes any bytes; raises if something is wrong.
        seeds: good inputs to begin with.
    """

    name: str
    about: str
    play: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]


def wire(data: bytes) -> None:
    """Every body is split; every item becomes an event; twice the same."""
    found = read(data, NOW)
    assert found == read(data, NOW)
    assert found.unreadable is None or not found.items
    for item in found.items:
        assert event_of(item, NOW).id == item.id


def sign(data: bytes) -> None:
    """Only the true digest passes, whatever the header says."""
    header, _, body = data.partition(b"\n")
    true = signature.sign(body, SECRET).encode()
    verdict = signature.verify(body, header, header, [SECRET], allow_sha1=False)
    assert isinstance(verdict, signature.Refusal) or header.strip().lower() == true.lower()


def signed(data: bytes) -> None:
    """A signed request is believed or refused by name; nobody else's is believed."""
    found = signed_request.read(data.decode("utf-8", "replace"), [SECRET], NOW // 1000)
    assert isinstance(found, str) or found.user_id.isdigit()


def manifests(data: bytes) -> None:
    """Any file is read, or refused with its place; nothing of a Secret is told."""
    for file in ("a.yaml", "a.json"):
        found = reading.read(data, file, Shared())
        assert all(str(problem) for problem in found.problems)


def verification(data: bytes) -> None:
    """A handshake is answered with its challenge or refused."""
    app = App(
        namespace="support",
        name="acme",
        app_id=making.APP_ID,
        secrets=(),
        verify_token=None,
        client_token=None,
        graph_version="v25.0",
        allowed_namespaces=(),
    )
    assert handshake.answer(app, data).status in {400, 503}


def locked(data: bytes) -> None:
    """A value that nobody locked here does not open."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(LockError):
        assert _LOCKS.unlock(f"locked:v1:{_LOCKS.ids()[0]}:{text}", "a/b/c") is None


def bodies() -> list[bytes]:
    """Every sample of Meta's."""
    return [samples.body(name) for name in samples.names()]


def _signed_bodies() -> list[bytes]:
    return [signature.sign(body, SECRET).encode() + b"\n" + body for body in bodies()[:20]]


def _documents() -> list[bytes]:
    page = making.page_manifest({"name": "auto-reply", "config": {"rules": []}})
    return [making.APP_MANIFESTS.encode(), page.encode(), json.dumps({"kind": "List", "items": [{}]}).encode()]


TARGETS: Final = (
    Target("wire", "delivery bodies into events", wire, bodies),
    Target("signature", "signature header and body", sign, _signed_bodies),
    Target("signed_request", "call-backs of Meta", signed, lambda: [b"c2ln.eyJ1c2VyX2lkIjoiMSJ9"]),
    Target("manifests", "files of a folder", manifests, _documents),
    Target(
        "handshake",
        "verification requests",
        verification,
        lambda: [b"hub.mode=subscribe&hub.verify_token=x&hub.challenge=1"],
    ),
    Target("locks", "locked values", locked, lambda: [b"AAAA"]),
)


def timed(target: Target, data: bytes) -> None:
    """Play one input, and see that it ends in time."""
    began = time.process_time()
    target.play(data)
    assert time.process_time() - began < SLOWEST, f"{target.name} takes too long for {len(data)} bytes"

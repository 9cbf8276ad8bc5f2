"""Every peer is pinned, and nothing in its files names where packages come from."""

import json
import re
from pathlib import Path

import pytest

from bench.peers.catalogue import HERE, PEERS, Peer, versions
from bench.peers.install import PARTS, last_line

LOCKS = sorted(HERE.glob("*/package-lock.json"))


@pytest.mark.parametrize("peer", PEERS, ids=[peer.name for peer in PEERS])
def test_what_a_peer_wants_is_pinned_and_can_be_installed(peer: Peer) -> None:
    assert all(re.fullmatch(r"\d+(\.\w+)+", pin) for pin in versions(peer).values())
    assert set(peer.needs) <= set(PARTS)
    assert (peer.folder / "program").stat().st_mode & 0o100


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.parent.name for lock in LOCKS])
def test_lock_files_have_hashes_and_no_addresses(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    outside = {name: package for name, package in packages.items() if name}
    assert outside
    assert all("integrity" in package and "resolved" not in package for package in outside.values())


def test_requirements_have_hashes_and_no_addresses() -> None:
    text = (HERE / "requirements.txt").read_text()
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z0-9])", text.strip()))


def test_reasons_leave_out_addresses() -> None:
    assert last_line("reading https://example.org/list: 403\n\tserver: not available\n\n") == "server: not available"
    assert last_line("could not find `svix` in `x` at https://example.org") == "could not find `svix` in `x` at"

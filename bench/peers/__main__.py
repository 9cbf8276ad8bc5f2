"""The whole comparison in one run: ``python -m bench.peers [SECONDS] [ROUNDS] [PEER ...]``.

Installs what is missing, visits every peer in turn, round after round, and keeps what it found in ``bench/peers/results``. With
names of peers it visits only those and prints what it finds, without keeping it.
"""

import json
import os
import platform
import random
import sys
import time
from typing import Any

from bench.peers import install
from bench.peers.catalogue import HERE, PEERS, Peer, versions
from bench.peers.loading import NotUp
from bench.peers.visit import Visit

RATE = 50.0
"""Deliveries a second of the even load: a hundred messages, which every peer here can handle."""


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    names = sys.argv[3:]
    there, missing = available([peer for peer in PEERS if peer.name in (names or [peer.name])])
    visits = list(visited(there, seconds, rounds))
    if not names:
        keep({"seconds": seconds, "rounds": rounds, "rate": RATE, "missing": missing, "visits": visits})


def available(peers: list[Peer]) -> tuple[list[Peer], dict[str, str]]:
    """Which can be visited, and why the others cannot."""
    there, missing = [], {}
    for peer in peers:
        try:
            for part in peer.needs:
                install.provide(part)
            there.append(peer)
        except install.Unavailable as reason:
            missing[peer.title] = str(reason)
            print(f"{peer.title}: skipped. {reason}", flush=True)
    return there, missing


def visited(peers: list[Peer], seconds: float, rounds: int) -> Any:
    chance = random.Random(round(time.time()))
    for turn in range(rounds):
        for peer in peers:
            found = {"round": turn, **once_more(peer, seconds, chance)}
            print(json.dumps(found), flush=True)
            yield found


def once_more(peer: Peer, seconds: float, chance: random.Random) -> dict[str, Any]:
    """One visit; a second try where a peer did not come up, as when something else took its port meanwhile."""
    try:
        with Visit(peer, seconds, RATE, chance) as visit:
            return visit.all()
    except NotUp as error:
        print(error, file=sys.stderr, flush=True)
    with Visit(peer, seconds, RATE, chance) as visit:
        return visit.all()


def keep(found: dict[str, Any]) -> None:
    """Write the newest result, which the page is made of."""
    about = {
        "command": f"python -m bench.peers {found['seconds']:g} {found['rounds']}",
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {peer.name: versions(peer) for peer in PEERS},
        "absent": install.absent(),
    }
    path = HERE / "results/latest.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(about | found, indent=1) + "\n")
    print(f"kept in {path}; python -m tests.generated writes the page")


if __name__ == "__main__":
    main()

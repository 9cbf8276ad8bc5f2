"""A peer, a Send API and loads: what one visit does again and again."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.end_to_end import Process
from bench.peers import talk
from bench.peers.ledger import Key, judge
from bench.peers.running import Running

START, PATIENCE = 40.0, 60.0
"""Seconds for a peer to come up, and for everything to be handled."""
QUIET, QUIET_AFTER_KILL = 4.0, 20.0
"""Seconds without news until what is missing counts as lost; after a kill a peer may have to find out what was done."""
TURNS = 10_000_000
"""Between the first turns of two loads, so that no message is ever said twice."""


class NotUp(Exception):
    """A peer did not answer in time after its start, with the end of what it wrote."""


class Loads:
    """Loads on one running peer.

    Args:
        running: the peer.
        stub: its Send API.
        folder: for ledgers.
    """

    def __init__(self, running: Running, stub: Process, folder: Path) -> None:
        self.running, self.stub, self.folder = running, stub, folder
        self.first = 0

    def awake(self) -> float:
        """Write until something is answered; seconds it took.

        Raises:
            NotUp: it took too long.
        """
        began = time.monotonic()
        while not self.stub.ask("count")["came"]:
            if time.monotonic() - began > START:
                raise NotUp(f"{self.running.peer.name} does not answer:\n{self.running.told()}")
            with contextlib.suppress(OSError):
                self.say_hello()
            time.sleep(0.3)
        took = time.monotonic() - began
        self.settled()
        return took

    def say_hello(self) -> None:
        self.first += TURNS
        content = talk.body([talk.Message(999_999, self.first)], int(time.time() * 1000))
        with socket.create_connection(("127.0.0.1", self.running.port), 5) as connection:
            connection.sendall(talk.request(self.running.peer.path, content))
            connection.recv(4096)

    def measured(self, seconds: float, connections: int, rate: float | None = None) -> dict[str, Any]:
        """One load of batches, until everything is handled that ever will be."""
        process, kept = self.start(seconds, connections, "mixed", rate)
        out, _ = process.communicate(timeout=seconds + 90)
        told, ledger = json.loads(out), json.loads(kept.read_text())
        waited = self.settled(len(ledger["acknowledged"]))
        return {**told, **self.verdict(ledger), "waited": round(waited, 2)}

    def start(self, seconds: float, connections: int, shapes: str, rate: float | None = None) -> tuple[Any, Path]:
        """Start a load; its process, and the file that its ledger will be in."""
        self.stub.ask(f"dump {self.folder / 'before.json'}")
        self.first += TURNS
        kept = self.folder / f"ledger-{self.first}.json"
        command = [sys.executable, "-m", "bench.peers.load", str(self.running.port), self.running.peer.path]
        command += [str(connections), str(seconds), str(self.first), str(kept), shapes, *([str(rate)] if rate else [])]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True), kept

    def settled(self, wanted: int | None = None, quiet: float = QUIET) -> float:
        """Wait until nothing comes any more, but not for ever.

        Returns:
            Seconds without news at the end of it.
        """
        came, news, end = -1, time.monotonic(), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            now = self.stub.ask("count")["came"]
            if now != came:
                came, news = now, time.monotonic()
            # Once as many came as were acknowledged, a repeat or two may still be under way.
            if time.monotonic() - news > (1.0 if wanted is None or came >= wanted else quiet):
                break
            time.sleep(0.05)
        return time.monotonic() - news

    def settled_after_start(self) -> float:
        """The port first: only then does quiet mean anything.

        As many calls as were acknowledged are not yet all of them: what was stored without its answer is called for as well.
        """
        end = time.monotonic() + START
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.running.port), 5).close()
                break
            time.sleep(0.1)
        return self.settled(sys.maxsize, QUIET_AFTER_KILL)

    def verdict(self, ledger: dict[str, Any]) -> dict[str, int]:
        """What became of the messages of a load."""
        dump = self.folder / "came.json"
        self.stub.ask(f"dump {dump}")
        came: list[Key] = [(one[0], one[1]) for one in json.loads(dump.read_text())]
        keys = ({(one[0], one[1]) for one in ledger[name]} for name in ("acknowledged", "repeated"))
        return judge(*keys, came)._asdict()

"""Which peers there are, what each needs, and what each does not do."""

import json
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Peer(NamedTuple):
    """One competitor, started by the scripts in its folder: ``engine``, if it has one, and ``program``."""

    name: str
    title: str
    path: str
    """Where it takes webhooks."""
    needs: tuple[str, ...]
    """Names of what :mod:`bench.peers.install` puts into the cache."""
    wants: tuple[str, ...]
    """Packages whose versions stand in the table."""
    setup: str
    """How it was run, in a sentence."""
    lacks: str
    """What of the job it leaves to others, as its own code and manual have it."""

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def has_engine(self) -> bool:
        return (self.folder / "engine").is_file()


class Absent(NamedTuple):
    """One that no registry gives, and how that is found out."""

    title: str
    ask: tuple[str, ...]


PEERS = (
    Peer(
        "pagewire",
        "Pagewire, SQLite",
        "/webhooks/bench/load",
        (),
        (),
        "`pagewire serve`, auto-reply plugin only; its pacing set above the load, for no peer paces; its wait for echoes after a "
        "crash set to 5 s instead of 30, for nobody sends echoes here",
        "a send that was under way in a crash is held until Meta has said whether it went out, and others after it in that "
        "conversation wait as long",
    ),
    Peer(
        "pagewire_nats",
        "Pagewire, NATS",
        "/webhooks/bench/load",
        (),
        (),
        "one `pagewire serve`, one `pagewire work` and one `nats-server` as it comes; the rest as above",
        "as above; a single NATS server acknowledges before it writes to the disk, so a power cut may lose what a kill does not",
    ),
    Peer(
        "restate",
        "Restate",
        "/webhook",
        ("python", "restate"),
        ("@restatedev/restate-server", "restate-sdk", "hypercorn", "aiohttp"),
        "a virtual object for each conversation; our own thin receiver in front, for Restate has no ingress for Meta: it "
        "verifies the signature and hands over each item with its message id as idempotency key",
        "knows nothing of Meta: signatures, batches, windows, pacing, tokens; a step under way in a crash is made again, so a "
        "message may be sent twice",
    ),
    Peer(
        "bottender",
        "Bottender",
        "/webhook",
        ("bottender",),
        ("bottender",),
        "custom server of its manual, sessions in memory",
        "takes the first item of each entry; answers 200 before the handler runs and stores nothing; does not look for repeats; "
        "checks the SHA-1 signature",
    ),
    Peer(
        "botkit",
        "Botkit, botbuilder-adapter-facebook",
        "/webhook",
        ("botkit",),
        ("botkit", "botbuilder-adapter-facebook", "request"),
        "its client speaks nothing but https, so its call is made over http with its own library; `request`, which the adapter "
        "uses and does not declare, is installed beside it",
        "stores nothing, but answers 200 only after the handler, so a slow handler or Send API delays the answer; does not "
        "look for repeats; checks the SHA-1 signature",
    ),
    Peer(
        "fastapi_tasks",
        "FastAPI, background tasks",
        "/webhook",
        ("python",),
        ("fastapi", "uvicorn", "httpx"),
        "written with care: every item of every entry, one client kept open",
        "keeps its tasks in memory; does not look for repeats; deliveries overtake each other; a task that fails is forgotten, "
        "and httpx gives up after 5 s without a free connection",
    ),
    Peer(
        "celery_redis",
        "FastAPI, Celery, Redis",
        "/webhook",
        ("python", "redis"),
        ("celery", "redis", "fastapi", "httpx"),
        "one task an item, Celery's defaults, Redis with the configuration that Debian ships",
        "does not look for repeats; two processes take tasks side by side, so a person's messages overtake each other; a task "
        "counts as done when a worker takes it, and those fetched ahead come back after an hour; Redis writes to disk "
        "now and then",
    ),
)

ABSENT = (
    Absent("Outpost", ("go", "list", "-m", "github.com/hookdeck/outpost@latest")),
    Absent("Convoy", ("go", "list", "-m", "github.com/frain-dev/convoy@latest")),
    Absent("Svix server", ("cargo", "info", "svix-server")),
)


def versions(peer: Peer) -> dict[str, str]:
    """The pins of a peer's packages: from its package.json, or from the requirements of the Python ones."""
    package = peer.folder / "package.json"
    pins = json.loads(package.read_text())["dependencies"] if package.is_file() else {}
    pins |= dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (HERE / "requirements.txt").read_text(), re.MULTILINE))
    return {name: pins[name] for name in peer.wants}

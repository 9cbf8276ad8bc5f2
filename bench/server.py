"""The public port for measurements, in a process of its own.

    python -m bench.server verify|durable FOLDER

``durable`` is the gateway's own route and journal with no plugin. ``verify`` is the same route that reads, verifies and parses
the body, and answers without storing anything. Prints the port, then serves until standard input closes.
"""

import asyncio
import sys
from pathlib import Path

from bench.bodies import SECRET
from pagewire import wire
from pagewire.sealed import Sealed
from pagewire_gateway.app import now
from pagewire_gateway.collecting import collect_garbage_rarely
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, WholeDeliveries, answers, create_public_app
from pagewire_gateway.ingress.answers import Answer
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.registry.port import App
from pagewire_gateway.serving import Listener
from pagewire_gateway.sharing_time import hand_over_sooner

APP = App(
    namespace="bench",
    name="load",
    app_id="1",
    secrets=(Sealed(SECRET),),
    verify_token=None,
    client_token=None,
    graph_version="v25.0",
    allowed_namespaces=(),
)


class OneApp:
    """A registry of one app."""

    revision = 1

    def app(self, namespace: str, name: str) -> App | None:
        return APP if (namespace, name) == ("bench", "load") else None


class VerifyOnly(Ingress):
    """Everything but the journal: the body is read, verified and parsed, and what it held is forgotten."""

    def _store(self, app: App, body: bytes) -> Answer:
        del app
        return answers.DUPLICATE if wire.read(body, now()).items else answers.MALFORMED


async def serve(mode: str, folder: Path) -> None:
    journal = SqliteJournal(folder / "journal.db", clock=now)
    await journal.start()
    made = (Ingress if mode == "durable" else VerifyOnly)(OneApp(), journal, IngressLimits(), now)
    # What is compared with is Litestar's route; the gateway itself takes whole deliveries without it.
    whole = WholeDeliveries(made) if mode == "durable" else None
    listener = Listener(create_public_app(made), Address("127.0.0.1", 0), 1, webhooks=whole)
    await listener.start()
    collect_garbage_rarely()
    hand_over_sooner()
    print(listener.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await listener.stop()
    await journal.aclose()


def main() -> None:
    import uvloop

    uvloop.run(serve(sys.argv[1], Path(sys.argv[2])))


if __name__ == "__main__":
    main()

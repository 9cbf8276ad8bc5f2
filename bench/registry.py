"""What a registry of many Pages costs: ``python -m bench.registry [PAGES]``.

Every Page has an AccessToken and a Secret with a token of 200 characters. Figures: memory that stays (tracemalloc), the
time to read everything, one look at an unchanged folder, one look after one Page changed, and a look-up.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

from pagewire_gateway.registry import ManifestRegistry
from pagewire_gateway.registry.following import Following

IN_A_FILE = 100
FIRST_ID = 108_000_000_000_000


async def main() -> None:
    """Measure in a folder of its own, and print a table."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for first in range(0, pages, IN_A_FILE):
            write(folder, first, min(first + IN_A_FILE, pages))
        print(f"{pages:,} Pages, each with token and Secret, {IN_A_FILE} to a JSON file")
        print(f"memory that stays   {memory(folder) / pages:8.0f} bytes a Page")
        registry = ManifestRegistry(folder)
        print(f"read everything     {await seconds(registry):8.2f} s")
        print(f"nothing changed     {await seconds(registry) * 1e3:8.2f} ms")
        write(folder, 0, IN_A_FILE, plugins=[])
        print(f"one Page changed    {await seconds(registry) * 1e3:8.2f} ms")
        print(f"look-up, any Page   {look_up(registry, pages):8.0f} ns")


def write(folder: Path, first: int, end: int, **change: Any) -> None:
    """Write the documents of some Pages into one file; `change` is for the first of them."""
    items = [document for number in range(first, end) for document in documents(number)]
    items[2]["spec"].update(change)
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    (folder / f"pages-{first:09}.json").write_text(text)


def documents(number: int) -> list[dict[str, Any]]:
    """A Page with all that is its own."""
    name, page, app = f"page-{number}", str(FIRST_ID + number), {"name": "acme"}
    ours, metadata = "pagewire.dev/v1alpha1", {"name": name, "namespace": "support"}
    source = {"secretRef": {"name": name, "key": "token"}}
    plugins = [{"name": "logging"}, {"name": "auto-reply", "config": {"rules": [{"when": {"text": "hours"}}]}}]
    token = {"appRef": app, "type": "Page", "pageId": page, "from": source}
    spec = {"appRef": app, "pageId": page, "tokenRef": {"name": name}, "plugins": plugins}
    return [
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"token": f"EAA{number:0197}"}},
        {"apiVersion": ours, "kind": "AccessToken", "metadata": metadata, "spec": token},
        {"apiVersion": ours, "kind": "MessengerPage", "metadata": metadata, "spec": spec},
    ]


def memory(folder: Path) -> int:
    """Bytes that stay allocated after reading everything; problems of a missing app left out by giving one."""
    app = {"apiVersion": "pagewire.dev/v1alpha1", "kind": "MessengerApp", "spec": {"appId": "990000000000001"}}
    (folder / "app.json").write_text(json.dumps({**app, "metadata": {"name": "acme", "namespace": "support"}}))
    following = Following(folder, 2**26)
    tracemalloc.start()
    following.look(patient=False)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken


async def seconds(registry: ManifestRegistry) -> float:
    """How long one look at the folder takes."""
    began = time.perf_counter()
    await registry.reload()
    return time.perf_counter() - began


def look_up(registry: ManifestRegistry, pages: int) -> float:
    """Nanoseconds of CPU to find an account by an id of its own, Pages in no order, so that caches are cold.

    CPU, for neighbours on the core would be counted otherwise; and only of the look-ups, as making and shuffling the ids takes
    several times as long.
    """
    ids = [str(FIRST_ID + number) for number in range(pages)]
    Random(0).shuffle(ids)
    began = time.thread_time()
    for page in ids:
        registry.account("page", page)
    return (time.thread_time() - began) / pages * 1e9


if __name__ == "__main__":
    asyncio.run(main())

"""The figures of :mod:`bench.registry`, kept: ``python -m bench.scale.registry [PAGES]``."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench import registry as bench
from bench.scale.kept import keep
from pagewire_gateway.registry import ManifestRegistry


async def measure(pages: int) -> dict[str, float]:
    """Bytes a Page, the seconds of a whole read and of one changed Page, nanoseconds of CPU of a look-up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for first in range(0, pages, bench.IN_A_FILE):
            bench.write(folder, first, min(first + bench.IN_A_FILE, pages))
        found = {"pages": pages, "bytes_a_page": round(bench.memory(folder) / pages)}
        registry = ManifestRegistry(folder)
        found["read_seconds"] = round(await bench.seconds(registry), 2)
        found["unchanged_ms"] = round(await bench.seconds(registry) * 1e3, 1)
        bench.write(folder, 0, bench.IN_A_FILE, plugins=[])
        began = time.process_time()
        found["reload_ms"] = round(await bench.seconds(registry) * 1e3, 1)
        found["reload_cpu_ms"] = round((time.process_time() - began) * 1e3, 1)
        return {**found, "look_up_ns": round(bench.look_up(registry, pages))}


def main() -> None:
    found = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
    print(found)
    keep("registry", found)


if __name__ == "__main__":
    main()

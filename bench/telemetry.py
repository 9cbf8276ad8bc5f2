"""What traces cost: CPU an event with tracing off, for one of ten, and for all, by turns in one run.

    python -m bench.telemetry [ROUNDS]

One gateway in this process, three plugins, a reply to each event; spans go to an OTLP receiver in a process of its own. What is
printed are ratios to tracing off. With it off, the places where it might be on are part of what ``bench.instructions`` counts.
"""

import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from collections import defaultdict

# Before the bodies are made: few Pages and people, and texts that are answered.
os.environ.update(BENCH_TEXT="numbered", BENCH_PAGES="20", BENCH_PEOPLE="80")

from bench.instructions import workload
from pagewire.telemetry.export.setting_up import set_up
from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.telemetry.exporting import program

MODES = {"off": 0.0, "10 %": 0.1, "100 %": 1.0}
_TURNS = 8


def receiver(port: "multiprocessing.Queue[int]") -> None:
    """Takes OTLP and throws it away."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def measure(rounds: int) -> dict[str, float]:
    """CPU seconds of a round, the median of all of a mode."""
    from opentelemetry import trace

    spent: dict[str, list[float]] = defaultdict(list)
    names = list(MODES)
    begun = 0.0

    def count(on: bool) -> None:
        nonlocal begun
        if on:
            mode = names[sum(map(len, spent.values())) % len(names)]
            TRACING.ratio, TRACING.on = MODES[mode], MODES[mode] > 0
            begun = time.process_time()
            return
        trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
        mode = names[sum(map(len, spent.values())) % len(names)]
        spent[mode].append(time.process_time() - begun)

    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(workload.run(_TURNS, rounds * len(names), count))
    return {mode: statistics.median(found) for mode, found in spent.items()}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    child = multiprocessing.Process(target=receiver, args=(port,), daemon=True)
    child.start()
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port.get()}", "OTEL_METRICS_EXPORTER": "none"}
    os.environ.update(environ, OTEL_BSP_MAX_QUEUE_SIZE="65536")
    exports = set_up(os.environ, program("pagewire_sqlite"))
    assert exports is not None
    found = measure(rounds)
    lost = sum(value for _, value in exports.dropped())
    exports.shut_down()
    child.terminate()
    events = _TURNS * workload.BURST
    print("\ntraces | CPU, of tracing off | µs an event more, on this machine")
    for mode, seconds in found.items():
        print(f"{mode:6s} | {seconds / found['off']:19.2f} | {1e6 * (seconds - found['off']) / events:8.0f}")
    print(f"spans lost: {lost:.0f}")


if __name__ == "__main__":
    main()

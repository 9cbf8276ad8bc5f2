"""Every bar of the gateway's speed in one run: what was measured, what is asked for, and whether it is met.

    python -m bench [SECONDS] [ROUNDS]

Takes about four minutes with the values it has by itself. Let nothing else run; rates and times are those of this machine.
"""

import operator
import sys

from bench import end_to_end, ingest, stations

AT_LEAST, AT_MOST = operator.ge, operator.le
BARS = (
    ("ratio_64", "durable rate / verify-only rate, 64 connections", AT_LEAST, 0.80),
    ("ratio_256", "the same, 256 connections", AT_LEAST, 0.90),
    ("cpu_64", "durable CPU / verify-only CPU, 64 connections", AT_MOST, 1.3),
    ("ack_in_fsyncs", "acknowledged p99 at half load, in p99s of an fsync beside it", AT_MOST, 4.0),
    ("rate", "events/s through three plugins, one process", AT_LEAST, 3000.0),
    ("p50", "webhook to Send API at half load, p50 ms", AT_MOST, 5.0),
    ("p99", "webhook to Send API at half load, p99 ms", AT_MOST, 30.0),
    ("memory", "MB with 1,000 Pages after the load", AT_MOST, 120.0),
    ("telemetry", "telemetry's share of CPU, %", AT_MOST, 10.0),
)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    found = ingest.measure(seconds / 2, rounds, (64, 256)) | end_to_end.measure(seconds)
    found["telemetry"] = 100 * stations.measure(seconds)
    print("\nbar | measured | asked for | met")
    for name, what, holds, bar in BARS:
        asked = f"{'>=' if holds is AT_LEAST else '<='} {bar:g}"
        print(f"{what:62s} | {found[name]:8.2f} | {asked:>8s} | {'yes' if holds(found[name], bar) else 'no'}")


if __name__ == "__main__":
    main()

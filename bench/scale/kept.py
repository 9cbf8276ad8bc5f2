"""Where measured figures are kept, and how they come back as the costs of the model."""

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from bench.scale.model import Costs

FOLDER = Path(__file__).parent / "measured"
PARTS = ("registry", "cluster", "nats", "gateway")


def keep(part: str, figures: dict[str, Any]) -> None:
    """Write what one part measured, with when and where."""
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    about = {"when": when, "cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[1]}
    (FOLDER / f"{part}.json").write_text(json.dumps({**about, **figures}, indent=1) + "\n")


def kept(part: str) -> dict[str, Any]:
    """What was measured last."""
    found: dict[str, Any] = json.loads((FOLDER / f"{part}.json").read_text())
    return found


def costs() -> Costs:
    """All that the model asks for; nothing here is typed by hand."""
    gateway, nats, cluster = kept("gateway"), kept("nats"), kept("cluster")
    return Costs(
        ingress_us=gateway["ingress_us"],
        work_us=gateway["event_us"] - gateway["ingress_us"],
        process_mb=gateway["process_mb"],
        page_bytes=kept("registry")["bytes_a_page"],
        message_us=nats["replicated"]["cpu_us"],
        message_bytes=nats["replicated"]["bytes"],
        object_bytes=cluster["object_bytes"],
        list_us=cluster["list_us"],
        watch_us=cluster["watch_us"],
    )

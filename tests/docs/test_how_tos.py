"""How-to guides, typed as they stand beside a gateway with a simulated Meta."""

import os
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.docs.transcript import replaced, typed
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
ADA = "7105515715819297"
"""The scoped id that the simulator gives to ``ada`` of the first Page."""

META = """
sed -i '/name: crm-sync/,$d' manifests/*.yaml
pagewire simulate --manifests manifests --webhook-base http://127.0.0.1:8080 --port 8090 > meta.log 2>&1 &
say() {
  curl -sf -o /dev/null http://127.0.0.1:8090/_control/say \\
    --json "{\\"account\\": \\"108000000000001\\", \\"person\\": \\"$1\\", \\"text\\": \\"$2\\"}"
}
answers() { curl -sf -o /dev/null "http://127.0.0.1:8090/_control/wait?sends=$1&timeout=60"; }
until curl -sf -o /dev/null http://127.0.0.1:8090/_control/state; do sleep 0.2; done
"""
GATEWAY = """
serve() {
  pagewire serve --manifests manifests --data data --public 127.0.0.1:8080 --admin 127.0.0.1:9090 > gateway.log 2>&1 &
  gateway=$!
  until curl -sf -o /dev/null http://127.0.0.1:9090/readyz; do sleep 0.2; done
}
serve
say ada "What are your hours?"
answers 1
until pagewire people list | grep -q page; do sleep 1; done
"""
ON_NATS = """
```sh
say ada "What are your hours?"
answers 1
until pagewire events --admin http://127.0.0.1:9091 | grep message_echo; do sleep 1; done
```
"""


def play(page: str, folder: Path, before: str, after: str = "", **instead: str) -> None:
    shutil.copytree(ROOT / "deploy/examples", folder / "manifests", ignore=shutil.ignore_patterns("plugins"))
    ports = {port: str(free_port()) for port in ("8080", "8090", "9090", "9091", "9092", "4222")}
    graph = f"http://127.0.0.1:{ports['8090']}"
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{ports['9090']}",
        "PAGEWIRE_GRAPH_URL": graph,
        "PAGEWIRE_INSTAGRAM_GRAPH_URL": f"{graph}/instagram",
        "PAGEWIRE_HEAL_AFTER": "1",
    }
    text = replaced((ROOT / f"docs/how-to/{page}.md").read_text(), instead)
    typed(f"```sh\n{before}```\n{text}{after}", folder, instead=ports, environment=environment, timeout=150)


@pytest.mark.slow(15)
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "page", ["back-up-and-restore", "delete-a-person", "find-an-event", "heal-a-gap", "replay-events"]
)
def test_it_works_as_written(page, tmp_path):
    today = f"{date.today()}.tar"  # noqa: DTZ011 - as the shell's own `date` says it
    play(
        page, tmp_path, META + GATEWAY, **{"24000000000000001": ADA, "2026-11-30.tar": today, "--wait": "--wait --yes"}
    )


@pytest.mark.slow(25)
@pytest.mark.timeout(200)
def test_nats_works_as_written(tmp_path):
    play("run-on-nats", tmp_path, META, ON_NATS, **{"-sd ./nats": "-a 127.0.0.1 -p 4222 -sd ./nats"})

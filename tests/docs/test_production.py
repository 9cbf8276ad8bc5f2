"""From a Meta app to production: its resources in a folder and its commands typed, before a Meta that knows no subscription."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.docs.transcript import typed
from tests.ports import free_port

PAGE = (Path(__file__).parents[2] / "docs/how-to/go-to-production.md").read_text()
BEFORE = """
where="--webhook-base http://127.0.0.1:8080 --port 8090"
pagewire simulate --manifests manifests --subscriptions enforced $where > meta.log 2>&1 &
until curl -sf -o /dev/null http://127.0.0.1:8090/_control/state; do sleep 0.2; done
pagewire serve --manifests manifests --data data --public 127.0.0.1:8080 --admin 127.0.0.1:9090 > gateway.log 2>&1 &
until curl -sf -o /dev/null http://127.0.0.1:9090/readyz; do sleep 0.2; done
"""
AFTER = """
curl -sf -o /dev/null http://127.0.0.1:8090/_control/say --json '{"account": "108000000000001", "person": "ann", "text": "hello"}'
until pagewire events | grep -q page/108000000000001; do sleep 0.5; done
"""
"""What all of it is for."""


def resources() -> str:
    """The page's documents with secrets of somebody."""
    secrets = iter(range(10))
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return re.sub("…", lambda _: f"s3cr3t-number-{next(secrets)}", "---\n".join(blocks))


@pytest.mark.slow(15)
@pytest.mark.timeout(200)
def test_its_resources_and_commands_connect_a_page(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/all.yaml").write_text(resources())
    ports = {port: str(free_port()) for port in ("8080", "8090", "9090")}
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{ports['9090']}",
        "PAGEWIRE_GRAPH_URL": f"http://127.0.0.1:{ports['8090']}",
    }
    instead = {
        **ports,
        "doctor --manifests manifests": f"doctor --manifests manifests --public 127.0.0.1:{ports['8080']}",
    }
    page = f"```sh\n{BEFORE}```\n{PAGE}\n```sh\n{AFTER}```\n"
    typed(page, tmp_path, instead=instead, environment=environment, timeout=180)

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
        "PAGEWIRE_SECRETS_KEY": "",
        "HOME": str(folder),
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


@pytest.mark.slow(15)
@pytest.mark.timeout(200)
def test_secrets_are_locked_as_written(tmp_path):
    (tmp_path / "unwrap-key").write_text('#!/bin/sh\ntail -n 1 "$1"\n')
    (tmp_path / "unwrap-key").chmod(0o700)
    serving = "--manifests ./manifests --data ./data"
    wrapped = "until grep -q locked:v1 data/people.key; do sleep 0.2; done\ncp etc/keys etc/key.wrapped\n"
    # A server waits for nobody: what follows is typed beside it.
    serve = f"{serving} --public 127.0.0.1:8080 --admin 127.0.0.1:9090 > gateway.log 2>&1 &\n{wrapped}"
    instead = {f"pagewire serve {serving}": f"pagewire serve {serve}", "/etc/pagewire": f"{tmp_path}/etc"}
    play("lock-secrets", tmp_path, META, **{**instead, "/usr/local/bin/unwrap-key": f"{tmp_path}/unwrap-key"})


@pytest.mark.slow(15)
@pytest.mark.timeout(200)
def test_a_journal_moves_as_written(tmp_path):
    stopped = (
        "kill $gateway\nwait $gateway || true\nnats-server -js -a 127.0.0.1 -p 4222 -sd ./nats > nats.log 2>&1 &\n"
    )
    there = {"sqlite:///data": f"sqlite://{tmp_path}/data", "/data.back": f"{tmp_path}/data.back"}
    back = "```sh\nserve_from data.back\npagewire events | grep message_echo\n```\n"
    one = {"nats://nats:": "nats://127.0.0.1:", "--replicas 3": "--replicas 1"}
    served = (
        GATEWAY.replace("serve() {", "serve_from() {")
        .replace("--data data", '--data "$1"')
        .replace("\nserve\n", "\nserve_from data\n")
    )
    play("move-the-journal", tmp_path, META + served + stopped, back, **there, **one)

"""What is seen from outside: the command, the log, the probes and the metrics."""

import asyncio
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from yarl import URL

from pagewire_operator.cli import operate
from pagewire_operator.config import Address, variables
from pagewire_operator.queue import Why
from pagewire_operator.serving import Serving
from pagewire_operator.telemetry import Stopwatch, Telemetry, _resource
from tests.kube.cluster import Namespace
from tests.kube.identity import Identity
from tests.otlp.receiver import receiving
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.making import known, page, with_status
from tests.pagewire_operator.machine.process import ROOT
from tests.whole.system import die_with_parent


async def test_probes_say_what_is_wrong() -> None:
    wrong: list[str] = []
    serving = Serving(lambda: (), lambda: wrong, lambda: b"metrics 1\n")
    at = await serving.start(Address("127.0.0.1", 0))
    async with httpx.AsyncClient(base_url=f"http://{at.host}:{at.port}", trust_env=False) as client:
        assert (await client.get("/readyz")).json() == {"status": "ok", "problems": []}
        wrong.append("waiting for the first list")
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["problems"]) == (503, ["waiting for the first list"])
        assert (await client.get("/healthz")).status_code == 200
        metrics = await client.get("/metrics")
        assert metrics.text == "metrics 1\n"
        assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    await serving.stop()


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/apis/pagewire.dev/v1alpha1/namespaces/a/messengerpages/b/status", "messengerpages/status"),
        ("/apis/pagewire.dev/v1alpha1/messengerpages", "messengerpages"),
        ("/api/v1/namespaces/a/secrets/b", "secrets"),
        ("/api/v1/namespaces/a", "namespaces"),
        ("/apis/coordination.k8s.io/v1/namespaces/a/leases/b", "leases"),
        ("/apis/pagewire.dev/v1alpha1", "other"),
        ("/version", "other"),
        ("/", "other"),
    ],
)
def test_a_label_never_has_a_name_in_it(path: str, resource: str) -> None:
    assert _resource(URL(path).path) == resource


def test_metrics_can_be_read_by_prometheus() -> None:
    telemetry = Telemetry()
    Stopwatch(telemetry, "MessengerPage", Why.TIMER).stop(None)
    Stopwatch(telemetry, "MessengerPage", Why.CHANGED).stop(TimeoutError())
    telemetry.metrics.queue_depth.show(7)
    told = with_status(page(), ("Ready", "False"), ("Synced", "True"))
    telemetry.watch_resources(lambda: [known(told), known(page("other"))], lambda _key: None)
    samples = {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(telemetry.text().decode())
        for one in family.samples
    }
    assert samples["pagewire_operator_reconcile_duration_seconds_count", "", "MessengerPage", "timer"] == 1
    assert samples["pagewire_operator_reconcile_errors_total", "MessengerPage", "TimeoutError"] == 1
    assert samples[("pagewire_operator_queue_depth",)] == 7
    assert samples["pagewire_operator_resources", "False", "MessengerPage", "Ready", "Reconciled"] == 1
    assert ("process_resident_memory_bytes",) in samples


def test_the_manual_has_every_variable() -> None:
    manual = (ROOT / "docs/reference/operator.md").read_text()
    assert {name for name in variables() if f"`{name}`" not in manual} == set()


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ([], {"KUBECONFIG": "/nowhere"}, "cannot be used"),
        (["--listen", "here"], {}, "HOST:PORT"),
        ([], {"PAGEWIRE_WORKERS": "0"}, "PAGEWIRE_WORKERS"),
        ([], {"PAGEWIRE_RESYNC": "often"}, "PAGEWIRE_RESYNC"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(
    arguments: Iterable[str], environment: dict[str, str], said: str
) -> None:
    ended = CliRunner().invoke(operate, [*arguments], env=environment)
    assert ended.exit_code != 0
    assert said in ended.output
    assert "Traceback" not in ended.output


async def test_the_command_runs_the_real_brain(operator: Identity, namespace: Namespace, tmp_path: Path) -> None:
    namespace.apply(manifests.APP)
    namespace.kubectl("annotate", "mapp", "acme", "pagewire.dev/paused=true")
    arguments = [
        "--namespace",
        namespace.name,
        "--no-leader-election",
        "--listen",
        "127.0.0.1:0",
        "--log-format",
        "text",
    ]
    with (tmp_path / "log").open("wb") as log, receiving() as receiver:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pagewire_operator",
            *arguments,
            cwd=ROOT,
            env={**os.environ, **receiver.environment, "KUBECONFIG": str(operator.kubeconfig)},
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,
        )
        await namespace.kubectl.aio("wait", "--for=condition=Paused", "--timeout=60s", "mapp/acme")
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    (span, *_) = receiver.named("reconcile MessengerApp")
    assert (span.service, span.facts["pagewire.resource.name"]) == ("pagewire-operator", "acme")
    assert "pagewire.operator.reconcile.duration" in receiver.metrics
    assert "stopped" in (tmp_path / "log").read_text()

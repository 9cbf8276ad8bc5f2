"""A user applies documents; the operator does its work, as a process with the chart's rights."""

import json
from pathlib import Path

from tests.kube.cluster import Namespace
from tests.kube.identity import Identity
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.process import ReplicaProcess

DERIVED = "derived from s3cr3t-of-the-page"


async def ready(namespace: Namespace, what: str = "mpage/harbour", condition: str = "condition=Ready") -> None:
    await namespace.kubectl.aio("wait", f"--for={condition}", "--timeout=60s", what)


def events(namespace: Namespace, about: str = "harbour") -> list[tuple[str, str]]:
    found = namespace.kubectl.get("events", f"--field-selector=involvedObject.name={about}")["items"]
    return sorted((one["type"], one["reason"]) for one in found)


async def test_apply_ends_in_ready_and_nothing_failed_on_the_way(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    page = namespace.kubectl.get("mpage", "harbour")
    assert page["status"]["subscribedFields"] == ["messages"]
    assert "finalizers" not in page["metadata"]
    meta = json.loads((replica.meta / "108000000000001.json").read_text())
    assert meta == {"fields": ["messages"], "token": DERIVED}
    assert events(namespace) == [("Normal", "Changed")]
    assert await replica.metric("pagewire_operator_reconcile_errors_total") == 0
    assert await replica.metric("pagewire_operator_resource_condition", kind="MessengerPage", status="True") == 1


async def test_a_result_is_kept_in_a_secret_that_its_resource_owns(
    replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    token = namespace.kubectl.get("mtok", "harbour")
    kept = namespace.kubectl.get("secret", token["status"]["secretName"])
    (owner,) = kept["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("AccessToken", token["metadata"]["uid"], True)
    assert kept["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "pagewire-operator"}
    assert "annotations" not in kept["metadata"]


async def test_a_secret_of_somebody_else_is_not_touched(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.kubectl("create", "secret", "generic", "harbour-access-token", "--from-literal=token=theirs")
    before = namespace.kubectl.get("secret", "harbour-access-token")
    namespace.apply(manifests.whole())
    await ready(namespace, "mtok/harbour", "jsonpath={.status.conditions[0].reason}=SecretConflict")
    assert namespace.kubectl.get("secret", "harbour-access-token") == before


async def test_a_changed_secret_reaches_all_that_depend_on_it_at_once(
    replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole())
    await replica.until_meta(1, DERIVED)
    namespace.apply(manifests.SECRETS.replace("s3cr3t-of-the-page", "rotated"))
    await replica.until_meta(1, "derived from rotated")
    # By hand, behind the operator's back: what the resource owns is made right again.
    mine = '{"stringData": {"token": "mine"}}'
    namespace.kubectl("patch", "secret", "harbour-access-token", "--type=merge", "-p", mine)
    await replica.until_called("AccessToken harbour", 3)
    await replica.until_meta(1, "derived from rotated")
    namespace.kubectl("delete", "secret", "harbour-token")
    await ready(namespace, "mtok/harbour", "jsonpath={.status.conditions[0].reason}=SecretNotFound")
    namespace.apply(manifests.SECRETS)
    await replica.until_meta(1, DERIVED)
    await ready(namespace)


async def test_secrets_that_nobody_refers_to_are_never_read(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    before = await replica.requests("get", "secrets")
    for number in range(3):
        namespace.kubectl("create", "secret", "generic", f"other-{number}", "--from-literal=token=theirs")
    # The watch tells in order: what comes after the others shows that they were passed by.
    namespace.apply(manifests.SECRETS.replace("s3cr3t-of-the-page", "rotated"))
    await replica.until_meta(1, "derived from rotated")
    changed = 2  # the Secret of the user, and the one that is kept, once before it is written
    assert await replica.requests("get", "secrets") - before <= changed + 1


async def test_a_restart_with_nothing_changed_changes_nothing(
    operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole("Delete"))
    async with ReplicaProcess(tmp_path / "first", operator.kubeconfig, namespace.name) as first:
        await ready(namespace)
        meta = str(first.meta)
    again = {"META": meta, "FIRST_LOOK": "0.01", "AGAIN": "0.05"}
    async with ReplicaProcess(tmp_path / "second", operator.kubeconfig, namespace.name, **again) as second:
        await second.until_called("MessengerPage harbour", 5)
        await second.until_called("AccessToken harbour", 5)
        for verb in ("create", "patch", "update"):
            assert await second.metric("pagewire_operator_api_requests_total", verb=verb) == 0


async def test_what_looks_settled_is_spread_after_a_start_and_the_rest_is_done_at_once(
    operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole())
    async with ReplicaProcess(tmp_path / "first", operator.kubeconfig, namespace.name):
        await ready(namespace)
    namespace.kubectl(
        "patch",
        "mpage",
        "harbour",
        "--type=merge",
        "-p",
        '{"spec": {"subscribedFields": ["messages", "messaging_postbacks"]}}',
    )
    async with ReplicaProcess(tmp_path / "second", operator.kubeconfig, namespace.name) as second:
        await ready(namespace, "mpage/harbour", "jsonpath={.status.observedGeneration}=2")
        assert second.calls() == ["MessengerPage harbour"]


async def test_failing_resources_are_in_nobodys_way(operator: Identity, namespace: Namespace, tmp_path: Path) -> None:
    few = {"PAGEWIRE_WORKERS": "2", "PAGEWIRE_RECONCILE_TIMEOUT": "0.2", "PAGEWIRE_FIRST_RETRY": "30"}
    failing = [*(f"fault-{one}" for one in range(5)), *(f"cluster-{one}" for one in range(5)), "stuck-1", "stuck-2"]
    namespace.apply("---".join(manifests.page(name, number, of="nobody") for number, name in enumerate(failing, 2)))
    async with ReplicaProcess(tmp_path / "replica", operator.kubeconfig, namespace.name, **few) as replica:
        namespace.apply(manifests.whole())
        await ready(namespace)
        for name in failing:
            await replica.until_called(f"MessengerPage {name}")
        (event,) = namespace.kubectl.get("events", "--field-selector=involvedObject.name=fault-1")["items"]
        assert (event["type"], event["reason"]) == ("Warning", "InternalError")
        assert await replica.metric("pagewire_operator_reconcile_errors_total", error_type="RuntimeError") == 5
        assert await replica.probe("healthz") == 200


async def test_a_status_is_never_written_over_a_change_that_came_meanwhile(
    replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.SECRETS, manifests.APP, manifests.TOKEN, manifests.page("waits"))
    await replica.until_called("MessengerPage waits")
    namespace.kubectl(
        "patch", "mpage", "waits", "--type=merge", "-p", '{"spec": {"subscribedFields": ["message_reads"]}}'
    )
    (replica.meta / "go").touch()
    await ready(namespace, "mpage/waits")
    page = namespace.kubectl.get("mpage", "waits")
    assert page["status"]["observedGeneration"] == 2
    assert page["status"]["subscribedFields"] == ["message_reads"]
    assert await replica.metric("pagewire_operator_api_requests_total", code="409") == 1


async def test_asking_for_a_look_is_acted_on_and_acknowledged(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    namespace.kubectl("annotate", "mpage", "harbour", "pagewire.dev/reconcile-at=2026-11-22T12:00")
    await ready(namespace, "mpage/harbour", "jsonpath={.status.lastHandledReconcileAt}=2026-11-22T12:00")


async def test_nothing_secret_is_told_anywhere(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.whole(), manifests.page("fault-1", 2))
    await ready(namespace)
    await replica.until_called("MessengerPage fault-1", 2)
    told = namespace.kubectl("get", "events,mapp,mtok,mpage", "-o", "yaml").stdout
    for text in (told, replica.log.read_text()):
        assert "s3cr3t-of" not in text
    assert replica.log.stat().st_size > 0


async def test_a_repeated_sentence_is_one_event(operator: Identity, namespace: Namespace, tmp_path: Path) -> None:
    quick = {"PAGEWIRE_FIRST_RETRY": "0.01", "PAGEWIRE_LONGEST_RETRY": "0.02"}
    async with ReplicaProcess(tmp_path / "replica", operator.kubeconfig, namespace.name, **quick) as replica:
        namespace.apply(manifests.page("fault-1"))
        await replica.until_called("MessengerPage fault-1", 20)
        assert await replica.requests("create", "events") == 1
        assert await replica.requests("patch", "events") == 0


async def test_sigterm_ends_it_well_and_soon(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    assert await replica.stop() == 0
    assert replica.lines()[-1]["message"] == "stopped"

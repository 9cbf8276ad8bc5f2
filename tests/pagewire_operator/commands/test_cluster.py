"""`crds`, `status` and `plan -n` against a real API server."""

import asyncio
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pagewire_gateway.cli.root import pagewire
from pagewire_operator.commands.status import _readable
from tests.pagewire_operator.brain import manifests
from tests.pagewire_operator.commands.conftest import whole

CRDS = Path(__file__).parents[3] / "charts" / "pagewire" / "files" / "crds"


def run(*words: str):
    return CliRunner().invoke(pagewire, words)


def test_crds_are_those_of_the_chart():
    printed = list(yaml.safe_load_all(run("crds").stdout))
    shipped = {
        one["metadata"]["name"]: one
        for one in map(yaml.safe_load, (path.read_text() for path in CRDS.glob("*.pagewire.dev.yaml")))
    }
    assert {one["metadata"]["name"]: one for one in printed} == shipped
    (one,) = yaml.safe_load_all(run("crds", "MessengerPage").stdout)
    assert one["metadata"]["name"] == "messengerpages.pagewire.dev"


@pytest.fixture
def applied(cluster, namespace):
    """The shop's resources in a namespace of the cluster, with the status that an operator would write."""
    cluster.install_crds(CRDS)
    documents = [{**one, "metadata": {**one["metadata"], "namespace": namespace.name}} for one in whole()]
    namespace.apply(*[yaml.safe_dump(one) for one in documents])
    status(namespace, "mpage", "harbour", "Ready", "False", {}, "The token is dead.")
    status(namespace, "mtok", "harbour", "TokenValid", "True", {"expiresAt": "2126-12-01T00:00:00Z"})
    return namespace


def status(namespace, kind, name, condition, value, more, message="Fine."):
    said = {
        "type": condition,
        "status": value,
        "reason": "Reconciled",
        "message": message,
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-22T10:00:00Z",
    }
    patch = json.dumps({"status": {"conditions": [said], **more}})
    namespace.kubectl("patch", kind, name, "--subresource=status", "--type=merge", "-p", patch)


def test_status_shows_pages_tokens_and_what_is_wrong(cluster, applied):
    where = ("--kubeconfig", str(cluster.admin_kubeconfig))
    done = run("status", "-n", applied.name, *where, "-o", "json")
    (row,) = json.loads(done.stdout)
    assert (row["name"], row["ready"], row["message"]) == ("harbour", "False", "The token is dead.")
    assert 36_000 < int(row["token"].removesuffix(" d")) < 37_000
    shown = run("status", "-A", *where).stdout
    assert "LAST WEBHOOK" in shown
    assert applied.name in shown


def test_one_resource_of_another_release_does_not_hide_the_others(capsys):
    newer = manifests.page("newer", fromTheFuture=True)
    assert [one.metadata.name for one in _readable([newer, manifests.page()])] == ["harbour"]
    assert "MessengerPage support/newer is left out" in capsys.readouterr().err


def test_a_cluster_that_is_not_there_is_one_line(tmp_path):
    missing = run("status", "--kubeconfig", str(tmp_path / "none"))
    assert missing.exit_code != 0
    assert "Traceback" not in missing.output


async def test_a_namespace_can_be_planned(shop, cluster, applied):
    words = ("plan", "-n", applied.name, "--kubeconfig", str(cluster.admin_kubeconfig), "-o", "json")
    done = await shop.run(*words)
    assert done.exit_code == 2, done.stderr
    steps = [step["action"] for one in json.loads(done.stdout)["resources"] for step in one["steps"]]
    assert steps == ["Subscribe", "Subscribe"]
    await asyncio.sleep(0)
    assert manifests.SECRET not in done.output


async def test_an_app_of_another_namespace_is_found_and_not_planned(shop, cluster, namespace):
    cluster.install_crds(CRDS)
    home = cluster.namespace()
    for one in whole():
        lives = home if one["metadata"]["name"] in {"acme", "acme-app"} else namespace
        one["metadata"]["namespace"] = lives.name
        if one["kind"] == "MessengerApp":
            one["spec"]["allowedNamespaces"] = [namespace.name]
        elif one["kind"] != "Secret":
            one["spec"]["appRef"]["namespace"] = home.name
        lives.apply(yaml.safe_dump(one))
    done = await shop.run("plan", "-n", namespace.name, "--kubeconfig", str(cluster.admin_kubeconfig), "-o", "json")
    assert done.exit_code == 2, done.stderr
    found = json.loads(done.stdout)["resources"]
    assert {one["kind"]: len(one["steps"]) for one in found} == {
        "AccessToken": 0,
        "WebhookSubscription": 1,
        "MessengerPage": 1,
    }

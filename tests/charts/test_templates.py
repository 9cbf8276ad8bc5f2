"""What Helm makes of the chart, without a cluster."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pagewire_crm_sync.secrets import Secrets
from tests.charts.helm import CHART, PROFILES, ROOT, HelmError, Manifest, helm, pick, pods, rendered, values_of
from tests.generated.chart_values import values
from tests.generated.registry import GENERATED
from tests.kube.rules import Account, grants

RBAC = CHART / "files" / "rbac"
THIRD_PARTY = {"HTTPRoute", "ScaledObject", "ServiceMonitor", "PodMonitor", "PrometheusRule"}


@pytest.mark.parametrize("profile", PROFILES)
def test_helm_finds_nothing_to_say(profile: str) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", str(CHART), "--values", str(values_of(profile)))


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_every_pod_is_as_restricted_as_can_be(profile: str) -> None:
    found = pods(rendered(profile))
    assert found
    for spec in found.values():
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["enableServiceLinks"] is False
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"]["requests"].keys()
        assert {"memory", "ephemeral-storage"} <= container["resources"]["limits"].keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_all_of_a_release_can_be_told_from_others(profile: str) -> None:
    named = [(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in rendered(profile)]
    assert len(set(named)) == len(named)
    for one in rendered(profile):
        labels = one["metadata"]["labels"]
        assert labels["app.kubernetes.io/instance"] == "pagewire"
        assert labels["app.kubernetes.io/part-of"] == "pagewire"
    for one in rendered(profile):
        if one["kind"] in {"Deployment", "StatefulSet"}:
            wanted = one["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= one["spec"]["template"]["metadata"]["labels"].items()
            assert "app.kubernetes.io/version" not in wanted, "a selector can never change"


def test_two_releases_share_nothing_of_the_whole_cluster() -> None:
    cluster_wide = {"ClusterRole", "ClusterRoleBinding"}
    mine, yours = (
        {(one["kind"], one["metadata"]["name"]) for one in rendered(release=name) if one["kind"] in cluster_wide}
        for name in ("mine", "yours")
    )
    assert mine
    assert not mine & yours


@pytest.mark.parametrize("part", ["gateway", "operator"])
def test_rights_are_those_the_tests_run_with(part: str) -> None:
    account = Account("pagewire-system", f"pagewire-{part}")
    proved = [one for one in yaml.safe_load_all((RBAC / f"{part}.yaml").read_text()) if one]
    assert _rules([*rendered()], account) == _rules(proved, account)


def test_rights_end_at_the_namespaces_that_are_watched() -> None:
    manifests = rendered("everything")
    everywhere = [one["metadata"]["name"] for one in manifests if one["kind"] == "ClusterRoleBinding"]
    assert everywhere == ["pagewire-system-hooks-gateway-reviews"], "tokens belong to no namespace"
    for part in ("gateway", "operator"):
        account = Account("pagewire-system", f"hooks-{part}")
        wanted = {"support", "shop"} | (
            {"pagewire-system"} if part == "operator" else set()
        )  # the Lease is in the release's own
        bound = {one["metadata"].get("namespace") for one in manifests if _binds(one, account)}
        assert bound - {None} == wanted
    (container,) = pods(manifests)["hooks-operator"]["containers"]
    assert {"--namespace=support", "--namespace=shop"} <= set(container["args"])


def test_the_gateway_may_write_the_secrets_of_logins_and_no_other() -> None:
    roles = [
        one for one in rendered("everything") if one["kind"] == "Role" and one["metadata"]["namespace"] == "support"
    ]
    assert [one["rules"] for one in roles] == [
        [{"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["harbour-login"], "verbs": ["patch"]}]
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_leads_from_outside_to_the_admin_port(profile: str) -> None:
    manifests = rendered(profile)
    services = {one["metadata"]["name"]: one["spec"] for one in manifests if one["kind"] == "Service"}
    for name in _led_to(manifests):
        assert [port["targetPort"] for port in services[name]["ports"]] == ["public"]
    outward = [one for one in services.values() if one.get("clusterIP") != "None"]
    assert all(port["targetPort"] == "public" for one in outward for port in one["ports"])


def test_routes_lead_to_the_public_paths_alone() -> None:
    manifests = rendered("everything")
    (rule,) = pick(manifests, "Ingress")["spec"]["rules"]
    (route,) = pick(manifests, "HTTPRoute")["spec"]["rules"]
    paths = {"/webhooks", "/login", "/callbacks"}
    assert {one["path"] for one in rule["http"]["paths"]} == paths
    assert {one["path"]["value"] for one in route["matches"]} == paths


def test_who_may_talk_to_whom() -> None:
    policies = {
        one["metadata"]["name"]: one["spec"] for one in rendered("everything") if one["kind"] == "NetworkPolicy"
    }
    assert set(policies) == {"hooks-gateway", "hooks-worker", "hooks-operator"}
    for name, policy in policies.items():
        assert policy["policyTypes"] == ["Ingress", "Egress"]
        open_ports = [rule["ports"][0]["port"] for rule in policy["ingress"] if "from" not in rule]
        assert open_ports == [], name
    public = [rule for rule in policies["hooks-gateway"]["ingress"] if rule["ports"] == [{"port": "public"}]]
    assert public[0]["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "ingress-nginx"}
    asks = next(one for one in rendered("everything") if one["kind"] == "Pod")["metadata"]["labels"]
    assert public[0]["from"][1]["podSelector"]["matchLabels"].items() <= asks.items(), "`helm test` is let in"
    reached = {port["port"] for rule in policies["hooks-operator"]["egress"] for port in rule["ports"]}
    assert reached == {53, 443, 6443, 4318}, "the operator has nothing to do at NATS"


def test_a_journal_in_a_file_has_one_gateway_and_a_volume_that_stays() -> None:
    gateway = pick(rendered("single"), "StatefulSet")["spec"]
    assert gateway["replicas"] == 1
    assert gateway["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    (claim,) = gateway["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"
    assert "app.kubernetes.io/version" not in claim["metadata"]["labels"], "an upgrade could not change it"


def test_a_journal_on_nats_has_processes_that_come_before_others_go() -> None:
    manifests = rendered("nats")
    for name in ("pagewire-gateway", "pagewire-worker"):
        spec = pick(manifests, "Deployment", name)["spec"]
        assert "replicas" not in spec, "an upgrade would undo what a scaler did"
        assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        assert spec["template"]["spec"]["terminationGracePeriodSeconds"] >= 5 + 20 + 10
        assert _variables(spec["template"]["spec"])["PAGEWIRE_JOURNAL"] == "nats://nats.nats.svc:4222"
    scaled = pick(manifests, "ScaledObject")["spec"]
    assert scaled["scaleTargetRef"] == {"name": "pagewire-worker"}


def test_secrets_of_plugins_lie_where_the_gateway_looks() -> None:
    spec = pods(rendered("everything"))["hooks-worker"]
    (volume,) = [one for one in spec["volumes"] if one["name"] == "plugin-secrets"]
    (source,) = volume["projected"]["sources"]
    assert source["secret"]["items"] == [{"key": "api-key", "path": "support/crm-sync/api-key"}]
    mounts = {one["name"]: one["mountPath"] for one in spec["containers"][0]["volumeMounts"]}
    assert mounts["plugin-secrets"] == "/var/run/secrets/pagewire-plugins"
    there = Path(mounts["plugin-secrets"]) / source["secret"]["items"][0]["path"]
    assert Secrets({}).path("support", "api-key") == there, "where crm-sync looks"


def test_who_may_use_the_admin_port_is_told_to_every_process() -> None:
    for name in ("hooks-gateway", "hooks-worker"):
        spec = pods(rendered("everything"))[name]
        told = _variables(spec)
        assert told["PAGEWIRE_ADMIN_KUBERNETES"] == "true"
        assert told["PAGEWIRE_ADMIN_TOKENS"] == "/var/run/secrets/pagewire-admin/tokens.yaml"
        assert told["PAGEWIRE_OIDC_ADMINS"] == "platform,owners"
        assert "PAGEWIRE_OIDC_OPERATORS" not in told
        secrets = {
            one["name"]: one["valueFrom"]["secretKeyRef"] for one in spec["containers"][0]["env"] if "valueFrom" in one
        }
        assert secrets["PAGEWIRE_OIDC_CLIENT_SECRET"] == {"name": "console-oidc", "key": "client-secret"}
        assert secrets["PAGEWIRE_CONSOLE_KEY"]["optional"] is True
    scraped = pick(rendered("everything"), "ServiceMonitor", "hooks-gateway")["spec"]["endpoints"][0]
    assert scraped["authorization"]["credentials"] == {"name": "scraper", "key": "token"}


def test_every_variable_that_the_chart_sets_is_one_that_is_read() -> None:
    known = "".join((ROOT / f"docs/reference/{page}.md").read_text() for page in ("settings", "operator"))
    told = {name for spec in pods(rendered("everything")).values() for name in _variables(spec)}
    assert {name for name in told if name.startswith("PAGEWIRE_") and f"`{name}`" not in known} == set()


def test_rights_to_judge_tokens_are_those_of_the_file() -> None:
    account = Account("pagewire-system", "pagewire-gateway")
    files = [yaml.safe_load_all((RBAC / name).read_text()) for name in ("gateway.yaml", "console.yaml")]
    proved = [one for file in files for one in file if one]
    assert _rules([*rendered("", "gateway.admin.kubernetesTokens=true")], account) == _rules(proved, account)


def test_no_secret_is_told_in_the_open() -> None:
    told = yaml.safe_dump_all([one for one in rendered() if one["kind"] != "Secret"])
    tokens = pick(rendered(), "Secret")["data"].values()
    assert len(tokens) == 2
    assert not [token for token in tokens if token in told]


def test_alerts_and_dashboards_are_those_of_the_repository() -> None:
    manifests = rendered("everything")
    alerts = [yaml.safe_load(path.read_text())["groups"] for path in sorted((CHART / "files/alerts").glob("*.yaml"))]
    assert pick(manifests, "PrometheusRule")["spec"]["groups"] == [group for groups in alerts for group in groups]
    shown = {
        name: text
        for one in manifests
        if one["kind"] == "ConfigMap" and one["metadata"]["labels"].get("grafana_dashboard")
        for name, text in one["data"].items()
    }
    paths = list((CHART / "files/dashboards").glob("*.json"))
    assert paths
    assert {name: json.loads(text) for name, text in shown.items()} == {
        path.name: json.loads(path.read_text()) for path in paths
    }


def test_the_notes_name_the_roles_that_there_are() -> None:
    words = ("install", "pagewire", str(CHART), "--namespace", "pagewire-system", "--dry-run=client")
    notes = helm(*words, "--set", "gateway.admin.kubernetesTokens=true")
    (role,) = re.findall(r"create clusterrolebinding .* --clusterrole (\S+)", notes)
    assert pick(rendered("", "gateway.admin.kubernetesTokens=true"), "ClusterRole", role)
    assert "clusterrolebinding" not in helm(*words).partition("NOTES:")[2]


@pytest.mark.parametrize(("profile", "others"), [("gateway-only", "operator"), ("operator-only", "gateway")])
def test_no_alert_is_about_what_the_release_does_not_run(profile: str, others: str) -> None:
    groups = pick(rendered(profile, "metrics.rules.enabled=true"), "PrometheusRule")["spec"]["groups"]
    left_out = yaml.safe_load((CHART / f"files/alerts/pagewire-{others}.yaml").read_text())["groups"]
    assert groups
    assert not {group["name"] for group in groups} & {group["name"] for group in left_out}


@pytest.mark.parametrize("profile", ["", "everything"])
def test_the_kinds_are_installed_as_they_were_generated(profile: str) -> None:
    wanted = [yaml.safe_load(path.read_text()) for path in sorted((CHART / "files/crds").glob("*.dev.yaml"))]
    found = [one for one in rendered(profile) if one["kind"] == "CustomResourceDefinition"]
    assert sorted((one["metadata"]["name"], one["spec"]) for one in found) == [
        (one["metadata"]["name"], one["spec"]) for one in wanted
    ]
    assert all(one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep" for one in found)


def test_a_user_of_the_cluster_needs_nothing_of_others_by_default() -> None:
    assert not {one["kind"] for one in rendered()} & THIRD_PARTY


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (["journal.kind=nats"], "name the servers in journal.nats.servers"),
        (["journal.kind=nats", "journal.nats.servers={nats://n:4222}", "worker.replicas=9"], "partitions is 8"),
        (["gateway.autoscaling.enabled=true"], "set journal.kind to nats"),
        (["gateway.ingress.enabled=true"], "gateway.ingress.hosts"),
        (["gateway.httpRoute.enabled=true"], "gateway.httpRoute.parentRefs"),
        (["gateway.admin.oidc.issuer=https://id.example.com"], "gateway.admin.consoleURL"),
        (["operator.leaderElection=false"], "operator.leaderElection"),
        (["metrics.serviceMonitor.enabled=true", "metrics.podMonitor.enabled=true"], "scraped twice"),
        (["gateway.settings.PAGEWIRE_ADMIN_TOKEN=x"], "PAGEWIRE_ADMIN_TOKEN"),
        (["settings.path=x"], "propertyName"),
        (["gateway.replica=3"], "'replica' not allowed"),
        (["journal.kind=redis"], "'sqlite', 'nats'"),
        (["gateway.image.digest=latest"], "does not match pattern"),
    ],
)
def test_values_that_cannot_be_right_are_refused(changes: list[str], why: str) -> None:
    with pytest.raises(HelmError, match=why):
        rendered("", *changes)


def test_every_value_says_what_it_is_for() -> None:
    silent = [one.path for one in values() if not one.description and not isinstance(one.default, dict)]
    assert [path for path in silent if "ecurityContext" not in path] == []


def test_the_chart_can_be_part_of_another() -> None:
    assert rendered("", "global.imageRegistry=mirror.example.com", "enabled=true")
    images = {
        spec["containers"][0]["image"]
        for spec in pods(rendered("", "global.imageRegistry=mirror.example.com", "enabled=true")).values()
    }
    assert all(image.startswith("mirror.example.com/pagewire/") for image in images)


def test_artifact_hub_is_told_of_every_kind_and_image() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    told = chart["annotations"]
    assert {one["name"] for one in yaml.safe_load(told["artifacthub.io/crds"])} == {
        one["metadata"]["name"] for one in rendered() if one["kind"] == "CustomResourceDefinition"
    }
    assert {one["image"] for one in yaml.safe_load(told["artifacthub.io/images"])} == {
        spec["containers"][0]["image"] for spec in pods(rendered()).values()
    }


def test_generated_files_are_in_the_list_that_keeps_them_fresh() -> None:
    paths = {one.path for one in GENERATED}
    assert {"charts/pagewire/values.schema.json", "docs/reference/chart-values.md"} <= paths


def _rules(manifests: list[Manifest], account: Account) -> list[tuple[str, str]]:
    found = (
        (grant.namespace, {name: sorted(value) for name, value in grant.rule.items()})
        for grant in grants(manifests, account)
    )
    return sorted((str(namespace), str(sorted(rule.items()))) for namespace, rule in found)


def _binds(manifest: Manifest, account: Account) -> bool:
    return manifest["kind"].endswith("RoleBinding") and account.is_bound_by(manifest)


def _led_to(manifests: tuple[Manifest, ...]) -> set[str]:
    found: set[str] = set()
    for one in manifests:
        if one["kind"] == "Ingress":
            paths = [path for rule in one["spec"]["rules"] for path in rule["http"]["paths"]]
            found |= {path["backend"]["service"]["name"] for path in paths}
        if one["kind"] == "HTTPRoute":
            found |= {backend["name"] for rule in one["spec"]["rules"] for backend in rule["backendRefs"]}
    return found


def _variables(spec: Any) -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in spec["containers"][0]["env"]}

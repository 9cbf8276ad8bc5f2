"""The five kinds as a user meets them: with kubectl, on a real API server."""

import json

import msgspec
import pytest
import yaml

from pagewire.resources import KINDS
from pagewire.resources.crd import PLURALS, manifest, names
from tests.kube.cluster import Cluster, Namespace
from tests.kube.kubectl import KubectlError

from .documents import Document, app, instagram, page, subscription, token
from .server import CRDS, EXAMPLES
from .statuses import FULL

OF = {found["kind"]: found for found in (app(), token(), subscription(), page(), instagram())}


def put(home: Namespace, *documents: Document) -> str:
    return home.kubectl("apply", "--server-side", "-f", "-", input=yaml.safe_dump_all(documents)).stdout


@pytest.fixture(scope="module")
def all_five(home: Namespace) -> Namespace:
    put(home, *OF.values())
    return home


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_by_all_its_names(all_five: Namespace, kind: str):
    known = names(kind)
    for name in (known["plural"], known["singular"], *known["shortNames"], f"{known['plural']}.pagewire.dev"):
        assert all_five.kubectl("get", name, "-o", "name").stdout == f"{known['singular']}.pagewire.dev/harbour\n"


def test_one_word_gets_all_kinds(all_five: Namespace):
    found = all_five.kubectl("get", "pagewire", "-o", "name").stdout.split()
    assert sorted(found) == sorted(f"{kind.lower()}.pagewire.dev/harbour" for kind in KINDS)


def test_no_other_category_is_claimed(all_five: Namespace):
    assert "pagewire" not in all_five.kubectl("get", "all", "-o", "name").stdout


@pytest.mark.parametrize(
    ("kind", "columns", "wide"),
    [
        ("MessengerApp", "NAME APPID NAME READY REASON GRAPH DELETION AGE", "GRAPHUNTIL POLICY MESSAGE"),
        ("AccessToken", "NAME TYPE PAGE READY REASON EXPIRES DELETION AGE", "APP RENEWAL SECRET POLICY MESSAGE"),
        ("WebhookSubscription", "NAME APP OBJECT READY REASON DELETION AGE", "CALLBACK POLICY MESSAGE"),
        ("MessengerPage", "NAME PAGE NAME READY REASON DELETION AGE", "APP TOKEN POLICY MESSAGE"),
        ("InstagramAccount", "NAME ACCOUNT USERNAME READY REASON DELETION AGE", "APP PAGE TOKEN POLICY MESSAGE"),
    ],
)
def test_get_shows_what_matters(all_five: Namespace, kind: str, columns: str, wide: str):
    assert all_five.kubectl("get", PLURALS[kind]).stdout.splitlines()[0].split() == columns.split()
    shown = all_five.kubectl("get", PLURALS[kind], "-o", "wide").stdout.splitlines()[0].split()
    assert shown == [*columns.split(), *wide.split()]


def test_columns_are_filled_from_spec_and_status(all_five: Namespace):
    patch = json.dumps({"status": msgspec.to_builtins(FULL["AccessToken"])})
    all_five.kubectl("patch", "mtok", "harbour", "--subresource=status", "--type=merge", "-p", patch)
    first, line = all_five.kubectl("get", "mtok", "-o", "wide").stdout.splitlines()
    assert line.split()[:7] == ["harbour", "Page", "108000000000001", "True", "Reconciled", "2027-01-20", "Orphan"]
    assert line.endswith("Meta agrees.")
    assert first.index("MESSAGE") == line.index("Meta agrees.")


def test_waiting_means_waiting_for_the_generation_that_was_applied(home: Namespace):
    put(home, {**page(), "metadata": {"name": "waiting"}})
    wait = ("wait", "--for=condition=Ready", "mpage/waiting")
    home.kubectl("patch", "mpage", "waiting", "--subresource=status", "--type=merge", "-p", _status())
    home.kubectl(*wait, "--timeout=10s")
    put(home, {**page(subscribedFields=["messages"]), "metadata": {"name": "waiting"}})
    with pytest.raises(KubectlError, match="timed out"):
        home.kubectl(*wait, "--timeout=1s")


def _status() -> str:
    return json.dumps({"status": msgspec.to_builtins(FULL["MessengerPage"])})


@pytest.mark.parametrize(
    ("kind", "selector"),
    [
        ("mapp", "spec.appId=990000000000001"),
        ("mtok", "spec.pageId=108000000000001,spec.type=Page,spec.appRef.name=acme"),
        ("mws", "spec.object=page"),
        ("mpage", "spec.pageId=108000000000001"),
        ("mig", "spec.accountId=17841400000000001"),
    ],
)
def test_resources_are_found_by_their_id_at_meta(all_five: Namespace, kind: str, selector: str):
    assert "/harbour" in all_five.kubectl("get", kind, "--field-selector", selector, "-o", "name").stdout
    other = selector.replace("0001", "0002").replace("=page", "=instagram")
    assert "/harbour" not in all_five.kubectl("get", kind, "--field-selector", other, "-o", "name").stdout


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("mpage", "A Facebook Page: its token, its webhook fields, its Messenger profile"),
        ("mpage.spec.deletionPolicy", "Orphan leaves everything as it is"),
        ("mpage.spec.profile.persistentMenu.callToActions.title", "What people read"),
        ("mtok.spec.from", "exactly one of secretRef, tokenRef, login, appCredentials"),
        ("mtok.spec.renewBefore", "168h if absent"),
        ("mtok.status.scopes.limited.targets", "Ids it was granted for"),
        ("mws.spec.callbackURL", "/webhooks/{namespace}/{app}"),
        ("mig.spec.accountId", "user_id of GET /me?fields=user_id"),
        ("mapp.spec.appSecretRefs", "Any of them may sign a webhook"),
    ],
)
def test_explain_explains(served: Cluster, path: str, said: str):
    assert said in " ".join(served.kubectl("explain", path).stdout.split())


@pytest.mark.parametrize("kind", KINDS)
def test_explain_has_a_word_for_every_field(served: Cluster, kind: str):
    shown = served.kubectl("explain", PLURALS[kind], "--recursive").stdout
    assert "observedGeneration" in shown
    assert undescribed(manifest(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"], "") == []


def undescribed(schema: Document, path: str) -> list[str]:
    found = []
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        if here != ".metadata" and not inner.get("description"):
            found.append(here)
        found += undescribed(inner, here) + undescribed(inner.get("items", {}), f"{here}[]")
    return found


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("MessengerApp", {"managementPolicy", "deletionPolicy", "graphVersion"}),
        ("AccessToken", {"managementPolicy", "deletionPolicy", "provider"}),
        ("WebhookSubscription", {"managementPolicy", "deletionPolicy", "adoptionPolicy"}),
        ("MessengerPage", {"managementPolicy", "deletionPolicy", "adoptionPolicy"}),
        ("InstagramAccount", {"managementPolicy", "deletionPolicy", "adoptionPolicy"}),
    ],
)
def test_the_server_adds_few_defaults(all_five: Namespace, kind: str, written: set[str]):
    found = all_five.kubectl.get(PLURALS[kind], "harbour")["spec"]
    assert set(found) - set(OF[kind]["spec"]) == written


def test_the_examples_apply_and_apply_again_without_a_difference(private_cluster: Cluster):
    private_cluster.install_crds(CRDS)
    kubectl = private_cluster.kubectl
    kubectl("create", "namespace", "support")  # what the examples name
    applied = kubectl("apply", "--server-side", "-f", str(EXAMPLES)).stdout.splitlines()
    assert len(applied) == len(list(documents()))
    before = kubectl.get("pagewire", "-n", "support")["items"]
    kubectl("apply", "--server-side", "-f", str(EXAMPLES))
    assert kubectl.get("pagewire", "-n", "support")["items"] == before
    assert kubectl("diff", "--server-side", "-f", str(EXAMPLES)).stdout == ""


def documents() -> list[Document]:
    return [one for file in sorted(EXAMPLES.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text()) if one]


def test_two_appliers_share_a_page(home: Namespace):
    """One names fields and a greeting, another a plugin: lists are merged by their keys, and none takes the other's."""
    name = {"name": "shared"}
    first = {**page(plugins=[{"name": "logging"}], profile={"greeting": [{"text": "Hi"}]}), "metadata": name}
    second = {**page(plugins=[{"name": "auto-reply"}], profile={"greeting": [{"locale": "pt_PT", "text": "Olá"}]})}
    for manager, wanted in (("one", first), ("two", {**second, "metadata": name})):
        text = yaml.safe_dump(wanted)
        home.kubectl("apply", "--server-side", "--field-manager", manager, "-f", "-", input=text)
    found = home.kubectl.get("mpage", "shared")["spec"]
    assert [plugin["name"] for plugin in found["plugins"]] == ["logging", "auto-reply"]
    assert [greeting["locale"] for greeting in found["profile"]["greeting"]] == ["default", "pt_PT"]


def test_a_bad_document_is_refused_with_words(home: Namespace):
    bad = {**page(subscribedFields=["message_edit"], resyncInterval="1d"), "metadata": {"name": "bad"}}
    with pytest.raises(KubectlError) as refused:
        put(home, bad)
    assert "spec.subscribedFields[0]" in str(refused.value)
    assert "did you mean message_edits?" in str(refused.value)
    assert 'in quotes, as in "168h" or "1h30m"' in str(refused.value)

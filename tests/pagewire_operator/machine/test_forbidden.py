"""An operator that may list Secrets and not read them: what is applied says so, and what is deleted goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pagewire.kube import Forbidden, KubeClient, find_access
from pagewire.sealed import Sealed
from pagewire_operator.brain import Settings, make_brain
from pagewire_operator.model import ClusterRefuses, Key
from tests.kube.cluster import Cluster, Namespace
from tests.kube.identity import Identity
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.alone import NOW, Alone
from tests.pagewire_operator.machine.conftest import CRDS, RBAC
from tests.pagewire_operator.machine.test_journey import events

ROBOT = """
apiVersion: v1
kind: Secret
metadata: {name: robot-access-token}
stringData: {token: EAAGENERATED}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: robot, finalizers: [pagewire.dev/finalizer]}
spec:
  appRef: {name: acme}
  type: SystemUser
  scopes: [pages_messaging]
  deletionPolicy: Delete
  from: {systemUser: {systemUserId: "6100000000000001", tokenRef: {name: admin}}}
"""


GET = "      - get # read one again after a conflict, before it is written\n"
CREATE = "      - create # keep a derived, generated or renewed token\n"


def without(right: str, cluster: Cluster) -> Identity:
    """An operator that lacks one right on Secrets."""
    cluster.install_crds(CRDS)
    whole = RBAC.read_text()
    assert right in whole, "the right is not where it was"
    return cluster.identity("narrow-operator", whole.replace(right, "").replace("pagewire-operator", "narrow-operator"))


@pytest.fixture
def narrow(cluster: Cluster) -> Identity:
    """An operator without the right to get Secrets."""
    return without(GET, cluster)


@asynccontextmanager
async def working(who: Identity, namespace: Namespace) -> AsyncIterator[Alone]:
    brain = make_brain(Settings(deletion_timeout=0.0), lambda: NOW)
    async with KubeClient(find_access(who.kubeconfig)) as client:
        alone = Alone(client, brain, namespace.name)
        following = asyncio.create_task(alone.secrets.run())
        try:
            yield alone
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await brain.aclose()


async def test_a_deletion_ends_and_names_what_stays_at_meta(narrow: Identity, namespace: Namespace) -> None:
    namespace.apply(ROBOT)
    kept = '{"status": {"secretName": "robot-access-token"}}'
    namespace.kubectl("patch", "mtok", "robot", "--subresource=status", "--type=merge", "-p", kept)
    namespace.kubectl("delete", "mtok", "robot", "--wait=false")
    key = Key("AccessToken", namespace.name, "robot")
    async with working(narrow, namespace) as alone:
        await alone.told(key)
        await alone.secrets.synced()
        assert await alone.reconcile(key) is None
    assert alone.world.known(key) is None
    assert "robot" not in namespace.kubectl("get", "mtok").stdout
    assert set(events(namespace, "robot")) == {("Warning", "SecretForbidden"), ("Warning", "LeftBehind")}
    said = [one["message"] for one in namespace.kubectl.get("events")["items"] if one["reason"] == "LeftBehind"]
    assert "system user 6100000000000001" in said[0]


async def test_an_apply_says_that_the_secret_may_not_be_read(narrow: Identity, namespace: Namespace) -> None:
    namespace.apply(manifests.SECRETS, manifests.APP)
    key = Key("MessengerApp", namespace.name, "acme")
    async with working(narrow, namespace) as alone:
        await alone.told(key)
        with pytest.raises(Forbidden):
            await alone.reconcile(key)
    assert "acme-app" in refused(namespace, "mapp", "acme")


async def test_a_secret_that_may_not_be_written_names_the_right(cluster: Cluster, namespace: Namespace) -> None:
    namespace.apply(manifests.SECRETS, manifests.APP, manifests.TOKEN)
    key = Key("AccessToken", namespace.name, "harbour")
    async with working(without(CREATE, cluster), namespace) as alone:
        await alone.told(key)
        owner = alone.world.get(*key)
        assert owner is not None
        with pytest.raises(ClusterRefuses, match=r'cannot create resource "secrets"'):
            await alone.keeping.keep(owner, "result", {"token": Sealed("EAAMADE")})


def refused(namespace: Namespace, kind: str, name: str) -> str:
    """What a resource says of a right that is not there."""
    told = {one["type"]: one for one in namespace.kubectl.get(kind, name)["status"]["conditions"]}
    assert {one["reason"] for one in told.values()} == {"SecretForbidden"}
    assert (told["Ready"]["status"], told["Synced"]["status"]) == ("False", "False")
    return str(told["Ready"]["message"])

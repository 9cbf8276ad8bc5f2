"""The login's Secret in a real cluster, with the gateway's own rights: enough for that one, and for nothing else."""

from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from pagewire.kube import SECRETS, Forbidden, KubeClient, find_access
from pagewire.sealed import Sealed
from pagewire_gateway.login import rights
from pagewire_gateway.login.grant import Grant
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.login.secrets import SecretKeeper
from pagewire_gateway.registry.port import LoginToken
from tests.kube.cluster import Cluster, Namespace

RIGHTS = Path(__file__).parents[3] / "charts/pagewire/files/rbac/gateway.yaml"
GRANT = Grant(token=Sealed("EAALONG"), ids=frozenset({"7300000000000001"}))


def token(namespace: str, name: str = "harbour") -> LoginToken:
    return LoginToken(
        namespace=namespace,
        name=name,
        app=(namespace, "acme"),
        type="Page",
        provider="Facebook",
        page_id="108000000000001",
        scopes=(),
        users=(),
    )


@pytest.fixture
async def gateway(cluster: Cluster, namespace: Namespace) -> AsyncIterator[KubeClient]:
    """The gateway's service account, allowed to write the login of ``harbour``."""
    extra = rights.text([(namespace.name, "harbour")], ("pagewire-system", "pagewire-gateway"))
    identity = cluster.identity("pagewire-gateway", RIGHTS, extra)
    async with KubeClient(find_access(identity.kubeconfig)) as client:
        yield client


async def stored(cluster: Cluster, namespace: str, name: str = "harbour-login") -> dict[str, str]:
    found = cluster.kubectl.get("secret", name, "-n", namespace)
    return {key: b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


async def test_its_rights_suffice_for_one_secret(cluster: Cluster, namespace: Namespace, gateway: KubeClient):
    keeper, harbour = SecretKeeper(gateway), token(namespace.name)
    await keeper.check(harbour)
    await keeper.keep(harbour, GRANT)
    assert await stored(cluster, namespace.name) == {"token": "EAALONG"}
    assert (await keeper.held(harbour)).ids == {"7300000000000001"}
    old = await keeper.held(harbour)
    await keeper.keep(harbour, msgspec.structs.replace(GRANT, token=Sealed("EAANEWER")))
    assert await keeper.forget(harbour, old) is False
    assert await stored(cluster, namespace.name) == {"token": "EAANEWER"}
    assert await keeper.forget(harbour, await keeper.held(harbour)) is True
    assert await stored(cluster, namespace.name) == {}
    assert (await keeper.held(harbour)).ids == frozenset()


async def test_and_for_nothing_else(cluster: Cluster, namespace: Namespace, gateway: KubeClient):
    cluster.kubectl("create", "secret", "generic", "quay-login", "-n", namespace.name)
    keeper = SecretKeeper(gateway)
    for name, said in (("quay", "may not be changed"), ("nobody", "does not exist")):
        other = token(namespace.name, name)
        with pytest.raises(KeepError, match=f"{said}; `pagewire login {namespace.name}/{name} --rbac"):
            await keeper.check(other)
        with pytest.raises(KeepError):
            await keeper.keep(other, GRANT)
    metadata = {"name": "harbour-login", "namespace": namespace.name}
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    version = (await gateway.get(SECRETS, "harbour-login", namespace.name))["metadata"]["resourceVersion"]
    for refused in (
        gateway.create(SECRETS, {**body, "metadata": {"name": "new", "namespace": namespace.name}}),
        gateway.replace(SECRETS, {**body, "metadata": {**metadata, "resourceVersion": version}}),
        gateway.delete(SECRETS, "harbour-login", namespace.name),
    ):
        with pytest.raises(Forbidden):
            await refused


async def test_a_person_at_a_terminal_may_make_it(cluster: Cluster, namespace: Namespace):
    async with KubeClient(find_access(cluster.kubectl.kubeconfig)) as admin:
        keeper = SecretKeeper(admin, may_create=True)
        await keeper.check(token(namespace.name))
        await keeper.keep(token(namespace.name), GRANT)
        await keeper.keep(token(namespace.name), GRANT)
    assert await stored(cluster, namespace.name) == {"token": "EAALONG"}

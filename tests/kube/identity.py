"""Service accounts with a real token and no more rights than their manifests give them."""

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.kube.kubectl import Kubectl
from tests.kube.pki import Pki
from tests.kube.rules import Account, Grant, grants, is_shown


class Identity(NamedTuple):
    """Somebody who may do what RBAC says."""

    name: str
    namespace: str
    token: str
    kubeconfig: Path
    kubectl: Kubectl
    """Acts as this identity, in its namespace unless told otherwise."""


class Identities:
    """Makes identities in one cluster."""

    def __init__(self, admin: Kubectl, pki: Pki, url: str) -> None:
        self._admin, self._pki, self._url = admin, pki, url

    def make(self, account: Account, rbac: tuple[str | Path, ...]) -> Identity:
        """Create the account with these RBAC manifests as its only ones, and wait until the server knows them."""
        self._unbind(account)
        self._admin.apply(_namespace(account.namespace))
        self._admin.apply(_service_account(account), *rbac)
        identity = self._identity(account)
        for grant in grants(_documents(rbac), account):
            _await_grant(identity, grant)
        return identity

    def _unbind(self, account: Account) -> None:
        """Take away what an earlier test gave an account of the same name: it would hide a missing right."""
        for kind in ("clusterrolebindings", "rolebindings"):
            for binding in self._admin.get(kind, "--all-namespaces")["items"]:
                if account.is_bound_by(binding):
                    scope = ["--namespace", binding["metadata"].get("namespace", "default")]
                    self._admin("delete", kind, binding["metadata"]["name"], *scope)

    def _identity(self, account: Account) -> Identity:
        token = self._admin("create", "token", account.name, "--namespace", account.namespace, "--duration=12h").stdout
        path = self._admin.kubeconfig.with_name(f"{account.namespace}.{account.name}.kubeconfig")
        kubeconfig = self._pki.kubeconfig(path, self._url, token, account.namespace)
        return Identity(account.name, account.namespace, token, kubeconfig, Kubectl(kubeconfig))


def _await_grant(identity: Identity, grant: Grant, patience: float = 30) -> None:
    """The server reads roles from its own watch, a moment after they were written."""
    deadline = time.monotonic() + patience
    while not is_shown(grant.rule, _review(identity, grant.namespace or identity.namespace)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{identity.name} was not given {grant.rule} in {grant.namespace or 'all namespaces'}")
        time.sleep(0.02)


def _review(identity: Identity, namespace: str) -> Any:
    asked = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    return json.loads(identity.kubectl("create", "--raw", path, "-f", "-", input=json.dumps(asked)).stdout)


def _documents(rbac: tuple[str | Path, ...]) -> list[dict[str, Any]]:
    texts = [text for source in rbac for text in _texts(source)]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def _texts(source: str | Path) -> list[str]:
    if isinstance(source, str):
        return [source]
    files = sorted(source.glob("*.yaml")) if source.is_dir() else [source]
    return [file.read_text() for file in files]


def _namespace(name: str) -> str:
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def _service_account(account: Account) -> str:
    metadata = {"name": account.name, "namespace": account.namespace}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})

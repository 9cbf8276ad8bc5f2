"""Service accounts with a real token and no more rights than their manifests give them."""

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.kube.kubectl import Kubectl
from tests.kube.pki import Pki
from tests.kube.rules import Account, Grant, Manifest, grants, is_shown


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
        documents = _documents(rbac)
        # At one go: each start of kubectl costs more than what it does.
        self._admin.apply(yaml.safe_dump_all([_namespace(account.namespace), _service_account(account), *documents]))
        identity = self.of(account)
        _await_grants(identity, list(grants(documents, account)))
        return identity

    def _unbind(self, account: Account) -> None:
        """Take away what an earlier test gave an account of the same name: it would hide a missing right."""
        for binding in self._admin.get("clusterrolebindings,rolebindings", "--all-namespaces")["items"]:
            if account.is_bound_by(binding):
                scope = ["--namespace", binding["metadata"].get("namespace", "default")]
                self._admin("delete", binding["kind"], binding["metadata"]["name"], *scope)

    def of(self, account: Account) -> Identity:
        """An account that exists, with a token of its own."""
        token = self._admin("create", "token", account.name, "--namespace", account.namespace, "--duration=12h").stdout
        path = self._admin.kubeconfig.with_name(f"{account.namespace}.{account.name}.kubeconfig")
        kubeconfig = self._pki.kubeconfig(path, self._url, token, account.namespace)
        return Identity(account.name, account.namespace, token, kubeconfig, Kubectl(kubeconfig))


def _await_grants(identity: Identity, left: list[Grant], patience: float = 30) -> None:
    """The server reads roles from its own watch, a moment after they were written."""
    deadline = time.monotonic() + patience
    while left := _not_shown(identity, left):
        if time.monotonic() > deadline:
            rule, where = left[0].rule, left[0].namespace or "all namespaces"
            raise TimeoutError(f"{identity.name} was not given {rule} in {where}")
        time.sleep(0.02)


def _not_shown(identity: Identity, left: list[Grant]) -> list[Grant]:
    homes = {grant.namespace or identity.namespace for grant in left}
    reviews = {home: _review(identity, home) for home in homes}
    return [grant for grant in left if not is_shown(grant.rule, reviews[grant.namespace or identity.namespace])]


def _review(identity: Identity, namespace: str) -> Any:
    asked = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    return json.loads(identity.kubectl("create", "--raw", path, "-f", "-", input=json.dumps(asked)).stdout)


def _documents(rbac: tuple[str | Path, ...]) -> list[Manifest]:
    texts = [text for source in rbac for text in _texts(source)]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def _texts(source: str | Path) -> list[str]:
    if isinstance(source, str):
        return [source]
    files = sorted(source.glob("*.yaml")) if source.is_dir() else [source]
    return [file.read_text() for file in files]


def _namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _service_account(account: Account) -> Manifest:
    metadata = {"name": account.name, "namespace": account.namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}

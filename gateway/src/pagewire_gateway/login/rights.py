"""What lets a gateway write the Secret of one login, as manifests to be reviewed and applied. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pagewire.resources.token import LOGIN_SUFFIX

_GROUP = "rbac.authorization.k8s.io"


def manifests(tokens: Iterable[tuple[str, str]], account: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """An empty Secret, a Role with ``patch`` on it alone, and its binding, for each AccessToken.

    Args:
        tokens: namespace and name of each.
        account: namespace and name of the gateway's service account.
    """
    for namespace, name in tokens:
        secret = f"{name}{LOGIN_SUFFIX}"
        role = f"pagewire-{secret}"
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret, "namespace": namespace}}
        rule = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": [secret], "verbs": ["patch"]}
        yield {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "Role",
            "metadata": {"name": role, "namespace": namespace},
            "rules": [rule],
        }
        subject = {"kind": "ServiceAccount", "name": account[1], "namespace": account[0]}
        yield {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": role, "namespace": namespace},
            "roleRef": {"apiGroup": _GROUP, "kind": "Role", "name": role},
            "subjects": [subject],
        }


def text(tokens: Iterable[tuple[str, str]], account: tuple[str, str]) -> str:
    """The manifests as one stream that kubectl reads."""
    parts = (msgspec.json.format(msgspec.json.encode(one), indent=2).decode() for one in manifests(tokens, account))
    return "\n---\n".join(parts)

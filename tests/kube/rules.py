"""What RBAC manifests grant to a service account."""

from collections.abc import Iterator
from typing import Any, NamedTuple

Manifest = dict[str, Any]


class Account(NamedTuple):
    """A service account."""

    namespace: str
    name: str

    def is_bound_by(self, binding: Manifest) -> bool:
        """Whether a RoleBinding or ClusterRoleBinding names it."""
        home = binding["metadata"].get("namespace")
        return any(
            (subject["kind"], subject["name"], subject.get("namespace", home))
            == ("ServiceAccount", self.name, self.namespace)
            for subject in binding.get("subjects") or ()
        )


class Grant(NamedTuple):
    """A rule that holds in a namespace, or in all of them if that is None."""

    namespace: str | None
    rule: Manifest


def grants(manifests: list[Manifest], account: Account) -> Iterator[Grant]:
    """Each rule about resources that the manifests' own roles give the account."""
    roles = {_key(manifest): manifest for manifest in manifests if manifest["kind"] in {"Role", "ClusterRole"}}
    for binding in manifests:
        if binding["kind"] in {"RoleBinding", "ClusterRoleBinding"} and account.is_bound_by(binding):
            namespace, role = binding["metadata"].get("namespace"), binding["roleRef"]
            home = namespace if role["kind"] == "Role" else None
            known = roles.get((role["kind"], home, role["name"]), {})
            yield from (Grant(namespace, rule) for rule in known.get("rules") or () if rule.get("resources"))


def is_shown(rule: Manifest, review: Manifest) -> bool:
    """Whether the API server's answer to SelfSubjectRulesReview has the rule."""
    return any(_parts(rule) == _parts(shown) for shown in review["status"]["resourceRules"])


def _key(manifest: Manifest) -> tuple[str, str | None, str]:
    return manifest["kind"], manifest["metadata"].get("namespace"), manifest["metadata"]["name"]


def _parts(rule: Manifest) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(rule.get(part) or ()) for part in ("verbs", "apiGroups", "resources", "resourceNames"))

"""Manifests for tests of the cluster itself."""

BOXES = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: boxes.test.pagewire.dev
spec:
  group: test.pagewire.dev
  names: {kind: Box, plural: boxes, singular: box, shortNames: [bx]}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              description: What the box is to be.
              type: object
              required: [width]
              properties:
                width:
                  type: integer
                  minimum: 1
                  x-kubernetes-validations: [{rule: self == oldSelf, message: width is immutable}]
                depth: {type: integer, default: 3}
                label: {type: string, maxLength: 20}
              x-kubernetes-validations:
                - {rule: self.depth <= self.width, message: a box is never deeper than wide}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""


def box(**spec: object) -> str:
    lines = "".join(f"\n  {key}: {value}" for key, value in spec.items())
    return f"apiVersion: test.pagewire.dev/v1\nkind: Box\nmetadata: {{name: mine}}\nspec:{lines}\n"


def secret(name: str, owner_uid: str = "", owner: str = "") -> str:
    owners = f"[{{apiVersion: v1, kind: ConfigMap, name: {owner}, uid: {owner_uid}}}]" if owner else "[]"
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, ownerReferences: {owners}}}\nstringData: {{a: b}}\n"
    )


def role(namespace: str, account: str, resources: str = "secrets", verbs: str = "get, list") -> str:
    """A Role for a service account of pagewire-system, and its binding."""
    group = "rbac.authorization.k8s.io"
    metadata = f"metadata: {{name: {account}, namespace: {namespace}}}"
    return f"""
apiVersion: {group}/v1
kind: Role
{metadata}
rules: [{{apiGroups: [""], resources: [{resources}], verbs: [{verbs}]}}]
---
apiVersion: {group}/v1
kind: RoleBinding
{metadata}
roleRef: {{apiGroup: {group}, kind: Role, name: {account}}}
subjects: [{{kind: ServiceAccount, name: {account}, namespace: pagewire-system}}]
"""

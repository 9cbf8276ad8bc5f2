"""charts/pagewire/values.schema.json: values.yaml's keys, defaults and comments, and what a default cannot say of its type."""

import json
from typing import Any, Final

from tests.generated.chart_values import CHART, Value, values

_TEXTS: Final = {"type": "array", "items": {"type": "string", "minLength": 1}}
_NAMESPACE: Final = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"}
_OBJECTS: Final = {"type": "array", "items": {"type": "object"}}
_MAP: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_SETTINGS: Final = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean"]},
    # A token here would lie in the release's Secret and in the pod's own description.
    "propertyNames": {"pattern": "^(PAGEWIRE|OTEL)_[A-Z0-9_]+$", "not": {"pattern": "(TOKEN|SECRET|PASSWORD|_KEY)$"}},
}
_BIND: Final = {"type": "string", "pattern": r"^(\[[0-9a-f:]*\]|[0-9.]+)$"}
_COUNT: Final = {"type": "integer", "minimum": 1}
_LEVEL: Final = {"enum": ["debug", "info", "warning", "error"]}


def _closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


_BY_PATH: Final[dict[str, dict[str, Any]]] = {
    "watchNamespaces": {"type": "array", "items": _NAMESPACE, "uniqueItems": True},
    "image.pullPolicy": {"enum": ["Always", "IfNotPresent", "Never"]},
    "journal.kind": {"enum": ["sqlite", "nats"]},
    "journal.nats.servers": {"type": "array", "items": {"type": "string", "pattern": "^(nats|tls)://"}},
    "journal.nats.maxBytes": {"type": "string", "pattern": "^[0-9]+$"},
    "journal.nats.prefix": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
    "gateway.admin.consoleURL": {"type": "string", "pattern": "^(https?://[^/]+)?$"},
    "gateway.admin.oidc.issuer": {"type": "string", "pattern": "^(https?://.+)?$"},
    "gateway.admin.oidc.viewers": _TEXTS,
    "gateway.admin.oidc.operators": _TEXTS,
    "gateway.admin.oidc.admins": _TEXTS,
    "gateway.logins": {
        "type": "array",
        "items": _closed(["namespace", "name"], namespace=_NAMESPACE, name={"type": "string"}),
    },
    "gateway.pluginSecrets": {
        "type": "array",
        "items": _closed(
            ["namespace", "plugin", "secretName", "keys"],
            namespace=_NAMESPACE,
            plugin={"type": "string"},
            secretName={"type": "string"},
            keys={**_TEXTS, "minItems": 1},
        ),
    },
    "gateway.service.type": {"enum": ["ClusterIP", "NodePort", "LoadBalancer"]},
    "gateway.service.nodePort": {"type": ["integer", "null"]},
    "gateway.persistence.whenDeleted": {"enum": ["Retain", "Delete"]},
    "gateway.plugins": _TEXTS,
    "gateway.ingress.hosts": _TEXTS,
    "gateway.httpRoute.hostnames": _TEXTS,
    "gateway.persistence.accessModes": {"type": "array", "items": {"enum": ["ReadWriteOnce", "ReadWriteOncePod"]}},
    "networkPolicy.egressPorts": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}},
}
_BY_NAME: Final[dict[str, dict[str, Any]]] = {
    "settings": _SETTINGS,
    "bind": _BIND,
    "logFormat": {"enum": ["text", "json"]},
    "logLevel": _LEVEL,
    "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
    "maxUnavailable": {"type": ["integer", "string"]},
    "replicas": _COUNT,
    "partitions": _COUNT,
    "minReplicas": _COUNT,
    "maxReplicas": _COUNT,
    "targetCPU": {"type": "integer", "minimum": 1, "maximum": 100},
    **dict.fromkeys(("commonLabels", "commonAnnotations", "annotations", "labels"), _MAP),
    **dict.fromkeys(("podLabels", "podAnnotations", "nodeSelector"), _MAP),
}
_OPEN: Final = ("podSecurityContext", "securityContext", "resources", "affinity")
"""Kubernetes' own objects: the API server judges them."""


def text() -> str:
    """The whole file."""
    root: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart pagewire",
        "type": "object",
        "additionalProperties": False,
        # Without these two the chart could not be another's part.
        "properties": {"global": {"type": "object"}, "enabled": {"type": "boolean"}},
    }
    for value in values():
        if not any(f".{name}." in f".{value.path}." and not value.path.endswith(name) for name in _OPEN):
            _put(root, value)
    return json.dumps(root, indent=2) + "\n"


def _put(root: dict[str, Any], value: Value) -> None:
    *parents, name = value.path.split(".")
    there = root
    for parent in parents:
        there = there["properties"][parent]
    described = {"description": value.description} if value.description else {}
    there["properties"][name] = {**described, **_schema(value, name)}


def _schema(value: Value, name: str) -> dict[str, Any]:
    known = _BY_PATH.get(value.path) or _BY_NAME.get(name)
    if known is not None:
        return {**known, "default": value.default}
    if isinstance(value.default, dict) and name not in _OPEN:
        return {"type": "object", "additionalProperties": False, "properties": {}}
    return {**_plain(value.default), "default": value.default}


def _plain(default: Any) -> dict[str, Any]:
    match default:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer", "minimum": 0}
        case str():
            return {"type": "string"}
        case dict():
            return {"type": "object"}
        case _:
            return dict(_OBJECTS)


PATH: Final = (CHART / "values.schema.json").relative_to(CHART.parents[1]).as_posix()

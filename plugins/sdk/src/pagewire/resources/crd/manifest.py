"""A kind becomes a CustomResourceDefinition."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from msgspec.structs import fields

from pagewire.resources.common import GROUP, VERSION
from pagewire.resources.decode import KINDS

from .cel import of_struct
from .columns import columns, selectable
from .schema import schema
from .words import about
from .yaml import emit

_SHORT: Final[Mapping[str, str]] = {
    "MessengerApp": "mapp",
    "AccessToken": "mtok",
    "WebhookSubscription": "mws",
    "MessengerPage": "mpage",
    "InstagramAccount": "mig",
}

PLURALS: Final[Mapping[str, str]] = {kind: f"{kind.lower()}s" for kind in KINDS}
"""Plural name of each kind, as it stands in the API's paths and in RBAC."""

_TYPE_META: Final[Mapping[str, Any]] = {
    "apiVersion": {"type": "string", "description": f"The version of the schema, {GROUP}/{VERSION}."},
    "kind": {"type": "string", "description": "The kind of the resource."},
    "metadata": {"type": "object"},
}


def names(kind: str) -> dict[str, Any]:
    """``spec.names`` of a kind."""
    return {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": PLURALS[kind],
        "singular": kind.lower(),
        "shortNames": [_SHORT[kind]],
        "categories": ["pagewire"],
    }


def manifest(kind: str) -> dict[str, Any]:
    """The CustomResourceDefinition of a kind, ready to be applied.

    Raises:
        KeyError: There is no such kind; `pagewire.resources.KINDS` has them.
    """
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURALS[kind]}.{GROUP}", "labels": {"app.kubernetes.io/part-of": "pagewire"}},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": names(kind),
            "conversion": {"strategy": "None"},
            "versions": [_version(kind)],
        },
    }


def text(kind: str) -> str:
    """The CustomResourceDefinition of a kind as YAML."""
    return f"# Written by `python -m tests.generated`; edit pagewire.resources instead.\n{emit(manifest(kind))}"


def _version(kind: str) -> dict[str, Any]:
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": columns(kind),
        "selectableFields": selectable(kind),
        "schema": {"openAPIV3Schema": _root(kind)},
    }


def _root(kind: str) -> dict[str, Any]:
    struct = KINDS[kind]
    parts = {field.name: schema(_struct(field.type)) for field in fields(struct) if field.name in {"spec", "status"}}
    status = {"description": "What the operator knows. Never read as a wish.", **parts["status"]}
    spec = {"description": "What is wanted.", **parts["spec"]}
    rules = of_struct(struct)
    return {
        "type": "object",
        "description": about(struct),
        **({"x-kubernetes-validations": rules} if rules else {}),
        "required": ["spec"],
        "properties": {**_TYPE_META, "spec": spec, "status": status},
    }


def _struct(of: Any) -> type:
    """The struct itself, of one that may be left out too."""
    found: type = next((one for one in get_args(of) if one is not type(None)), of)
    return found

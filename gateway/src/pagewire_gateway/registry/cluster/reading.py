"""An object as the API server's JSON has it becomes an entry, by the same code that reads manifests."""

from copy import deepcopy
from typing import Any, Final

import msgspec

from pagewire.manifests.json_text import deeper
from pagewire.manifests.problems import Place, Problem, Severity
from pagewire.manifests.yaml_text import MAX_DEPTH
from pagewire.resources import API_VERSION, KINDS, InvalidResourceError, Resource, decode
from pagewire.resources import Problem as Wrong
from pagewire.resources.explain import Mistake, explain
from pagewire_gateway.registry.compact import entry_of
from pagewire_gateway.registry.entries import Entry, Key
from pagewire_gateway.registry.reading import checked
from pagewire_gateway.registry.sharing import Shared

_HERE: Final = Place()
_NEWER: Final = (
    "this gateway does not know the field and leaves it out; upgrade it to the release of the cluster's CRDs"
)

Object = dict[str, Any]


def read_object(kind: str, value: Object, shared: Shared) -> tuple[Entry, tuple[Problem, ...]]:
    """What the gateway keeps of an object of one of the five kinds.

    Fields it does not know are left out and told, not refused as in a manifest: the API server has refused typing
    mistakes already, and CRDs are upgraded before the gateway is.

    Raises:
        InvalidResourceError: It is not what the kind should be, which CRDs of this release do not let through.
    """
    document = _needed(kind, value)
    if deeper(document):
        raise InvalidResourceError((Wrong("spec", f"nested deeper than {MAX_DEPTH} levels"),))
    unknown: list[Wrong] = []
    try:
        resource = decode(document)
    except InvalidResourceError as error:
        resource = _leniently(document, KINDS[kind], unknown, error)
    entry = entry_of(checked(resource), _HERE, shared)
    return entry, tuple(problem(entry.key, one.path, _NEWER, Severity.WARNING) for one in unknown)


def refusal(key: Key, error: InvalidResourceError) -> tuple[Problem, ...]:
    """What people are told of an object that cannot be read."""
    return tuple(problem(key, one.path, one.message) for one in error.problems)


def problem(key: Key, path: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    """A problem of an object."""
    kind, namespace, name = key
    return Problem(severity=severity, resource=f"{kind} {namespace}/{name}", path=path, message=message)


def _needed(kind: str, value: Object) -> Object:
    """The document without what only others read: of all status, where the operator keeps a token."""
    metadata = {name: value["metadata"].get(name) for name in ("name", "namespace", "creationTimestamp")}
    document = {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata}
    if "spec" in value:
        document["spec"] = value["spec"]
    status = value.get("status")
    if kind == "AccessToken" and isinstance(status, dict) and isinstance(status.get("secretName"), str):
        document["status"] = {"secretName": status["secretName"]}
    return document


def _leniently(document: Object, kind: type[Resource], unknown: list[Wrong], error: InvalidResourceError) -> Resource:
    rest = deepcopy(document)
    while True:
        try:
            return msgspec.convert(rest, kind)
        except msgspec.ValidationError as found:
            mistake = explain(found, kind)
        if not mistake.unknown:
            raise error
        unknown.append(mistake.problem)
        _leave_out(rest, mistake)


def _leave_out(document: Any, mistake: Mistake) -> None:
    *path, name = mistake.keys
    for key in path:
        document = document[key]
    del document[name]

"""docs/reference/crds.md: every field of the five kinds, as the schema says it."""

from collections.abc import Iterator
from typing import Any

from pagewire.resources import KINDS
from pagewire.resources.crd import manifest, names

_HEAD = """\
# Fields of the custom resources

<!-- Written by `python -m tests.generated`; edit the structs in `pagewire.resources` instead. -->

The schema that the API server checks, as a table: what `kubectl explain mpage.spec --recursive` says, with limits and rules.
[Manifests](manifests.md) shows each kind by example. All are namespaced, of group `pagewire.dev`, version `v1alpha1`, category
`pagewire`. **Bold** fields are required where the field they are in is given. A *default* in the second column is written down by
the API server if you leave the field out; other defaults are the programs' own, and the description names them.
"""

Schema = dict[str, Any]


def text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *map(_kind, KINDS)])


def _kind(kind: str) -> str:
    made, version = names(kind), manifest(kind)["spec"]["versions"][0]
    root = version["schema"]["openAPIV3Schema"]
    selectors = ", ".join(f"`{field['jsonPath'].removeprefix('.')}`" for field in version["selectableFields"])
    about = f"{root['description']} Short name `{made['shortNames'][0]}`; field selectors {selectors}."
    spec, status = root["properties"]["spec"], root["properties"]["status"]
    rules = "".join(f"- {rule}\n" for rule in _rules(root, ""))
    parts = [
        f"## {kind}\n\n{about}\n",
        f"### {kind}: spec\n\n{_table(spec)}",
        f"Rules between fields, and of single ones beyond their type:\n\n{rules}",
        f"### {kind}: status\n\n{_table(status)}",
    ]
    return "\n".join(parts)


def _table(schema: Schema) -> str:
    rows = "".join(_rows(schema, ""))
    return f"| field | type | description |\n| --- | --- | --- |\n{rows}"


def _rows(schema: Schema, path: str) -> Iterator[str]:
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}{name}"
        shown = f"**`{here}`**" if name in schema.get("required", ()) else f"`{here}`"
        yield f"| {shown} | {_type(inner)} | {inner.get('description', '')} |\n"
        yield from _rows(inner, f"{here}.")
        yield from _rows(inner.get("items", {}), f"{here}[].")


def _type(schema: Schema) -> str:
    if "enum" in schema:
        kind = ", ".join(f"`{value}`" for value in schema["enum"])
    elif schema["type"] == "array":
        least = f"{schema['minItems']} to " if "minItems" in schema else "up to "
        kind = f"list, {least}{schema['maxItems']}"
    else:
        kind = schema["type"] + _length(schema)
    return f"{kind}; default `{schema['default']}`" if "default" in schema else kind


def _length(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return ", RFC 3339"
    return f", up to {schema['maxLength']}" if "maxLength" in schema else ""


def _rules(schema: Schema, path: str) -> Iterator[str]:
    for rule in schema.get("x-kubernetes-validations", ()):
        where = (path + rule.get("fieldPath", "")).removeprefix(".")
        if not rule["message"].startswith("expected"):  # the description says it already
            yield f"`{where}`: {rule['message']}"
    for name, inner in schema.get("properties", {}).items():
        yield from _rules(inner, f"{path}.{name}")
    if "items" in schema:
        yield from _rules(schema["items"], f"{path}[]")

"""Whether an API still takes and answers what an older description of it promised (OpenAPI 3.1, as Litestar writes it)."""

from collections.abc import Iterator
from typing import Any, Final

from tests.release.narrowing import Schema, narrowings

Document = dict[str, Any]
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def breaks(old: Document, new: Document) -> Iterator[str]:
    """What a caller of the old description would stumble over under the new one, in words."""
    for path, item in old["paths"].items():
        for method in (one for one in _METHODS if one in item):
            at = f"{method.upper()} {path}"
            if method in new["paths"].get(path, {}):
                yield from _operation(_whole(item[method], old), _whole(new["paths"][path][method], new), at)
            else:
                yield f"{at}: is gone"


def _operation(old: Document, new: Document, at: str) -> Iterator[str]:
    yield from _parameters(_named(old), _named(new), at)
    yield from _body(old.get("requestBody", {}), new.get("requestBody", {}), at)
    for status, answer in old["responses"].items():
        if status in new["responses"]:
            yield from _answer(answer, new["responses"][status], f"{at} {status}")
        else:
            yield f"{at}: no longer answers {status}"


def _named(operation: Document) -> dict[str, Document]:
    return {f"{one['in']} parameter {one['name']}": one for one in operation.get("parameters", ())}


def _parameters(old: dict[str, Document], new: dict[str, Document], at: str) -> Iterator[str]:
    for name, one in old.items():
        if name in new:
            yield from narrowings(one["schema"], new[name]["schema"], f"{at} {name}")
        else:
            yield f"{at} {name}: is gone"
    for name, one in new.items():
        if one.get("required") and not old.get(name, {}).get("required"):
            yield f"{at} {name}: is now needed"


def _body(old: Document, new: Document, at: str) -> Iterator[str]:
    if new.get("required") and not old.get("required"):
        yield f"{at}: a body is now needed"
    for kind, content in old.get("content", {}).items():
        if kind in new.get("content", {}):
            yield from narrowings(content["schema"], new["content"][kind]["schema"], f"{at} body")
        else:
            yield f"{at}: no longer takes {kind}"


def _answer(old: Document, new: Document, at: str) -> Iterator[str]:
    for kind, content in old.get("content", {}).items():
        if kind in new.get("content", {}):
            yield from losses(content.get("schema", {}), new["content"][kind].get("schema", {}), at)
        else:
            yield f"{at}: is no longer {kind}"


def losses(old: Schema, new: Schema, at: str = "") -> Iterator[str]:
    """What somebody who reads the answer would miss; values of an ``enum`` may be added, as fields may."""
    if "type" in old and old["type"] != new.get("type"):
        yield f"{at}: is {new.get('type')}, was {old['type']}"
    if new.get("nullable") and not old.get("nullable"):
        yield f"{at}: may now be null"
    if gone := sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{at}: may now lack {', '.join(gone)}"
    for name, member in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from losses(member, new["properties"][name], f"{at}.{name}")
        else:
            yield f"{at}.{name}: is gone"
    for name in ("items", "additionalProperties"):
        if isinstance(old.get(name), dict):
            yield from losses(old[name], new.get(name) or {}, f"{at}[]")


def _whole(part: Any, document: Document) -> Any:
    """A part with what it refers to in place, and ``null`` as `nullable`, as the schemas of CRDs have it."""
    if isinstance(part, list):
        return [_whole(one, document) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _whole(document["components"]["schemas"][part["$ref"].rpartition("/")[2]], document)
    return _plain({name: _whole(one, document) for name, one in part.items()})


def _plain(schema: Schema) -> Schema:
    kinds = schema.get("type")
    choices = schema.pop("oneOf", [{"type": one} for one in kinds] if isinstance(kinds, list) else [])
    if not choices:
        return schema
    null = {"type": "null"}
    (only,) = (one for one in choices if one != null)
    return {**schema, **only, **({"nullable": True} if null in choices else {})}

"""The API's description: as OpenAPI, and as a page without any script."""

from html import escape
from typing import Any, Final

import msgspec
from litestar import get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from pagewire_gateway.admin.errors import AnyRequest, ErrorBody


@get("/api/v1/openapi.json", include_in_schema=False)
async def openapi_json(request: AnyRequest) -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    return described(request.app.openapi_schema.to_schema())


@get("/api/v1/docs", include_in_schema=False, media_type="text/html")
async def docs_page(request: AnyRequest) -> str:
    """The API as a page; works under the strictest content security policy and with no network."""
    return page(described(request.app.openapi_schema.to_schema()))


HANDLERS: Final = (openapi_json, docs_page)


def openapi(version: str) -> OpenAPIConfig:
    """What the description says. Litestar's own pages load scripts from elsewhere and answer 404 in HTML: kept apart."""
    return OpenAPIConfig(
        title="Pagewire admin API",
        version=version,
        description="Events, parked work, plugins and accounts of a Pagewire gateway. Times are RFC 3339, UTC.",
        path="/api/v1/schema",
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
    )


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with errors as they are: one shape for every status that is no success, in place of Litestar's own."""
    _, found = msgspec.json.schema_components([ErrorBody], ref_template="#/components/schemas/{name}")
    schema.setdefault("components", {}).setdefault("schemas", {}).update(found)
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    for operation in (one for item in schema["paths"].values() for one in item.values() if isinstance(one, dict)):
        told = {code: answer for code, answer in operation.get("responses", {}).items() if code < "4"}
        operation["responses"] = {**told, "default": {"description": "It was refused.", "content": error}}
    return schema


def page(schema: dict[str, Any]) -> str:
    """An OpenAPI document as a page of HTML."""
    title, said = escape(schema["info"]["title"]), escape(schema["info"]["description"])
    rows = "".join(
        _operation(method, path, operation)
        for path, item in sorted(schema["paths"].items())
        for method, operation in item.items()
        if method in {"get", "post"}
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
        f'<p>{said} Programs read <a href="openapi.json">openapi.json</a>.</p>{rows}</body></html>'
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{escape(one['name'])}</code> {escape(one.get('description') or '')}</li>"
        for one in operation.get("parameters", [])
    )
    said = escape(operation.get("description") or "")
    return f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{said}</p>" + (
        f"<ul>{parameters}</ul>" if parameters else ""
    )

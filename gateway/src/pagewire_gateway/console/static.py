"""The console's own files: style, script, htmx. Their address changes with their content, so browsers may keep them."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from pagewire_gateway.admin.errors import not_found

_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_FOLDER: Final = files("pagewire_gateway.console").joinpath("static")
_FILES: Final[Mapping[str, bytes]] = {
    one.name: one.read_bytes() for one in _FOLDER.iterdir() if one.name.rpartition(".")[2] in _TYPES
}
_MARKS: Final = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in _FILES.items()}


def address(name: str) -> str:
    """Where a file is."""
    return f"/console/static/{_MARKS[name]}/{name}"


@get("/console/static/{mark:str}/{name:str}", include_in_schema=False)
async def static(mark: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One file; only under the mark of what it is now."""
    if _MARKS.get(name) != mark:
        raise not_found("There is no such file.", "Load the page anew.")
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(_FILES[name], media_type=_TYPES[name.rpartition(".")[2]], headers=headers)

"""``GET /_media/...``: the bytes of an upload, as a browser or a plugin fetches them."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.kept import Kept


async def answer(kept: Kept, scope: Any, send: Any) -> None:
    """Answer one HTTP request; whatever was uploaded, no browser runs anything in it."""
    found = kept.find(scope["path"]) if scope["method"] in ("GET", "HEAD") else None
    content = found.content if found is not None else b"URL signature expired"
    kind = found.content_type if found is not None else "text/plain"
    headers = [
        (b"content-type", kind.encode("latin-1", "replace")),
        (b"content-length", str(len(content)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"same-site"),
    ]
    await send({"type": "http.response.start", "status": 404 if found is None else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

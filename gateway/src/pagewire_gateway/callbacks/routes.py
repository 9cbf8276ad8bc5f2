"""The call-backs on the public port."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from pagewire_gateway.login.html import headers
from pagewire_gateway.login.routes import Browser, read_form

from . import pages
from .desk import Answer, Callbacks

_CODE = 60
"""Characters; ours are shorter."""


def callback_routes(callbacks: Callbacks) -> type[Controller]:
    """The routes for what takes call-backs."""

    class CallbackRoutes(Controller):
        """Deauthorize, data deletion, and the page that tells how a deletion stands."""

        path = "/callbacks"

        @post("/{namespace:str}/{app:str}/deauthorize", status_code=200)
        async def deauthorize(
            self, request: Browser, namespace: FromPath[str], app: FromPath[str]
        ) -> Response[dict[str, str]]:
            """A person took the app back."""
            return _json(await callbacks.deauthorize(namespace, app, await _signed(request)))

        @post("/{namespace:str}/{app:str}/data-deletion", status_code=200)
        async def data_deletion(
            self, request: Browser, namespace: FromPath[str], app: FromPath[str]
        ) -> Response[dict[str, str]]:
            """A person wants their data deleted."""
            host = request.headers.get("host", "")
            return _json(await callbacks.delete(namespace, app, await _signed(request), host))

        @get("/deletions/{code:str}")
        async def deletion(self, code: FromPath[str]) -> Response[str]:
            """How a deletion stands."""
            found = await callbacks.status(code) if len(code) <= _CODE else None
            text, status = (pages.unknown(), 404) if found is None else (pages.status(found), 200)
            return Response(text, media_type="text/html; charset=utf-8", status_code=status, headers=dict(headers()))

    return CallbackRoutes


async def _signed(request: Browser) -> str:
    form = await read_form(request)
    found = (form or {}).get("signed_request", [])
    return found[0] if len(found) == 1 else ""


def _json(answer: Answer) -> Response[dict[str, str]]:
    return Response(answer.body, status_code=answer.status, headers={"Cache-Control": "no-store"})

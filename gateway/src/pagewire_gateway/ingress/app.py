"""The public port as a Litestar application: the webhooks as one mounted ASGI route, and the pages people see."""

import logging
from time import perf_counter
from typing import cast

from litestar import Litestar, asgi
from litestar.types import ControllerRouterHandler
from litestar.types import Receive as LitestarReceive
from litestar.types import Scope as LitestarScope
from litestar.types import Send as LitestarSend

from pagewire_gateway.ingress import answers, handshake
from pagewire_gateway.ingress.answers import Answer, Receive, Scope, Send
from pagewire_gateway.ingress.delivery import Ingress
from pagewire_gateway.ingress.tally import Tally
from pagewire_gateway.lightly import LightLitestar
from pagewire_gateway.registry.port import App

log = logging.getLogger(__name__)


def create_public_app(ingress: Ingress, *others: ControllerRouterHandler) -> Litestar:
    """The application behind the public port: webhooks, and the pages of `others`.

    It is an ASGI route inside Litestar, not a handler: a handler costs twice the CPU of the whole rest of the path.
    """
    tally = Tally()

    @asgi("/webhooks", is_mount=True, copy_scope=False)
    async def webhooks(scope: LitestarScope, receive: LitestarReceive, send: LitestarSend) -> None:
        # Litestar types scopes of all protocols at once; a mount of the public port sees HTTP only.
        await serve(cast("Scope", scope), cast("Receive", receive), cast("Send", send))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        app, method = ingress.app_at(scope["path"]), scope["method"]
        try:
            answer = await _answer(ingress, app, scope, receive)
        except Exception:
            log.exception("a request could not be answered")
            answer = answers.BROKEN
        tally.count(app, method, answer)
        await answer.send(scope, send)
        tally.answered(began, method, answer)

    return LightLitestar(route_handlers=[webhooks, *others], openapi_config=None, logging_config=None)


async def _answer(ingress: Ingress, app: App | None, scope: Scope, receive: Receive) -> Answer:
    if app is None:
        return answers.NOT_FOUND if ingress.ready else answers.NOT_READY
    method = scope["method"]
    if method == "POST":
        return await ingress.take(app, scope, receive)
    if method == "GET":
        return handshake.answer(app, scope["query_string"])
    return answers.WRONG_METHOD

"""What answers on the first port: control API, chat page and login dialogs on Litestar, the Graph API everywhere else."""

from __future__ import annotations

from functools import cache

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Receive, Scope, Send

from pagewire.simulator.chat.routes import Chat, ChatActs, ChatForms
from pagewire.simulator.control.acts import Acts
from pagewire.simulator.control.forms import Forms
from pagewire.simulator.control.identity import Identity
from pagewire.simulator.control.page_settings import PageSettings
from pagewire.simulator.control.privacy import PrivacyCalls
from pagewire.simulator.control.records import Records
from pagewire.simulator.control.settings import Settings
from pagewire.simulator.dialog.routes import Dialogs, is_dialog
from pagewire.simulator.graph.app import GraphApp
from pagewire.simulator.kept import PATH
from pagewire.simulator.kept_route import answer
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import People

_OURS = ("/_control", "/chat")


class Application:
    """The ASGI application of the first port.

    The Graph API is not mounted into Litestar: a mount at the root would hide Litestar's routes with path
    parameters, and senders measure themselves by these answers.
    """

    def __init__(self, meta: Meta) -> None:
        self._graph = GraphApp(meta)
        self._meta = meta
        self._state = {"meta": meta, "people": People(meta)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        if path.startswith(PATH):
            await answer(self._meta.kept, scope, send)
            return
        ours = path.startswith(_OURS) and path.split("/", 2)[1] in ("_control", "chat")
        if ours or is_dialog(path):
            scope["state"] = dict(self._state)
            await litestar()(scope, receive, send)
        else:
            await self._graph(scope, receive, send)


@cache
def litestar() -> Litestar:
    """The control API, the chat page and the login dialogs, of whichever simulator the request came to.

    Making it takes more than a tenth of a second, and tests start hundreds of simulators; so there is one, made when
    somebody first asks it something.
    """
    return Litestar(
        route_handlers=[
            *(Acts, Forms, Identity, Records, Settings, PageSettings, PrivacyCalls),
            *(Chat, ChatActs, ChatForms, Dialogs),
        ],
        dependencies={
            "meta": Provide(_meta, sync_to_thread=False),
            "people": Provide(_people, sync_to_thread=False),
        },
        openapi_config=OpenAPIConfig(
            title="Pagewire simulator: control API",
            version="1",
            path="/_control/openapi",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )


def _meta(scope: Scope) -> Meta:
    found: Meta = scope["state"]["meta"]
    return found


def _people(scope: Scope) -> People:
    found: People = scope["state"]["people"]
    return found

"""What answers on the first port: control API, chat page and login dialogs on Litestar, the Graph API everywhere else."""

from __future__ import annotations

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
        self._litestar = litestar(meta)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        ours = path.startswith(_OURS) and path.split("/", 2)[1] in ("_control", "chat")
        await (self._litestar if ours or is_dialog(path) else self._graph)(scope, receive, send)


def litestar(meta: Meta) -> Litestar:
    """The control API, the chat page and the login dialogs."""
    people = People(meta)
    return Litestar(
        route_handlers=[
            *(Acts, Forms, Identity, Records, Settings, PageSettings, PrivacyCalls),
            *(Chat, ChatActs, ChatForms, Dialogs),
        ],
        dependencies={
            "meta": Provide(lambda: meta, sync_to_thread=False),
            "people": Provide(lambda: people, sync_to_thread=False),
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

"""The ids of a person on the Pages that are served, by Meta's ID matching, where it still answers."""

import logging
from collections.abc import Sequence

from pagewire.graph.admin import AdminError
from pagewire.people import ScopedId
from pagewire_gateway.login.asking import Graph
from pagewire_gateway.registry.port import App, Registry

log = logging.getLogger(__name__)


class IdMatching:
    """See `desk.Matching`. The guide is gone from Meta's documentation, so a refusal is no surprise and no error.

    Args:
        graph: talks to Meta.
        registry: knows which Pages are served.
    """

    def __init__(self, graph: Graph, registry: Registry) -> None:
        self._graph, self._registry = graph, registry

    async def __call__(self, app: App, user_id: str) -> Sequence[ScopedId]:
        """Their PSIDs on Pages that are served; none if Meta does not say."""
        try:
            found = (await self._graph.client(app).matching.ids_for_pages(user_id)).data
        except AdminError as error:
            log.info("Meta does not match a login with conversations of %s/%s: %s", app.namespace, app.name, error.kind)
            return ()
        return [ScopedId("page", one.page_id, one.id) for one in found if self._registry.account("page", one.page_id)]

"""One watch: what it tells goes to the intake, and that it tells nothing any more is noted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from pagewire.kube import SECRETS, Heard, KubeClient, KubeError, Object, ObjectKind, Reflector, Selection, name_of
from pagewire_gateway.registry.port import Name

from .intake import Intake
from .secrets import NOT_OURS
from .trouble import Trouble


class Feed:
    """The objects of one kind, in one namespace or in all.

    Args:
        client: The API server.
        kind: Which kind.
        namespace: Empty for all.
        intake: Where they go.
        troubled: Called when trouble comes or goes.

    Attributes:
        trouble: Why nothing is told; None if all is well.
    """

    def __init__(
        self, client: KubeClient, kind: ObjectKind, namespace: str, intake: Intake, troubled: Callable[[], None]
    ) -> None:
        self.kind, self._namespace, self._intake, self._troubled = kind, namespace, intake, troubled
        self.trouble: Trouble | None = None
        self._found: set[Name] = set()
        of = Selection(namespace, fields=NOT_OURS if kind is SECRETS else "")
        self._reflector = Reflector(client, kind, self, of)
        self.synced = self._reflector.synced

    @property
    def silence(self) -> float:
        """Seconds since the API server was last heard; bookmarks come each minute."""
        return monotonic() - self._reflector.heard

    async def run(self) -> None:
        """Follow until cancelled."""
        await self._reflector.run()

    def begin(self) -> None:
        """A list begins."""
        self._found = set()

    async def found(self, objects: list[Object]) -> None:
        """A piece of it. Taken in before the next one is asked for, so that no list is ever in memory as a whole."""
        for one in objects:
            self._found.add(name_of(one))
            self._intake.put(self.kind, one)
        await self._intake.drain()

    async def end(self) -> None:
        """The list is complete; what it does not have is gone, all at once."""
        found, self._found = self._found, set()
        await self._intake.keep_only(found, self.kind, self._namespace)

    async def changed(self, heard: Heard) -> None:
        """An object came, changed or went."""
        self._intake.put(self.kind, heard.object, gone=heard.type == "DELETED")

    def troubled(self, error: KubeError | None) -> None:
        """Nothing is told for now, or again."""
        since = datetime.now(UTC) - timedelta(seconds=self.silence)
        self.trouble = Trouble(str(self.kind), self._namespace, error, since) if error else None
        self._troubled()

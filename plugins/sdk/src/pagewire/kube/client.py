"""The API server, one method a verb. Objects go in and out as the JSON has them."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple, Self

from .access import Access, Middleware
from .errors import Gone
from .forward import Forward, forward
from .http import Http
from .kinds import PODS, Object, ObjectKind, ObjectName, name_of
from .watching import Heard, listen

CHUNK: Final = 500
_MERGE: Final = "application/merge-patch+json"
_PARTIAL: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
_PARTIAL_LIST: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class Selection(NamedTuple):
    """Which objects of a kind.

    Attributes:
        namespace: empty for all.
        labels: label selector, as in ``app=web``.
        fields: field selector, as in ``metadata.name=web``.
        metadata_only: leave everything but ``metadata`` at the server: the way to watch Secrets without reading them.
    """

    namespace: str = ""
    labels: str = ""
    fields: str = ""
    metadata_only: bool = False

    @property
    def params(self) -> dict[str, str]:
        """As the API server takes it."""
        given = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {name: value for name, value in given.items() if value}


EVERYTHING: Final = Selection()


class Page(NamedTuple):
    """A piece of a list.

    Attributes:
        version: where a watch goes on from once all pages are read.
    """

    items: list[Object]
    version: str


class KubeClient:
    """An API server. Every method raises `KubeError`; each class of it says whether trying again helps.

    Args:
        access: see `find_access`.
        agent: the ``User-Agent``; audit logs and API priority and fairness show it.
        in_flight: most requests at once.
        middlewares: aiohttp's, called around every request.
    """

    def __init__(self, access: Access, *middlewares: Middleware, agent: str = "pagewire", in_flight: int = 32) -> None:
        self.access = access
        self._http = Http(access, agent, in_flight, *middlewares)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def get(self, kind: ObjectKind, name: str, namespace: str = "") -> Object:
        """One object."""
        return _object(await self._http.send("GET", kind.path(namespace, name)))

    async def pages(self, kind: ObjectKind, of: Selection = EVERYTHING, chunk: int = CHUNK) -> AsyncIterator[Page]:
        """All objects, `chunk` at a time, all as of one moment.

        Raises:
            Gone: reading took longer than the server keeps that moment, some minutes. Begin again.
        """
        params = {**of.params, "limit": str(chunk)}
        accept = _PARTIAL_LIST if of.metadata_only else "application/json"
        while True:
            answer = await self._http.send("GET", kind.path(of.namespace), params=params, accept=accept)
            metadata = answer.get("metadata") or {}
            yield Page(answer.get("items") or [], str(metadata.get("resourceVersion", "")))
            if not metadata.get("continue"):
                return
            params["continue"] = metadata["continue"]

    async def list(self, kind: ObjectKind, of: Selection = EVERYTHING) -> Page:
        """All objects at once."""
        try:
            return await self._list(kind, of, CHUNK)
        except Gone:
            return await self._list(kind, of, 0)

    async def _list(self, kind: ObjectKind, of: Selection, chunk: int) -> Page:
        items: list[Object] = []
        version = ""
        async for page in self.pages(kind, of, chunk):
            items += page.items
            version = page.version
        return Page(items, version)

    def watch(
        self,
        kind: ObjectKind,
        since: str,
        of: Selection = EVERYTHING,
        opened: Callable[[], None] = lambda: None,
    ) -> AsyncGenerator[Heard, None]:
        """What changes after `since`, bookmarks included, until the server ends it: some minutes.

        Args:
            kind: which kind.
            since: the version of a list, or of the last object heard of.
            of: which objects of the kind.
            opened: called when the server has agreed; the first change may be long in coming.

        Raises:
            Gone: `since` is too old; list again.
            Unreachable: the connection broke, or was silent for longer than the bookmarks allow.
        """
        accept = _PARTIAL if of.metadata_only else "application/json"
        return listen(self._http, kind.path(of.namespace), {**of.params, "resourceVersion": since}, accept, opened)

    async def create(self, kind: ObjectKind, body: Object, *, dry_run: bool = False) -> Object:
        """Create an object.

        Args:
            kind: which kind.
            body: the object, its namespace in ``metadata``.
            dry_run: let the server check everything and store nothing.

        Raises:
            AlreadyExists: one of that name exists.
        """
        params = {"dryRun": "All"} if dry_run else None
        namespace = body["metadata"].get("namespace", "")
        return _object(await self._http.send("POST", kind.path(namespace), params=params, body=body))

    async def replace(self, kind: ObjectKind, body: Object) -> Object:
        """Put an object in place of the one of that ``metadata.resourceVersion``.

        Raises:
            Conflict: somebody else changed it meanwhile.
        """
        return _object(await self._http.send("PUT", kind.path(*name_of(body)), body=body))

    async def patch(
        self, kind: ObjectKind, name: str, namespace: str, patch: Object, *, status: bool = False
    ) -> Object:
        """Change some fields (JSON merge patch).

        Args:
            kind: which kind.
            name: which object.
            namespace: its namespace.
            patch: the new values; None removes a field, a list replaces the whole list. With a
                ``metadata.resourceVersion`` it is only done if the object is still that version.
            status: change the status, and nothing else.

        Raises:
            Conflict: the object is another version by now.
        """
        path = kind.path(namespace, name, "status" if status else "")
        return _object(await self._http.send("PATCH", path, body=patch, content_type=_MERGE))

    @asynccontextmanager
    async def forwarded(self, pod: ObjectName, port: int) -> AsyncIterator[Forward]:
        """Reach a port of a pod, also one that listens on the pod's loopback only, through a port of this machine's loopback.

        It takes the right to create ``pods/portforward``, as ``kubectl port-forward`` does.
        """
        async with forward(self._http, PODS.path(pod.namespace, pod.name, "portforward"), port) as opened:
            yield opened

    async def delete(self, kind: ObjectKind, name: str, namespace: str = "") -> None:
        """Delete one object, or begin to."""
        await self._http.send("DELETE", kind.path(namespace, name))


def _object(answer: Any) -> Object:
    if not isinstance(answer, dict):
        raise TypeError("the API server answered with something that is no object")
    return answer

"""One delivery body: signature over the raw bytes, items, journal, and only then 200."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic, perf_counter
from typing import Any, Final, NamedTuple, Protocol

from pagewire import wire
from pagewire.telemetry.tracing import TRACING
from pagewire_gateway import signature
from pagewire_gateway.config import IngressLimits
from pagewire_gateway.deadlines import Deadlines
from pagewire_gateway.ingress import answers
from pagewire_gateway.ingress.answers import Answer, Receive, Scope
from pagewire_gateway.ingress.arrival import Arrival, arrival_of
from pagewire_gateway.ingress.crowd import Crowd
from pagewire_gateway.journal.port import Appended, Appender, JournalError, JournalFull, JournalUnavailable
from pagewire_gateway.registry.port import App
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.messaging import published

log = logging.getLogger(__name__)

_JSON: Final = b"application/json"
_REFUSALS = {
    signature.NO_SECRET: answers.NO_SECRET,
    signature.NO_SIGNATURE: answers.UNSIGNED,
    signature.BAD_SIGNATURE: answers.FORGED,
}


class Apps(Protocol):
    """What ingress asks of the registry."""

    @property
    def revision(self) -> int:
        """0 before it was read."""

    def app(self, namespace: str, name: str) -> App | None:
        """The app of that name."""


Admitted = Callable[[Sequence[wire.Item]], Sequence[wire.Item]]


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class Ingress:
    """Takes delivery bodies.

    Args:
        apps: where the secrets are.
        journal: where events become durable.
        limits: caps on size and time.
        clock: milliseconds since 1970.
        admitted: leaves out what must not be stored, as its person asked to be forgotten.
    """

    def __init__(
        self,
        apps: Apps,
        journal: Appender,
        limits: IngressLimits,
        clock: Callable[[], int],
        admitted: Admitted = lambda items: items,
    ) -> None:
        self._admitted = admitted
        self._apps = apps
        self._journal = journal
        self._limits = limits
        self._clock = clock
        self._deadlines = Deadlines(limits.read_timeout)
        self._crowd = Crowd(limits.max_waiting, limits.max_waiting_bytes, limits.longest_wait, monotonic)
        self._last_secret: dict[str, int] = {}

    def app(self, namespace: str, name: str) -> App | None:
        """The app whose webhook lives at this address."""
        return self._apps.app(namespace, name)

    def app_at(self, path: str) -> App | None:
        """The app whose webhook lives at this path."""
        parts = path.removeprefix("/webhooks").strip("/").split("/")
        return self.app(*parts) if len(parts) == 2 else None

    @property
    def ready(self) -> bool:
        """Whether the apps are known, so that one which is not there does not exist."""
        return self._apps.revision > 0

    async def take(self, app: App, scope: Scope, receive: Receive) -> Answer:
        """Take one POST.

        Returns:
            The answer; 200 only once every event of the body is durable.
        """
        if self._crowd.full:
            return answers.OVERLOADED
        try:
            headers = _Headers(scope["headers"], self._limits.max_body)
            if app.closed:
                return answers.NO_SECRET
            body = await self._read(receive)
            self._verify(app, body, headers)
        except _Refused as refused:
            return refused.answer
        storing = self._store(app, body)
        if isinstance(storing, Answer):
            return storing
        error: JournalError | None = None
        try:
            return _told(storing, self._stored(storing, await storing.appended))
        except JournalError as raised:
            error = raised
            return _told(storing, self._not_stored(raised))
        finally:
            self._over(storing, error)

    def begin(self, app: App, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> "Answer | Storing":
        """Take a body that is here already, up to where it waits for the journal; then `end` has to be called."""
        if self._crowd.full:
            return answers.OVERLOADED
        try:
            known = _Headers(headers, self._limits.max_body)
            if app.closed:
                return answers.NO_SECRET
            if len(body) > self._limits.max_body:
                return answers.TOO_LARGE
            self._verify(app, body, known)
        except _Refused as refused:
            return refused.answer
        return self._store(app, body)

    def end(self, storing: "Storing", done: "asyncio.Future[Appended]") -> Answer:
        """The answer, now that the journal has said what it did."""
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        self._over(storing, error)
        return _told(storing, self._stored(storing, done.result()) if error is None else self._not_stored(error))

    async def _read(self, receive: Receive) -> bytes:
        task, late = asyncio.current_task(), False
        assert task is not None  # noqa: S101 - uvicorn makes one for each request
        self._deadlines.begin(task)
        try:
            try:
                message = await receive()
                if not message.get("more_body", False):
                    return self._capped(message)
                return await self._rest(message, receive)
            finally:
                late = self._deadlines.end(task)
        except asyncio.CancelledError:
            if late:
                raise _Refused(answers.TOO_SLOW) from None
            raise

    def _capped(self, message: Any) -> bytes:
        if message["type"] == "http.disconnect":
            raise _Refused(answers.TOO_SLOW)
        body: bytes = message.get("body", b"")
        if len(body) > self._limits.max_body:
            raise _Refused(answers.TOO_LARGE)
        return body

    async def _rest(self, message: Any, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                parts.append(self._capped(message))
                size += len(parts[-1])
                self._crowd.hold(len(parts[-1]))
                if size > self._limits.max_body:
                    raise _Refused(answers.TOO_LARGE)
                if not message.get("more_body", False):
                    return b"".join(parts)
                if self._crowd.full:
                    raise _Refused(answers.OVERLOADED)
                message = await receive()
        finally:
            self._crowd.hold(-size)

    def _verify(self, app: App, body: bytes, headers: "_Headers") -> None:
        secrets = [secret.reveal() for secret in app.secrets]
        verdict = signature.verify(body, headers.sha256, headers.sha1, secrets, allow_sha1=self._limits.allow_sha1)
        if isinstance(verdict, signature.Refusal):
            raise _Refused(_REFUSALS[verdict])
        name = f"{app.namespace}/{app.name}"
        if self._last_secret.get(name) != verdict:
            self._last_secret[name] = verdict
            log.info("deliveries for %s are signed with secret %d of %d", name, verdict + 1, len(secrets))

    def _store(self, app: App, body: bytes) -> "Answer | Storing":
        received = self._clock()
        reading = wire.read(body, received)
        if reading.unreadable is not None:
            return answers.MALFORMED
        if not reading.items:
            return answers.EMPTY
        items, began = self._admitted(reading.items), perf_counter()
        arrival = arrival_of(items, app.namespace) if TRACING.on else None
        if arrival is not None:
            items = arrival.items
        try:
            appended = self._journal.append(items, received, f"{app.namespace}/{app.name}")
        except JournalError as error:
            published(self._journal.system, len(items), began, _name_of(error))
            answer = self._not_stored(error)
            if arrival is not None:
                arrival.end(answer.status, answer.outcome)
            return answer
        self._crowd.enter(len(body))
        return Storing(items, len(body), began, appended, arrival)

    def _stored(self, storing: "Storing", appended: Appended) -> Answer:
        if storing.arrival is not None:
            storing.arrival.stored(appended)
        if appended.duplicates:
            metrics.duplicates.add(storing.items[0].object[:16], amount=appended.duplicates)
        return answers.ACCEPTED if appended.new else answers.DUPLICATE

    def _not_stored(self, error: BaseException) -> Answer:
        """The answer to what the journal would not do.

        Raises:
            BaseException: anything that is no word of the journal's.
        """
        if isinstance(error, JournalFull):
            return answers.FULL
        if isinstance(error, JournalUnavailable):
            return answers.UNAVAILABLE
        raise error

    def _over(self, storing: "Storing", error: BaseException | None) -> None:
        self._crowd.leave(storing.size)
        published(self._journal.system, len(storing.items), storing.began, _name_of(error))


class Storing(NamedTuple):
    """A delivery that waits for the journal.

    Attributes:
        items: what is to be stored.
        size: bytes of its body.
        began: when, on `perf_counter`'s clock.
        appended: what the journal will say.
        arrival: its trace, if it is traced.
    """

    items: Sequence[wire.Item]
    size: int
    began: float
    appended: Awaitable[Appended]
    arrival: Arrival | None = None


def _told(storing: Storing, answer: Answer) -> Answer:
    """The answer, once its trace knows it."""
    if storing.arrival is not None:
        storing.arrival.end(answer.status, answer.outcome)
    return answer


def _name_of(error: BaseException | None) -> str:
    if error is None:
        return ""
    return "journal_full" if isinstance(error, JournalFull) else "journal_unavailable"


class _Headers:
    """The headers that matter, refused early where they already tell enough."""

    __slots__ = ("sha1", "sha256")

    def __init__(self, headers: Sequence[tuple[bytes, bytes]], max_body: int) -> None:
        found = dict(headers)
        self.sha256 = found.get(b"x-hub-signature-256")
        self.sha1 = found.get(b"x-hub-signature")
        length = found.get(b"content-length", b"")
        if length.isdigit() and int(length) > max_body:
            raise _Refused(answers.TOO_LARGE)
        if b"content-encoding" in found and any(_is_coded(*header) for header in headers):
            raise _Refused(answers.WRONG_TYPE)
        said = found.get(b"content-type", b"")
        if said != _JSON and said.partition(b";")[0].strip().lower() != _JSON:
            raise _Refused(answers.WRONG_TYPE)


def _is_coded(name: bytes, value: bytes) -> bool:
    return name == b"content-encoding" and value.strip().lower() != b"identity"

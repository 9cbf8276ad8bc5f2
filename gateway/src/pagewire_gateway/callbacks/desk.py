"""What happens on Meta's call-backs: logins end, and people are forgotten."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from pagewire.people import ScopedId
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.login.keeping import KeepError
from pagewire_gateway.people.port import PERSON_DELETED, DeletionStatus
from pagewire_gateway.registry.port import App, Registry
from pagewire_gateway.telemetry import metrics

from . import signed_request
from .endings import Endings
from .signed_request import Refusal, SignedRequest

log = logging.getLogger(__name__)

GROUND = "data_deletion_callback"
TAKEN_BACK = "deauthorize_callback"
MATCH_SECONDS = 5.0


class Deletions(Protocol):
    """Who forgets people; `people.deletion.Deletion` does."""

    async def request(self, subjects: Sequence[ScopedId], ground: str) -> str:
        """See `people.deletion.Deletion.request`."""
        ...

    async def status(self, id_: str) -> DeletionStatus | None:
        """See `people.deletion.Deletion.status`."""
        ...


class Matching(Protocol):
    """Who knows the person behind an app-scoped id by other ids."""

    async def __call__(self, app: App, user_id: str) -> Sequence[ScopedId]:
        """Their ids on accounts we serve; none if Meta does not say."""
        ...


class Answer(msgspec.Struct, frozen=True):
    """What Meta is answered.

    Attributes:
        status: HTTP status.
        body: JSON.
    """

    status: int
    body: dict[str, str]


class Callbacks:
    """Takes the call-backs of all apps.

    Args:
        registry: knows apps and tokens.
        endings: ends logins.
        deletions: forgets people.
        matching: finds a person's other ids.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, registry: Registry, endings: Endings, deletions: Deletions, matching: Matching, clock: Callable[[], int]
    ) -> None:
        self._registry, self._endings = registry, endings
        self._deletions, self._matching, self._clock = deletions, matching, clock

    async def deauthorize(self, namespace: str, name: str, text: str) -> Answer:
        """A person took the app back: every login of theirs ends at once."""
        app, asked = self._read(namespace, name, text, "deauthorize")
        if app is None or not isinstance(asked, SignedRequest):
            return _refused(app, asked)
        try:
            ended = await self._endings.end(app, asked, TAKEN_BACK)
        except (JournalError, KeepError) as error:
            log.error("a deauthorization for %s/%s could not be carried out: %s", namespace, name, error)  # noqa: TRY400
            return Answer(503, {"error": "The login could not be ended for now; send this again."})
        log.warning("a person took MessengerApp %s/%s back; %d of its logins ended", namespace, name, ended)
        return Answer(200, {"status": "ok"})

    async def delete(self, namespace: str, name: str, text: str, host: str) -> Answer:
        """A person wants their data deleted: written down before Meta is answered."""
        app, asked = self._read(namespace, name, text, "data-deletion")
        if app is None or not isinstance(asked, SignedRequest):
            return _refused(app, asked)
        subjects = [ScopedId("app", _app_id(app, text), asked.user_id), *await self._matches(app, asked.user_id)]
        try:
            code = await self._deletions.request(subjects, GROUND)
            await self._endings.end(app, asked, GROUND)
        except (JournalError, KeepError) as error:
            log.error("a data deletion for %s/%s could not be taken: %s", namespace, name, error)  # noqa: TRY400
            return Answer(503, {"error": "The request could not be written down for now; send it again."})
        return Answer(200, {"url": f"{_base(app, host)}/callbacks/deletions/{code}", "confirmation_code": code})

    async def status(self, code: str) -> DeletionStatus | None:
        """How far a deletion is that was asked for here; nobody else's is shown."""
        found = await self._deletions.status(code)
        return found if found is not None and (found.hook, found.ground) == (PERSON_DELETED, GROUND) else None

    def _read(
        self, namespace: str, name: str, text: str, callback: str
    ) -> tuple[App | None, SignedRequest | Refusal | None]:
        app = self._registry.app(namespace, name)
        if app is None or app.closed:
            return None, None
        asked = signed_request.read(text, _secrets(app), self._clock() // 1000)
        outcome = "accepted" if isinstance(asked, SignedRequest) else str(asked)
        metrics.callbacks.add(f"{namespace}/{name}", callback, outcome)
        if isinstance(asked, Refusal):
            log.warning("a %s call-back for %s/%s was refused: %s", callback, namespace, name, asked)
        return app, asked

    async def _matches(self, app: App, user_id: str) -> Sequence[ScopedId]:
        try:
            async with asyncio.timeout(MATCH_SECONDS):
                return await self._matching(app, user_id)
        except TimeoutError:
            return ()


def _secrets(app: App) -> list[bytes]:
    own = [app.instagram_secret] if app.instagram_secret is not None else []
    return [secret.reveal() for secret in (*app.secrets, *own)]


def _app_id(app: App, text: str) -> str:
    """The app that the person's id belongs to: the Instagram app signs with a secret of its own."""
    own = app.instagram_secret
    signature, _, payload = text.partition(".")
    if own is None or own.reveal() in {secret.reveal() for secret in app.secrets}:
        return app.app_id
    return app.instagram_id if signed_request.fits(signature, payload, own.reveal()) else app.app_id


def _refused(app: App | None, asked: object) -> Answer:
    if app is None:
        return Answer(404, {"error": "There is no call-back at this address."})
    return Answer(403 if asked == signed_request.FORGED else 400, {"error": f"signed_request: {asked}"})


def _base(app: App, host: str) -> str:
    """The public address: the one logins come back to, else the one Meta has called."""
    if app.login is not None:
        parts = urlsplit(app.login.redirect_url)
        return f"{parts.scheme}://{parts.netloc}"
    return f"https://{host}"

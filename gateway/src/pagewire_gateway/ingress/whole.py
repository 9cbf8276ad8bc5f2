"""Deliveries whose body came with their head: the same as the ASGI route does with all others, in as few steps as can be."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from pagewire_gateway.ingress import answers
from pagewire_gateway.ingress.answers import Answer
from pagewire_gateway.ingress.delivery import Ingress, Storing
from pagewire_gateway.ingress.tally import Tally
from pagewire_gateway.journal.port import Appended
from pagewire_gateway.registry.port import App

log = logging.getLogger(__name__)

Answered = Callable[[Answer], None]


class WholeDeliveries:
    """See `pagewire_gateway.straight.Webhooks`.

    Args:
        ingress: takes them.
    """

    def __init__(self, ingress: Ingress) -> None:
        self._ingress = ingress
        self._tally = Tally()

    def take(self, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, answered: Answered) -> None:
        """Take a POST, and tell its answer: now, or once its events are durable."""
        began = perf_counter()
        app: App | None = None
        try:
            app = self._ingress.app_at(path)
            found = self._begin(app, headers, body)
        except Exception:
            log.exception("a delivery could not be taken")
            found = answers.BROKEN
        if isinstance(found, Answer):
            self._answer(app, began, answered, found)
        else:
            asked = found.appended
            done = asked if isinstance(asked, asyncio.Future) else asyncio.ensure_future(asked)
            done.add_done_callback(partial(self._ended, app, began, answered, found))

    def _begin(self, app: App | None, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Answer | Storing:
        if app is None:
            return answers.NOT_FOUND if self._ingress.ready else answers.NOT_READY
        return self._ingress.begin(app, headers, body)

    def _ended(
        self, app: App | None, began: float, answered: Answered, storing: Storing, done: "asyncio.Future[Appended]"
    ) -> None:
        try:
            answer = self._ingress.end(storing, done)
        except (Exception, asyncio.CancelledError):
            log.exception("a delivery could not be stored")
            answer = answers.BROKEN
        self._answer(app, began, answered, answer)

    def _answer(self, app: App | None, began: float, answered: Answered, answer: Answer) -> None:
        self._tally.count(app, "POST", answer)
        answered(answer)
        self._tally.answered(began, "POST", answer)

"""Kubernetes Events: what people find under ``kubectl describe``. They help; nothing depends on them."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from pagewire.kube import EVENTS, Forbidden, KubeClient, KubeError, NotFound, Object, Unauthorized
from pagewire.resources import API_VERSION, Reason
from pagewire_operator.known import Known
from pagewire_operator.model import Happening
from pagewire_operator.telemetry import Telemetry

_log: Final = logging.getLogger(__name__)

CONTROLLER: Final = "pagewire-operator"
LONGEST_MESSAGE: Final = 1024
"""Bytes; the API server refuses more."""
_SAME_FOR: Final = 600.0
"""Seconds in which the same sentence about the same resource is the same Event, counted on."""
_COUNT_EVERY: Final = 60.0
"""Seconds between two changes of a count, so that a sentence that comes each second is not a request each second."""
_REMEMBERED: Final = 4096
_LATEST: Final = 3600.0
"""Seconds after which nobody is helped by an Event any more."""

_Sentence = tuple[str, str, str]


class _Told(Struct):
    name: str
    first: float
    written: float
    count: int = 1


class Events:
    """Posts Events.

    Args:
        client: the API server.
        instance: who tells it: the name of the pod.
        telemetry: counts them.
        clock: seconds since 1970.
    """

    def __init__(self, client: KubeClient, instance: str, telemetry: Telemetry, clock: Callable[[], float]) -> None:
        self._client, self._instance, self._telemetry, self._clock = client, instance, telemetry, clock
        self._told: OrderedDict[_Sentence, _Told] = OrderedDict()
        self._late: OrderedDict[_Sentence, tuple[Known, Happening, float]] = OrderedDict()

    async def tell(self, known: Known, happening: Happening) -> None:
        """Post it, or count it on. A failure is logged, with what could not be told, and made up for if it passes."""
        self._telemetry.metrics.events.add(happening.severity.value, happening.reason)
        if happening.reason == Reason.DRIFT_FOUND:
            self._telemetry.metrics.drift.add(known.key.kind)
        if (error := await self._tell(known, happening, self._clock())) is not None:
            _log.warning(
                "%s: %s: %s (no Event of it: %s)",
                known.key,
                happening.reason,
                happening.message,
                error,
            )

    async def catch_up(self, uid: str) -> None:
        """Tell what could not be told of a resource while the API server was away.

        Nothing else would: Meta agrees by now, so the next look finds nothing to tell.
        """
        if not self._late:
            return
        for sentence in [sentence for sentence in self._late if sentence[0] == uid]:
            known, happening, when = self._late.pop(sentence)
            if self._clock() - when < _LATEST:
                await self._tell(known, happening, when)

    async def _tell(self, known: Known, happening: Happening, when: float) -> KubeError | None:
        sentence = (known.metadata.uid, happening.reason, happening.message)
        try:
            await self._post_or_count(known, happening, sentence, when)
        except KubeError as error:
            # A server that has just started refuses everybody until it has read the rules.
            if error.passing or isinstance(error, Forbidden | Unauthorized):
                self._late[sentence] = (known, happening, when)
            if len(self._late) > _REMEMBERED:
                self._late.popitem(last=False)
            return error
        return None

    async def _post_or_count(self, known: Known, happening: Happening, sentence: _Sentence, now: float) -> None:
        told = self._told.get(sentence)
        if told is None or now - told.first > _SAME_FOR:
            self._remember(sentence, await self._post(known, happening, now))
            return
        told.count += 1
        if now - told.written >= _COUNT_EVERY:
            await self._count(known.key.namespace, told, now)

    async def _post(self, known: Known, happening: Happening, now: float) -> _Told:
        made = await self._client.create(EVENTS, event_of(known, happening, self._instance, now))
        return _Told(name=made["metadata"]["name"], first=now, written=now)

    async def _count(self, namespace: str, told: _Told, now: float) -> None:
        told.written = now
        try:
            await self._client.patch(EVENTS, told.name, namespace, {"count": told.count, "lastTimestamp": moment(now)})
        except NotFound:
            told.first = 0.0  # the server forgets Events after an hour; the next one is a new one

    def _remember(self, sentence: _Sentence, told: _Told) -> None:
        self._told[sentence] = told
        self._told.move_to_end(sentence)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)


def event_of(known: Known, happening: Happening, instance: str, now: float) -> Object:
    """The Event that tells it.

    Of the core group, not of ``events.k8s.io``: both end in the same place, and RBAC rules name this one.
    """
    key = known.key
    regarding: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": key.kind,
        "namespace": key.namespace,
        "name": key.name,
        "uid": known.metadata.uid,
        "resourceVersion": known.version,
    }
    return {
        "apiVersion": EVENTS.api_version,
        "kind": EVENTS.kind,
        # The server adds its own random end, and cuts the rest as it likes.
        "metadata": {"generateName": f"{key.name[:200]}.", "namespace": key.namespace},
        "involvedObject": regarding,
        "reason": happening.reason[:128],
        "message": _cut(happening.message),
        "type": happening.severity.value,
        "source": {"component": CONTROLLER},
        "reportingComponent": CONTROLLER,
        "reportingInstance": instance[:128],
        "firstTimestamp": moment(now),
        "lastTimestamp": moment(now),
        "count": 1,
    }


def moment(now: float) -> str:
    """A moment as Kubernetes' Time."""
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _cut(message: str) -> str:
    room = message.encode()
    return message if len(room) <= LONGEST_MESSAGE else room[: LONGEST_MESSAGE - 3].decode(errors="ignore") + "..."

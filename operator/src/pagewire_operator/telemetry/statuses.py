"""What the statuses of resources say, as rows of metrics. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from pagewire.resources import AccessTokenStatus, ConditionType, InstagramAccount, MessengerPage, Status
from pagewire.telemetry.folding import folded
from pagewire.telemetry.instruments import Labels
from pagewire_operator.known import Known
from pagewire_operator.model import Key

Rows = list[tuple[Labels, float]]
Find = Callable[[Key], Known | None]

_STATUSES: Final = ("True", "False", "Unknown")
_ACCOUNTS: Final = frozenset({"MessengerPage", "InstagramAccount"})


def tally(every: Iterable[Known]) -> Rows:
    """How many resources have which condition."""
    told = Counter(
        (known.key.kind, one.type, one.status, one.reason)
        for known in every
        for one in (known.status.conditions if known.status else ())
    )
    return [(labels, float(number)) for labels, number in told.items()]


def conditions(every: Iterable[Known]) -> Rows:
    """Each condition of each resource, a row for every status it may have."""
    return folded(_conditions(every), max)


def subscribed(every: Iterable[Known]) -> Rows:
    """Whether Meta sends the webhooks of each account."""
    return folded(_subscribed(every), min)


def expirations(every: Iterable[Known], find: Find) -> Rows:
    """When the token of each account ends, seconds since 1970."""
    return folded(_expirations(every, find), min)


def _conditions(every: Iterable[Known]) -> Iterator[tuple[Labels, float]]:
    for known in every:
        for one in known.status.conditions if known.status else ():
            for status in _STATUSES:
                yield (*known.key, one.type, status), float(one.status == status)


def _subscribed(every: Iterable[Known]) -> Iterator[tuple[Labels, float]]:
    for known in every:
        if known.key.kind in _ACCOUNTS:
            for one in known.status.conditions if known.status else ():
                if one.type == ConditionType.SUBSCRIBED and one.status != "Unknown":
                    yield tuple(known.key), float(one.status == "True")


def _expirations(every: Iterable[Known], find: Find) -> Iterator[tuple[Labels, float]]:
    for known in every:
        token = _token_of(known, find)
        if isinstance(token, AccessTokenStatus):
            ends = [_seconds(one) for one in (token.expires_at, token.data_access_expires_at) if one]
            if ends:
                yield tuple(known.key), min(ends)


def _token_of(known: Known, find: Find) -> Status | None:
    resource, namespace = known.resource, known.key.namespace
    if isinstance(resource, InstagramAccount) and resource.spec.page_ref:
        page = find(Key("MessengerPage", namespace, resource.spec.page_ref.name))
        return _token_of(page, find) if page else None
    if not isinstance(resource, MessengerPage | InstagramAccount) or not resource.spec.token_ref:
        return None
    token = find(Key("AccessToken", namespace, resource.spec.token_ref.name))
    return token.status if token else None


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()

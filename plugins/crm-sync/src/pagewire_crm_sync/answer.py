"""What a sink's answer means for each upsert of the request. Pure.

======================  =======================================================================================
2xx, 409, 412           done; a conflict says that the sink has it already
207                     each upsert by its own status
400, 422                refused; of a batch, divided first to find the upsert that is at fault
413                     divided; a single upsert is refused
429, 503                later, and no request to this sink until then (Retry-After, or growing pauses)
408, 425, other 5xx     later, by the gateway's back-off
3xx, 401, 403, 404, ..  later, in a minute: the configuration is wrong, and people mend it
other 4xx               refused
======================  =======================================================================================
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

from pagewire_crm_sync.outcome import DONE, Later, Outcome, Rejected

MEND_SECONDS = 60.0
LONGEST_WAIT = 86_400.0
"""A sink may ask for a day at most; longer waits are taken for a mistake."""

_DIVIDE = frozenset({400, 413, 422})
_HOLD = frozenset({429, 503})
_CONFIGURATION = {
    401: "check secretEnv, secretFile, tokenEnv or tokenFile",
    402: "check the account at the sink",
    403: "check what the token may do at the sink",
    404: "check url",
    405: "check url: it takes no POST",
    406: "check mode",
    407: "check the proxy",
    410: "check url: the sink is gone",
    415: "check mode: the sink does not take this content type",
    421: "check url",
    426: "check url",
}


class Answer(Struct, frozen=True, kw_only=True):
    """A sink's answer, as far as it was read.

    Attributes:
        status: HTTP status.
        retry_after: the header ``Retry-After``.
        body: ``None`` if it was too long, coded or cut short.
        noted: other headers that somebody wanted to read.
    """

    status: int
    retry_after: str | None = None
    body: bytes | None = None
    noted: dict[str, str] = {}


class Hold(Struct, frozen=True):
    """No request to this sink for a while: ``after`` seconds, or a growing pause if it is ``None``."""

    after: float | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What an answer means.

    Attributes:
        outcomes: one for each upsert, in order.
        hold: the sink as a whole wants no request for a while.
        divide: the request should be tried again in two halves.
    """

    outcomes: tuple[Outcome, ...]
    hold: Hold | None = None
    divide: bool = False


class Item(Struct, frozen=True, rename="camel"):
    """One upsert's status in a 207 answer.

    Attributes:
        id: the CloudEvent's id.
        status: HTTP status of this upsert.
        retry_after: seconds.
    """

    id: str
    status: int
    retry_after: float | None = None


class Partial(Struct, frozen=True):
    """The body of a 207 answer."""

    results: tuple[Item, ...]


def judge(answer: Answer, ids: Sequence[str], now: float) -> Verdict:
    """Read an answer.

    Args:
        answer: what the sink said.
        ids: the CloudEvents' ids, in the order of the request.
        now: seconds since 1970, for ``Retry-After`` dates.
    """
    if answer.status == 207:
        return Verdict(outcomes=tuple(_by_item(answer.body, ids)))
    after = seconds_of(answer.retry_after, now)
    return Verdict(
        outcomes=(_outcome(answer.status, after),) * len(ids),
        hold=Hold(after) if answer.status in _HOLD else None,
        divide=len(ids) > 1 and answer.status in _DIVIDE,
    )


def seconds_of(retry_after: str | None, now: float) -> float | None:
    """Read ``Retry-After``: seconds, or an HTTP date (RFC 9110, 10.2.3); ``None`` if it is neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    at = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return min(max((at - datetime.fromtimestamp(now, UTC)).total_seconds(), 0.0), LONGEST_WAIT)


def _outcome(status: int, after: float | None) -> Outcome:
    said = f"the sink answered {status}"
    if 200 <= status < 300 or status in {409, 412}:
        return DONE
    if status in _HOLD or status in {408, 425} or status >= 500:
        return Later(after=after, reason=said)
    if status in _CONFIGURATION:
        return Later(after=MEND_SECONDS, reason=f"{said}: {_CONFIGURATION[status]}")
    if status < 400:
        return Later(after=MEND_SECONDS, reason=f"{said}: check url; redirects are not followed")
    return Rejected(reason=said)


def _by_item(body: bytes | None, ids: Sequence[str]) -> Iterator[Outcome]:
    try:
        results = msgspec.json.decode(body or b"", type=Partial).results
    except msgspec.MsgspecError:
        for _ in ids:
            yield Later(reason="the sink answered 207 without the results of each upsert")
        return
    found = {item.id: item for item in results}
    for each in ids:
        item = found.get(each)
        yield _item_outcome(item) if item is not None else Later(reason="the sink answered 207 and left out an upsert")


def _item_outcome(item: Item) -> Outcome:
    if item.status == 413:
        return Rejected(reason="the sink answered 413 for this upsert")
    after = None if item.retry_after is None else min(max(item.retry_after, 0.0), LONGEST_WAIT)
    return _outcome(item.status, after)

"""What HubSpot's answers mean. Pure.

Source: HubSpot's specification of contacts, version 2026-09 (batch/upsert, batch/read, gdpr-delete), and its page on errors,
by which every field of an error may be missing.

======================  =======================================================================================
200, 207                each contact by its own result or error, found by ``objectWriteTraceId``
400                     refused; of a batch, divided first; a property that does not exist is to be created
401, 403                later, in a minute: the token or its scopes are wrong
409, 423, 5xx, 477      later
429                     later: in ten seconds, or in ten minutes if the day's calls are used up
======================  =======================================================================================
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct, field

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Hold, Verdict, seconds_of
from pagewire_crm_sync.outcome import Done, Later, Outcome, Rejected

TEN_SECONDS = 10.0
DAY_USED_UP = 600.0
"""HubSpot's day ends at midnight of the portal, which it does not tell; asking six times an hour costs little."""
DAILY = "x-hubspot-ratelimit-daily-remaining"

_NOT_THERE = "PROPERTY_DOESNT_EXIST"


class Detail(Struct, frozen=True):
    """A detail of an error."""

    code: str | None = None


class Error(Struct, frozen=True, rename="camel"):
    """An error, of a whole request or of one input."""

    category: str = ""
    policy_name: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    errors: tuple[Detail, ...] = ()

    @property
    def names(self) -> set[str]:
        """Whatever the context names: trace ids, record ids."""
        lists = (each for each in self.context.values() if isinstance(each, list))
        return {str(item) for each in lists for item in each}


class Record(Struct, frozen=True, rename="camel"):
    """A contact or a note as HubSpot tells it; what ties two of them together has no id."""

    id: str = ""
    properties: dict[str, str | None] = field(default_factory=dict)
    object_write_trace_id: str | None = None


class Batch(Struct, frozen=True, rename="camel"):
    """The answer to a batch, or to a search."""

    status: str = ""
    results: tuple[Record, ...] = ()
    errors: tuple[Error, ...] = ()


def read_batch(body: bytes | None) -> Batch | None:
    """The answer to a batch, or ``None`` if it is none."""
    try:
        return msgspec.json.decode(body or b"", type=Batch)
    except msgspec.MsgspecError:
        return None


def judge(answer: Answer, traces: Sequence[str], now: float, reserve: int) -> Verdict:
    """Read the answer to an upsert.

    Args:
        answer: what HubSpot said.
        traces: the trace id of each input, in order.
        now: seconds since 1970.
        reserve: calls of the day that are left to others.
    """
    if answer.status in {200, 201, 207}:
        outcomes = tuple(_each(read_batch(answer.body), traces))
        return Verdict(outcomes=outcomes, hold=_spent(answer, reserve))
    after = seconds_of(answer.retry_after, now)
    error = _error(answer.body)
    if answer.status == 429:
        wait = DAY_USED_UP if error.policy_name == "DAILY" else TEN_SECONDS
        return _all(Later(after=after or wait, reason="HubSpot answered 429"), traces, Hold(after or wait))
    outcome = _whole(answer.status, error, after)
    divide = len(traces) > 1 and answer.status in {400, 409, 413} and isinstance(outcome, Rejected | Later)
    return msgspec.structs.replace(
        _all(outcome, traces, Hold(after) if answer.status in {477, 503} else None),
        divide=divide and not _is_missing(error),
    )


def linked(answer: Answer) -> bool:
    """Whether objects were tied to each other, all of them."""
    batch = read_batch(answer.body) if answer.status in {200, 201} else None
    return batch is not None and not batch.errors


def _whole(status: int, error: Error, after: float | None) -> Outcome:
    said = f"HubSpot answered {status}"
    if status == 401:
        return Later(after=MEND_SECONDS, reason=f"{said}: check tokenEnv or tokenFile")
    if status == 403:
        reason = f"{said}: give the private app the scopes crm.objects.contacts.read and .write"
        return Later(after=MEND_SECONDS, reason=reason)
    if status == 404:
        return Later(after=MEND_SECONDS, reason=f"{said}: check hubspot.version and hubspot.apiUrl")
    if status in {400, 413}:
        return _refused(said, error)
    if status in {408, 409, 423, 425, 477} or status >= 500:
        return Later(after=after, reason=said)
    return Rejected(reason=said)


def _refused(said: str, error: Error) -> Outcome:
    if _is_missing(error):
        reason = f"{said}: create the properties of hubspot.idProperty, hubspot.fields and hubspot.noteProperty"
        return Later(after=MEND_SECONDS, reason=reason)
    return Rejected(reason=f"{said} for this contact")


def _each(batch: Batch | None, traces: Sequence[str]) -> Iterator[Outcome]:
    """What became of each input. One that is in no result and no error is asked for again: an upsert does no harm twice."""
    if batch is None:
        yield from (Later(reason="HubSpot's answer to a batch cannot be read") for _ in traces)
        return
    found: dict[str, Outcome] = {each.object_write_trace_id or "": Done(each.id) for each in batch.results}
    for error in batch.errors:
        found |= dict.fromkeys(error.names, _of_error(error))
    for trace in traces:
        yield found.get(trace, Later(reason="HubSpot left out a contact of a batch"))


def _of_error(error: Error) -> Outcome:
    said = f"HubSpot answered {error.category or 'an error'} for this contact"
    return _refused(said, error) if error.category == "VALIDATION_ERROR" else Later(reason=said)


def _spent(answer: Answer, reserve: int) -> Hold | None:
    """Stop before the day's calls are used up: the portal's other programs need some too."""
    left = answer.noted.get(DAILY, "")
    return Hold(DAY_USED_UP) if left.isdigit() and int(left) <= reserve else None


def _all(outcome: Outcome, traces: Sequence[str], hold: Hold | None) -> Verdict:
    return Verdict(outcomes=(outcome,) * len(traces), hold=hold)


def _is_missing(error: Error) -> bool:
    return any(detail.code == _NOT_THERE for detail in error.errors)


def _error(body: bytes | None) -> Error:
    try:
        return msgspec.json.decode(body or b"", type=Error)
    except msgspec.MsgspecError:
        return Error()

"""What Salesforce's answers mean. Pure.

Source: Salesforce, REST API Developer Guide: "Upsert Records Using sObject Collections", "Status Codes and Error Responses".

======================  =======================================================================================
200                     each record by its own result, in the order of the request
... DUPLICATE_VALUE     later, alone: two upserts of one external id met
... DUPLICATES_DETECTED refused: a duplicate rule of the org stopped it
... INVALID_FIELD ..    later, in a minute: the configuration names a field that is not there or may not be written
401, 403, 404           later, in a minute; REQUEST_LIMIT_EXCEEDED: in ten minutes
5xx, no answer          later
======================  =======================================================================================
"""

import re

import msgspec
from msgspec import Struct

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Hold, Verdict
from pagewire_crm_sync.crms.crm import put_off
from pagewire_crm_sync.outcome import Done, Later, Outcome, Rejected

DAY_USED_UP = 600.0
"""The pool counts the last 24 hours, so it fills again bit by bit."""
ALONE = 1.0

_AGAIN = {"DUPLICATE_VALUE", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "TXN_SECURITY_NO_ACCESS"}
_MEND = {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "NOT_FOUND", "INVALID_TYPE", "INSUFFICIENT_ACCESS"}


class Error(Struct, frozen=True, rename="camel"):
    """An error, of a request (`errorCode`) or of a record (`statusCode`)."""

    status_code: str = ""
    error_code: str = ""


class Result(Struct, frozen=True):
    """What became of one record."""

    success: bool
    id: str | None = None
    errors: tuple[Error, ...] = ()


def judge(answer: Answer, count: int, share: int) -> Verdict:
    """Read the answer to an upsert of `count` records.

    Args:
        answer: what Salesforce said.
        count: records of the request.
        share: percent of the org's pool of calls that may be used up, by whomever.
    """
    if answer.status != 200:
        return _whole(answer, count)
    results = _results(answer.body)
    if len(results) != count:
        return put_off(count, "Salesforce's answer to an upsert cannot be read")
    hold = Hold(DAY_USED_UP) if _used(answer) >= share else None
    return Verdict(outcomes=tuple(map(_each, results)), hold=hold)


def code_of(answer: Answer) -> str:
    """The first error code of a request that was refused."""
    try:
        found = msgspec.json.decode(answer.body or b"", type=tuple[Error, ...])
    except msgspec.MsgspecError:
        return ""
    return found[0].error_code if found else ""


def _whole(answer: Answer, count: int) -> Verdict:
    code = code_of(answer)
    said = f"Salesforce answered {answer.status} {code}".rstrip()
    if code == "REQUEST_LIMIT_EXCEEDED":
        verdict = put_off(count, said, DAY_USED_UP)
        return msgspec.structs.replace(verdict, hold=Hold(DAY_USED_UP))
    if answer.status in {401, 403, 404} or code in _MEND:
        why = "check clientId, the secret, the run-as user's rights, and that object, externalId and fields exist"
        return put_off(count, f"{said}: {why}", MEND_SECONDS)
    if answer.status in {408, 409, 429} or answer.status >= 500:
        verdict = put_off(count, said)
        return msgspec.structs.replace(verdict, hold=Hold() if answer.status in {429, 503} else None)
    return Verdict(outcomes=(Rejected(reason=said),) * count, divide=count > 1 and answer.status in {400, 413})


def _each(result: Result) -> Outcome:
    if result.success:
        return Done(result.id or "")
    code = result.errors[0].status_code if result.errors else ""
    said = f"Salesforce answered {code or 'an error'} for this contact"
    if code == "DUPLICATES_DETECTED":
        return Rejected(reason=f"{said}: merge or link it there, or set salesforce.allowDuplicates, then replay")
    if code in _MEND:
        return Later(after=MEND_SECONDS, reason=f"{said}: check salesforce.fields")
    return Later(after=ALONE, reason=said) if code in _AGAIN or not code else Rejected(reason=said)


def _results(body: bytes | None) -> tuple[Result, ...]:
    try:
        return msgspec.json.decode(body or b"", type=tuple[Result, ...])
    except msgspec.MsgspecError:
        return ()


def _used(answer: Answer) -> float:
    """Percent of the pool, from ``Sforce-Limit-Info: api-usage=18/5000``."""
    found = re.search(r"api-usage=(\d+)/(\d+)", answer.noted.get("sforce-limit-info", ""))
    return 100 * int(found[1]) / max(int(found[2]), 1) if found else 0.0

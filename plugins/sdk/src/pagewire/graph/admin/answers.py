"""From an answer to what it holds, or to the error it is. Pure.

Three shapes of error exist: the Graph API's `error` object, the flat one of `api.instagram.com`, and an old pair of
`error_code` and `error_description`. Any of them may come with any HTTP status (Meta, Handling Errors).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import msgspec

from pagewire.graph.admin.errors import Facts, failure
from pagewire.graph.admin.lenient import flag, number, text
from pagewire.graph.admin.served import Served
from pagewire.graph.errors import ErrorClass, classify
from pagewire.graph.wire import ErrorBody

__all__ = ["Answer", "Asked", "confirmed", "read", "unreadable"]

_LONGEST_WAIT = 86_400.0
_LOOKED_AT = 8_000  # characters of a message; Meta lists a hundred field names in one
_BY_INDEX = re.compile(r"\b\w*fields\[(\d{1,4})\]")
_BY_NAME = re.compile(r"subscribe to the (\w+) field", re.IGNORECASE)
_PERMISSION = re.compile(r"\b(?:(?:pages|instagram)_[a-z_]+|business_management|ads_management)\b")
_SECRET = ("appsecret_proof", "client secret")


class Asked(NamedTuple):
    """What an answer is the answer to."""

    call: str = ""
    fields: Sequence[str] = ()
    """What the request listed, in its order: Meta names an offending one by its place."""
    as_app: bool = False
    """Whether the token was the app's own, made of its secret."""


class Answer(NamedTuple):
    """One whole answer."""

    status: int
    body: bytes
    served: Served = Served()
    retry_after: float | None = None
    asked: Asked = Asked()


def read(answer: Answer) -> Any:
    """What a good answer holds, as plain JSON.

    Raises:
        AdminError: the answer is an error, or none of Meta's.
    """
    try:
        found = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        unreadable(answer, "The answer is not JSON.")
    if isinstance(found, dict):
        _refuse_errors(answer, found)
    if not 200 <= answer.status < 300:
        unreadable(answer, "The answer is not one of the Graph API.")
    return found


def confirmed(answer: Answer) -> None:
    """Take `{"success": true}`, its word for it, a bare `true` and `{"result": "success"}` for a yes.

    Raises:
        AdminError: it is anything else; nobody knows then what was done.
    """
    found = read(answer)
    said = found.get("success", found.get("result")) if isinstance(found, dict) else found
    if flag(said) is not True and said != "success":
        unreadable(answer, "Meta did not say that it was done.")


def unreadable(answer: Answer, said: str) -> NoReturn:
    """Raise the error for an answer that proves nothing."""
    kind = classify(http_status=answer.status)
    raise failure(kind, said, _facts(answer, ErrorBody()), **_codes(answer, ErrorBody()))


def _refuse_errors(answer: Answer, found: Mapping[str, Any]) -> None:
    if isinstance(found.get("error"), dict):
        _refuse(answer, _body(found["error"]))
    elif found.get("error_type") or found.get("error_code") or found.get("error"):
        # The word for the error stands in `error_type`, or in `error` as OAuth has it.
        _refuse(answer, _flat(found), login=bool(found.get("error_type")))


def _body(error: Mapping[str, Any]) -> ErrorBody:
    return ErrorBody(
        code=number(error.get("code")),
        error_subcode=number(error.get("error_subcode")),
        message=text(error.get("message")) or "",
        is_transient=flag(error.get("is_transient")) or False,
        fbtrace_id=text(error.get("fbtrace_id")),
        error_data=error.get("error_data"),
    )


def _flat(found: Mapping[str, Any]) -> ErrorBody:
    said = (text(found.get(name)) for name in ("error_message", "error_description", "error_msg", "error"))
    code = number(found.get("error_code")) if "error_code" in found else number(found.get("code"))
    return ErrorBody(code=code, message=next(filter(None, said), ""))


def _refuse(answer: Answer, error: ErrorBody, *, login: bool = False) -> NoReturn:
    facts = _facts(answer, error)
    kind = classify(
        error.code,
        error.error_subcode,
        http_status=answer.status,
        is_transient=error.is_transient,
        message=error.message,
    )
    if facts.secret_refused:
        kind = ErrorClass.CONFIG
    elif login and kind is ErrorClass.PERMANENT:
        kind = ErrorClass.REAUTH  # an authorization code that is used up or too old: only a new login gives another
    raise failure(kind, error.message or "Meta gave no reason.", facts, **_codes(answer, error))


def _codes(answer: Answer, error: ErrorBody) -> dict[str, Any]:
    usage = answer.served.usage
    waits = [seconds for seconds in (answer.retry_after, usage and usage.regain_access) if seconds]
    return {
        "code": error.code,
        "subcode": error.error_subcode or None,
        "fbtrace_id": error.fbtrace_id or answer.served.trace_id,
        "http_status": answer.status,
        "retry_after": min(max(waits), _LONGEST_WAIT) if waits else None,
        "usage": usage,
    }


def _facts(answer: Answer, error: ErrorBody) -> Facts:
    said = error.message[:_LOOKED_AT]
    return Facts(
        call=answer.asked.call,
        served=answer.served,
        names=_names(said, error.data, answer.asked.fields),
        permissions=_permissions(error.code, said),
        secret_refused=_secret_refused(error.code, said, answer.asked.as_app),
    )


def _names(said: str, data: Mapping[str, Any], fields: Sequence[str]) -> tuple[str, ...]:
    places = (int(place) for place in _BY_INDEX.findall(said))
    found = [fields[place] for place in places if place < len(fields)]
    found += _BY_NAME.findall(said)
    blamed = data.get("blame_field_specs")
    for path in blamed if isinstance(blamed, list) else []:
        found += [name for name in path if isinstance(name, str)] if isinstance(path, list) else []
    return tuple(dict.fromkeys(found))


def _permissions(code: int | None, said: str) -> tuple[str, ...]:
    # Elsewhere such words are values: the list of field names, for instance, that an unknown one is answered with.
    about = code in {3, 10, 190} or (code is not None and 200 <= code < 300)
    return tuple(dict.fromkeys(_PERMISSION.findall(said))) if about else ()


def _secret_refused(code: int | None, said: str, as_app: bool) -> bool:
    lower = said.lower()
    return (as_app and code == 190) or any(sign in lower for sign in _SECRET)

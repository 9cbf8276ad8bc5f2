"""Calls to Tryton over JSON-RPC, in a session.

Source: trytond 8.2, `protocols/dispatcher.py` and `protocols/jsonrpc.py`. A call is one transaction.
"""

import asyncio
import base64
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Hold, Verdict
from pagewire_crm_sync.crms.crm import NotAnswered, put_off
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.mapping import Fields
from pagewire_crm_sync.outcome import Rejected
from pagewire_crm_sync.settings import Tryton

EVERY = {"active_test": False}
"""The context in which inactive records are found as well."""


class _Reply(Struct, frozen=True):
    result: Any = None
    error: tuple[Any, ...] | None = None


class Rpc:
    """Methods of one database's models.

    Args:
        settings: the database and its user.
        means: requests to it.
    """

    def __init__(self, settings: Tryton, means: Means) -> None:
        self._user, self._means = settings.user, means
        self._path = f"/{quote(settings.database, safe='')}/rpc/"
        self._session = ""
        self._signing_in = asyncio.Lock()

    async def call(self, method: str, *params: Any, context: Fields | None = None) -> Any:
        """A method of a model, such as ``party.party.search``; once more in a new session if the old one has ended.

        Raises:
            NotAnswered: there is no result.
        """
        session = self._session or await self._sign_in("")
        answer = await self._ask(f"model.{method}", [*params, context or {}], session)
        if answer.status in {401, 403}:
            answer = await self._ask(f"model.{method}", [*params, context or {}], await self._sign_in(session))
        return _result(answer)

    async def rows(self, model: str, domain: list[Any], columns: list[str], context: Fields | None = None) -> Any:
        """The records that a domain finds, in the order of their ids.

        Raises:
            NotAnswered: there is no result.
        """
        return await self.call(f"{model}.search_read", domain, 0, None, [["id", "ASC"]], columns, context=context)

    async def _sign_in(self, old: str) -> str:
        async with self._signing_in:
            if self._session != old:
                return self._session
            found = _result(await self._ask("common.db.login", [self._user, {"password": self._means.secret}], ""))
            if not found:
                raise NotAnswered(
                    put_off(1, "Tryton refused the sign-in: check tryton.user and the password", MEND_SECONDS)
                )
            self._session = base64.b64encode(f"{self._user}:{found[0]}:{found[1]}".encode()).decode()
            return self._session

    async def _ask(self, method: str, params: list[Any], session: str) -> Answer:
        body = msgspec.json.encode({"id": 1, "method": method, "params": params})
        headers = {"authorization": f"Session {session}"} if session else {}
        return await self._means.ask("POST", self._path, body, headers)


def _result(answer: Answer) -> Any:
    said = f"Tryton answered {answer.status}"
    if answer.status in {401, 403, 404}:
        why = f"{said}: check tryton.database, tryton.user, the password, and the user's rights"
        raise NotAnswered(put_off(1, why, MEND_SECONDS))
    if answer.status != 200:
        hold = Hold() if answer.status in {429, 503} else None
        raise NotAnswered(msgspec.structs.replace(put_off(1, said), hold=hold))
    try:
        reply = msgspec.json.decode(answer.body or b"", type=_Reply)
    except msgspec.MsgspecError as error:
        raise NotAnswered(put_off(1, "Tryton's answer cannot be read")) from error
    if reply.error is not None:
        raise NotAnswered(_of_error(str(reply.error[0])))
    return reply.result


def _of_error(name: str) -> Verdict:
    """The name of an error says who is to do something; its message may hold what people wrote."""
    if name in {"UserError", "UserWarning"}:
        return Verdict(outcomes=(Rejected(reason=f"Tryton refused the record ({name})"),))
    if name in {"ConcurrencyException", "LoginException"}:
        return put_off(1, f"Tryton answered {name}", 1.0)
    return put_off(1, "Tryton answered an error: check tryton.fields and the user's rights", MEND_SECONDS)

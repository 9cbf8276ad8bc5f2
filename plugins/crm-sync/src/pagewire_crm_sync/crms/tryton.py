"""Tryton: parties by their unique code, over JSON-RPC.

Source: trytond 8.2, `protocols/dispatcher.py` and `protocols/jsonrpc.py`; module party. `write` takes many pairs of ids
and values in one call, and a call is one transaction.
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Hold, Verdict
from pagewire_crm_sync.crms.asks import Held
from pagewire_crm_sync.crms.crm import Crm, NotAnswered, put_off, receipt
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done, Rejected
from pagewire_crm_sync.settings import Tryton

BATCH = 100
_PARTY = "model.party.party"


class _Reply(Struct, frozen=True):
    result: Any = None
    error: tuple[Any, ...] | None = None


class TrytonTarget(Crm):
    """Parties of one database.

    Args:
        settings: the database and the mapping.
        means: requests to it.
    """

    at_once = 1
    """A call costs Tryton far more than a party in it, and two that write wait for each other; so the next batch gathers."""

    def __init__(self, settings: Tryton, means: Means) -> None:
        super().__init__("tryton", settings.fields, "code", BATCH, means)
        self._settings = settings
        self._path = f"/{quote(settings.database, safe='')}/rpc/"
        self._session = ""
        self._signing_in = asyncio.Lock()

    async def look(self, names: Sequence[str], fields: Sequence[str]) -> dict[str, Held]:
        """See `Crm`."""
        wanted = [["code", "in", [*names]]]
        columns = [*dict.fromkeys(("code", *fields))]
        found = await self._call("search_read", wanted, 0, None, None, columns, context={"active_test": False})
        return {each["code"]: Held(id=str(each["id"]), name=each["code"], fields=each) for each in found}

    async def write(self, named: Mapping[str, Fields], there: Mapping[str, Held]) -> Verdict:  # noqa: ARG002 - all fields count
        """See `Crm`: what differs is written in one call, what is not there is created in another.

        A party takes Tryton ten milliseconds to write, and far less to read.
        """
        values = {name: {to: as_text(value) for to, value in fields.items()} for name, fields in named.items()}
        held = await self.look([*named], sorted({to for fields in values.values() for to in fields}))
        known = {name: int(held[name].id) for name in named if name in held}
        news = {name: _differing(values[name], held[name]) for name in known}
        await self._change({known[name]: fields for name, fields in news.items() if fields})
        known |= await self._create({name: values[name] for name in named if name not in known})
        return Verdict(outcomes=tuple(Done(str(known[name])) for name in named))

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`. A party that invoices or orders point to cannot be deleted; that is said, and a human decides."""
        wanted = [["OR", ["code", "=", name], ["id", "in", [int(each) for each in records]]]]
        found = await self._call("search", wanted, context={"active_test": False})
        if found:
            await self._call("delete", found)
        if await self._call("search", wanted, context={"active_test": False}):
            return put_off(1, "Tryton has not yet deleted the party", MEND_SECONDS)
        return Verdict(outcomes=(Done(receipt("tryton delete", [str(each) for each in found])),))

    async def _change(self, values: dict[int, Fields]) -> None:
        if values:
            await self._call("write", *(part for id_, fields in values.items() for part in ([id_], fields)))

    async def _create(self, values: dict[str, Fields]) -> dict[str, int]:
        if not values:
            return {}
        ids = await self._call("create", [{"code": name, **fields} for name, fields in values.items()])
        return dict(zip(values, ids, strict=True))

    async def _call(self, method: str, *params: Any, context: Fields | None = None) -> Any:
        """A method of the parties; once more in a new session if the old one has ended.

        Raises:
            NotAnswered: there is no result.
        """
        session = self._session or await self._sign_in("")
        answer = await self._ask(f"{_PARTY}.{method}", [*params, context or {}], session)
        if answer.status in {401, 403}:
            answer = await self._ask(f"{_PARTY}.{method}", [*params, context or {}], await self._sign_in(session))
        return _result(answer)

    async def _sign_in(self, old: str) -> str:
        async with self._signing_in:
            if self._session != old:
                return self._session
            user = self._settings.user
            found = _result(await self._ask("common.db.login", [user, {"password": self.means.secret}], ""))
            if not found:
                raise NotAnswered(
                    put_off(1, "Tryton refused the sign-in: check tryton.user and the password", MEND_SECONDS)
                )
            self._session = base64.b64encode(f"{user}:{found[0]}:{found[1]}".encode()).decode()
            return self._session

    async def _ask(self, method: str, params: list[Any], session: str) -> Answer:
        body = msgspec.json.encode({"id": 1, "method": method, "params": params})
        headers = {"authorization": f"Session {session}"} if session else {}
        return await self.means.ask("POST", self._path, body, headers)


def _differing(fields: Fields, held: Held) -> Fields:
    return {to: value for to, value in fields.items() if held.fields.get(to) != value}


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
        return Verdict(outcomes=(Rejected(reason=f"Tryton refused the party ({name})"),))
    if name in {"ConcurrencyException", "LoginException"}:
        return put_off(1, f"Tryton answered {name}", 1.0)
    return put_off(1, "Tryton answered an error: check tryton.fields and the user's rights", MEND_SECONDS)

"""Salesforce: contacts by collections upsert on an external id, with OAuth client credentials."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Verdict
from pagewire_crm_sync.crms.asks import Held, Note
from pagewire_crm_sync.crms.crm import Crm, NotAnswered, put_off, receipt
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.crms.salesforce_answer import judge
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done
from pagewire_crm_sync.settings import Salesforce

BATCH = 100
"""Salesforce takes 200; the names of 100 fit into the address of the query that spares what is kept."""
_SUBJECT = 255
"""Characters of a task's subject."""
_UNREADABLE = "Salesforce's answer cannot be read"


class _Token(Struct, frozen=True):
    access_token: str


class _Found(Struct, frozen=True):
    records: tuple[dict[str, Any], ...]


class SalesforceTarget(Crm):
    """Contacts of one org.

    Args:
        settings: the org and the mapping.
        means: requests to it.
    """

    def __init__(self, settings: Salesforce, means: Means) -> None:
        super().__init__("salesforce", settings.fields, settings.external_id, BATCH, means, settings.match)
        self.address_fields = {"email": settings.email_field, "phone": settings.phone_field}
        self._settings = settings
        self._data = f"/services/data/{settings.version}"
        self._token = ""
        self._signing_in = asyncio.Lock()

    async def write(self, named: Mapping[str, Fields], there: Mapping[str, Held]) -> Verdict:  # noqa: ARG002
        """See `Crm`: an upsert finds out itself what is there."""
        values = {name: {to: _value(value) for to, value in fields.items()} for name, fields in named.items()}
        return await self._upsert(self._settings.object, self.id_field, values)

    async def look(self, names: Sequence[str], fields: Sequence[str]) -> dict[str, Held]:
        """See `Crm`."""
        return {each.name: each for each in await self._query(self.id_field, names, fields)}

    async def find(self, by: str, addresses: Sequence[str], fields: Sequence[str]) -> dict[str, list[Held]]:
        """See `Crm`."""
        wanted = self.address_fields[by]
        found: dict[str, list[Held]] = {}
        for each in await self._query(wanted, addresses, [wanted, *fields]):
            found.setdefault(str(each.fields.get(wanted) or "").lower(), []).append(each)
        return found

    async def adopt(self, found: Mapping[str, Held]) -> None:
        """See `Crm`: by giving them the external id."""
        type_ = {"type": self._settings.object}
        records = [{"attributes": type_, "id": held.id, self.id_field: name} for name, held in found.items()]
        body = msgspec.json.encode({"allOrNone": False, "records": records})
        verdict = self._judged(await self._ask("PATCH", f"{self._data}/composite/sobjects", body), len(records))
        refused = next((each for each in verdict.outcomes if not isinstance(each, Done)), None)
        if refused is not None:
            raise NotAnswered(Verdict(outcomes=(refused,), hold=verdict.hold))

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`. The recycle bin keeps what was deleted for 15 days at most, which the REST API cannot shorten."""
        every = [*dict.fromkeys((*records, *(each.id for each in await self._query(self.id_field, [name], []))))]
        tasks = await self._tasks_of(every)
        for object_, id_ in [*(("Task", task) for task in tasks), *((self._settings.object, each) for each in every)]:
            answer = await self._ask("DELETE", f"{self._data}/sobjects/{object_}/{quote(id_)}", b"")
            if answer.status not in {204, 404}:
                return msgspec.structs.replace(self._judged(answer, 1), divide=False)
        if await self._query(self.id_field, [name], []) or await self._tasks_of(every):
            return put_off(1, "Salesforce has not yet deleted the contact", MEND_SECONDS)
        return Verdict(outcomes=(Done(receipt("salesforce delete", [*every, *tasks])),))

    async def note(self, notes: Mapping[str, Note]) -> Verdict:
        """See `Crm`: a completed task each, found again by its external id, on the contact's timeline."""
        values = {
            event: {
                self._who: each.record,
                "Subject": each.title[:_SUBJECT],
                "Description": "\n".join(each.lines),
                "Status": "Completed",
                "ActivityDate": datetime.fromtimestamp(each.at / 1000, UTC).date().isoformat(),
            }
            for event, each in notes.items()
        }
        return await self._upsert("Task", self._settings.task_id, values)

    @property
    def _who(self) -> str:
        """The field of a task that names whom it is about; people are in one, all other objects in the other."""
        return "WhoId" if self._settings.object in {"Contact", "Lead"} else "WhatId"

    async def _tasks_of(self, records: Sequence[str]) -> list[str]:
        """Ids of our tasks about these records; none is asked for where no timeline is written."""
        if not self.means.records_timeline or not records:
            return []
        listed = ", ".join(f"'{_quoted(each)}'" for each in records)
        task_id = self._settings.task_id
        found = await self._select(f"SELECT Id FROM Task WHERE {task_id} != null AND {self._who} IN ({listed})")  # noqa: S608 - quoted
        return [str(each["Id"]) for each in found]

    async def _upsert(self, object_: str, unique: str, named: Mapping[str, Mapping[str, Any]]) -> Verdict:
        records = [{"attributes": {"type": object_}, unique: name, **values} for name, values in named.items()]
        body = msgspec.json.encode({"allOrNone": False, "records": records})
        answer = await self._ask("PATCH", f"{self._data}/composite/sobjects/{object_}/{unique}", body)
        return self._judged(answer, len(named))

    async def _query(self, by: str, values: Sequence[str], fields: Sequence[str]) -> list[Held]:
        chosen = ", ".join(dict.fromkeys(("Id", self.id_field, *fields)))
        listed = ", ".join(f"'{_quoted(value)}'" for value in values)
        rows = await self._select(f"SELECT {chosen} FROM {self._settings.object} WHERE {by} IN ({listed})")  # noqa: S608 - quoted
        return [Held(id=str(row["Id"]), name=row.get(self.id_field) or "", fields=row) for row in rows]

    async def _select(self, soql: str) -> tuple[dict[str, Any], ...]:
        answer = await self._ask("GET", f"{self._data}/query?{urlencode({'q': soql})}", b"")
        if answer.status != 200:
            raise NotAnswered(self._judged(answer, 1))
        try:
            return msgspec.json.decode(answer.body or b"", type=_Found).records
        except msgspec.MsgspecError as error:
            raise NotAnswered(put_off(1, _UNREADABLE)) from error

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        """One request; once more with a new access token if the old one is none any more."""
        token = self._token or await self._sign_in("")
        answer = await self.means.ask(method, path, body, self._headers(token))
        if answer.status != 401:
            return answer
        return await self.means.ask(method, path, body, self._headers(await self._sign_in(token)))

    async def _sign_in(self, old: str) -> str:
        async with self._signing_in:
            if self._token != old:
                return self._token
            asked = {"grant_type": "client_credentials", "client_id": self._settings.client_id}
            form = urlencode({**asked, "client_secret": self.means.secret}).encode()
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = await self.means.ask("POST", "/services/oauth2/token", form, headers)
            self._token = _access_token(answer)
            return self._token

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"}
        if self._settings.allow_duplicates:
            headers["sforce-duplicate-rule-header"] = "allowSave=true"
        return headers

    def _judged(self, answer: Answer, count: int) -> Verdict:
        return judge(answer, count, self._settings.daily_share)


def _access_token(answer: Answer) -> str:
    if answer.status >= 500:
        raise NotAnswered(put_off(1, f"Salesforce answered {answer.status} to the sign-in"))
    try:
        return msgspec.json.decode(answer.body or b"", type=_Token).access_token
    except msgspec.MsgspecError as error:
        why = f"Salesforce answered {answer.status} to the sign-in: check salesforce.clientId and tokenEnv or tokenFile"
        raise NotAnswered(put_off(1, why, MEND_SECONDS)) from error


def _value(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | float) else as_text(value)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")

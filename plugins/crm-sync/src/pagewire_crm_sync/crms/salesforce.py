"""Salesforce: contacts by collections upsert on an external id, with OAuth client credentials."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from pagewire_crm_sync.answer import MEND_SECONDS, Answer, Verdict
from pagewire_crm_sync.crms.crm import Crm, put_off, receipt
from pagewire_crm_sync.crms.means import Means
from pagewire_crm_sync.crms.salesforce_answer import judge
from pagewire_crm_sync.mapping import Fields, as_text
from pagewire_crm_sync.outcome import Done
from pagewire_crm_sync.settings import Salesforce

BATCH = 100
"""Salesforce takes 200; the names of 100 fit into the address of the query that spares what is kept."""
_UNREADABLE = "Salesforce's answer cannot be read"


class _Refused(Exception):
    """No access token, or no answer to a query: what it means for every contact."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


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
        super().__init__("salesforce", settings.fields, settings.external_id, BATCH, means)
        self._settings = settings
        self._data = f"/services/data/{settings.version}"
        self._token = ""
        self._signing_in = asyncio.Lock()

    async def write(self, named: dict[str, Fields]) -> Verdict:
        """See `Crm`."""
        try:
            there = await self._query([*named], self.kept) if self.kept else []
            return await self._upsert(named, {each[self.id_field]: each for each in there})
        except _Refused as refused:
            return _spread(refused.verdict, len(named))

    async def delete(self, name: str, records: Sequence[str]) -> Verdict:
        """See `Crm`. The recycle bin keeps what was deleted for 15 days at most, which the REST API cannot shorten."""
        try:
            found = [each["Id"] for each in await self._query([name], [])]
            every = [*dict.fromkeys((*records, *found))]
            for record in every:
                answer = await self._ask(
                    "DELETE", f"{self._data}/sobjects/{self._settings.object}/{quote(record)}", b""
                )
                if answer.status not in {204, 404}:
                    return msgspec.structs.replace(self._judged(answer, 1), divide=False)
            if await self._query([name], []):
                return put_off(1, "Salesforce has not yet deleted the contact", MEND_SECONDS)
            return Verdict(outcomes=(Done(receipt("salesforce delete", every)),))
        except _Refused as refused:
            return _spread(refused.verdict, 1)

    async def _upsert(self, named: dict[str, Fields], there: dict[str, dict[str, Any]]) -> Verdict:
        records = [
            {
                "attributes": {"type": self._settings.object},
                self.id_field: name,
                **{to: _value(value) for to, value in fields.items()},
            }
            for name, fields in self.without_kept(named, there).items()
        ]
        body = msgspec.json.encode({"allOrNone": False, "records": records})
        path = f"{self._data}/composite/sobjects/{self._settings.object}/{self.id_field}"
        return self._judged(await self._ask("PATCH", path, body), len(named))

    async def _query(self, names: Sequence[str], fields: Sequence[str]) -> tuple[dict[str, Any], ...] | list[Any]:
        chosen = ", ".join(dict.fromkeys(("Id", self.id_field, *fields)))
        listed = ", ".join(f"'{_quoted(name)}'" for name in names)
        soql = f"SELECT {chosen} FROM {self._settings.object} WHERE {self.id_field} IN ({listed})"  # noqa: S608 - quoted
        answer = await self._ask("GET", f"{self._data}/query?{urlencode({'q': soql})}", b"")
        if answer.status != 200:
            raise _Refused(self._judged(answer, 1))
        try:
            return msgspec.json.decode(answer.body or b"", type=_Found).records
        except msgspec.MsgspecError as error:
            raise _Refused(put_off(1, _UNREADABLE)) from error

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
        raise _Refused(put_off(1, f"Salesforce answered {answer.status} to the sign-in"))
    try:
        return msgspec.json.decode(answer.body or b"", type=_Token).access_token
    except msgspec.MsgspecError as error:
        why = f"Salesforce answered {answer.status} to the sign-in: check salesforce.clientId and tokenEnv or tokenFile"
        raise _Refused(put_off(1, why, MEND_SECONDS)) from error


def _spread(verdict: Verdict, count: int) -> Verdict:
    """The same for every contact; a query that was refused is no reason to divide."""
    first = verdict.outcomes[0]
    outcome = put_off(1, _UNREADABLE).outcomes[0] if isinstance(first, Done) else first
    return Verdict(outcomes=(outcome,) * count, hold=verdict.hold)


def _value(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | float) else as_text(value)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")

"""Telling one plugin that a person has to be forgotten, or that a login ended, and reading what it says."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec

from pagewire.context import AccountInfo, ConversationState, Person
from pagewire.logins import EndedLogin
from pagewire.offers import Http, Tracer
from pagewire.people import DeletedPerson, ExternalKey, Ground, Linked, LinkError, People, ScopedId
from pagewire.stores import Store
from pagewire_gateway.dispatch.outcome import Outcome, of_raised
from pagewire_gateway.means.offered import Means
from pagewire_gateway.people.port import LOGIN_ENDED, PERSON_DELETED, Receipt
from pagewire_gateway.people.receipts import Due
from pagewire_gateway.plugins import Hook, Plugin
from pagewire_gateway.registry.port import Account
from pagewire_gateway.retry import Again, RetryPolicy, decide

_NOBODY = "this hook is about nobody who can be linked: they asked to be forgotten, or are no person of a conversation"
LONGEST_RECEIPT = 200
"""Characters kept of what a plugin returns."""
_log = logging.getLogger("pagewire.plugin")


class NoticeContext:
    """The `pagewire.Context` of a call of ``person_deleted`` or ``login_ended``: no event, and nobody to be looked up."""

    def __init__(self, due: Due, account: Account, config: Any, means: Means) -> None:
        self._due = due
        self._account = account
        self._means = means
        self.config = config
        self.attempt = due.receipt.attempts + 1
        self.plugin = due.receipt.plugin
        self.idempotency_key = f"{due.asked.id}:{due.subject.place}:{self.plugin}"

    @property
    def account(self) -> AccountInfo:
        """See `pagewire.Context`."""
        known = self._account
        return AccountInfo(
            object=known.object, id=known.id, namespace=known.namespace, name=known.name, app_id=known.app_id
        )

    @property
    def log(self) -> "logging.LoggerAdapter[Any]":
        """See `pagewire.Context`."""
        names = {"plugin": self.plugin, "account": self._account.id, "request": self.idempotency_key}
        return logging.LoggerAdapter(_log.getChild(self.plugin), names)

    @property
    def people(self) -> People:
        """Nobody any more: whatever is asked of it says so."""
        return _Nobody()

    @property
    def store(self) -> Store:
        """What the plugin kept for the person; it goes once the hook has returned."""
        who = self._due.subject.who if self._due.asked.hook == PERSON_DELETED else None
        return self._means.store(self.plugin, self._account, who.id if who else None, lambda: False)

    @property
    def account_store(self) -> Store:
        """See `pagewire.Context`."""
        return self._means.account_store(self.plugin, self._account)

    @property
    def http(self) -> Http:
        """See `pagewire.Context`."""
        return self._means.http(self.plugin)

    @property
    def tracer(self) -> Tracer:
        """See `pagewire.Context`."""
        return self._means.tracer(self.plugin)

    def secret(self, name: str) -> str:
        """See `pagewire.Context`."""
        return self._means.secret(self._account.namespace, self.plugin, name)

    async def person(self) -> Person | None:
        """Nobody."""
        return None

    async def conversation(self) -> ConversationState:
        """Nothing."""
        return ConversationState()

    async def sent_here(self) -> bool:
        """No echo is told here."""
        return False


class _Nobody:
    """`pagewire.People` where no person is known, or none any more."""

    async def link(self, other: ScopedId | ExternalKey, ground: Ground) -> Linked:  # noqa: ARG002 - the protocol's shape
        """Refuse."""
        raise LinkError(_NOBODY)

    async def unlink(self, other: ScopedId | ExternalKey) -> bool:  # noqa: ARG002 - the protocol's shape
        """Refuse."""
        raise LinkError(_NOBODY)

    async def same(self) -> tuple[ScopedId, ...]:
        """Nobody."""
        return ()


class Teller:
    """Calls plugins.

    Args:
        timeout: seconds a hook may take.
        policy: how failed calls are repeated.
        means: what contexts offer, and where plugins keep what they know of people.
    """

    def __init__(self, timeout: float, policy: RetryPolicy, means: Means) -> None:
        self._timeout = timeout
        self._policy = policy
        self._means = means

    async def tell(self, plugin: Plugin, due: Due, account: Account, now: int, chance: float) -> Receipt:
        """Call the hook; returns the receipt as it stands now. Never raises for what the plugin does."""
        hook = plugin.hooks[due.asked.hook]
        try:
            use = next(use for use in account.plugins if use.name == plugin.name)
            context = NoticeContext(due, account, plugin.read_config(use.config), self._means)
            said = await self._call(hook, {**_fact(due), "context": context})
            await self._forget(due)
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
            return self.failed(due.receipt, of_raised(error, self._timeout), now, chance)
        return msgspec.structs.replace(
            due.receipt, state="done", attempts=due.receipt.attempts + 1, at=now, error="", receipt=said
        )

    async def _call(self, hook: Hook, known: dict[str, Any]) -> str:
        returned = await hook.within(self._timeout, known)
        return str(returned)[:LONGEST_RECEIPT] if returned is not None else ""

    async def _forget(self, due: Due) -> None:
        """What the plugin kept for the person was there for its hook to read; now it goes."""
        if due.asked.hook == PERSON_DELETED and due.subject.who is not None:
            await self._means.data.forget(due.subject.who, only=due.receipt.plugin)

    async def erase(self, who: ScopedId, spare: Collection[str]) -> int:
        """Erase what plugins keep for a person, but of those whose hook is still to be called."""
        return await self._means.data.forget(who, spare)

    def failed(self, receipt: Receipt, outcome: Outcome, now: int, chance: float) -> Receipt:
        """The receipt after an attempt that failed."""
        attempts = receipt.attempts + 1
        again = decide(self._policy, attempts, chance, after=outcome.after)
        facts: dict[str, Any] = {"attempts": attempts, "at": now, "error": outcome.reason}
        if outcome.name == "refused" or not isinstance(again, Again):
            return msgspec.structs.replace(receipt, state="parked", **facts)
        return msgspec.structs.replace(receipt, due=now + int(again.after * 1000), **facts)


def _fact(due: Due) -> dict[str, DeletedPerson | EndedLogin]:
    return {"login": _login(due)} if due.asked.hook == LOGIN_ENDED else {"person": _person(due)}


def _login(due: Due) -> EndedLogin:
    asked, subject, who = due.asked, due.subject, due.subject.who
    assert who is not None  # noqa: S101 - as below
    return EndedLogin(
        object=who.object,
        account=who.account,
        token=subject.token,
        user=who.id,
        request=asked.id,
        ground=asked.ground,
        requested=_instant(asked.requested),
    )


def _person(due: Due) -> DeletedPerson:
    asked, who = due.asked, due.subject.who
    assert who is not None  # noqa: S101 - scoped ids stay for as long as a receipt waits
    return DeletedPerson(
        object=who.object,
        account=who.account,
        id=who.id,
        request=asked.id,
        ground=asked.ground,
        requested=_instant(asked.requested),
    )


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

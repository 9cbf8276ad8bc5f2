"""One run over one account: list its conversations, find what the journal lacks, read it, insert it in order."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from pagewire.events import Channel
from pagewire.events import Conversation as Talk
from pagewire.graph import GraphClient, GraphError
from pagewire.graph.errors import Ambiguous, Config, Reauth, Retryable
from pagewire.graph.results import Conversation, Message
from pagewire.graph.wire import Listed, Platform
from pagewire.people import ScopedId
from pagewire.wire import Item, ids_of_message
from pagewire_gateway.budgets import Budget
from pagewire_gateway.healing import reading
from pagewire_gateway.healing.port import Healed
from pagewire_gateway.journal.port import JournalFront
from pagewire_gateway.people.bars import ECHOES_MS
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.lookups import CONVERSATION, CONVERSATIONS, MESSAGES, looked_up

RECENT = 20
"""Messages of a conversation of which Meta tells details: the newest ones (Meta, Conversations API)."""
LISTED = 100
"""Messages of a conversation that are listed at once, to count what cannot be read any more."""
_LISTS = 50
"""Such lists of one conversation, at most: the count stops at five thousand."""
_PAGE = 25
_FAILURES = 3
"""Conversations in a row that cannot be read for no clear reason, after which the trouble is taken for Meta's own."""

Value = TypeVar("Value")
ForgottenUntil = Callable[[ScopedId], Awaitable[int]]


class AccountHealing:
    """Heals one account.

    Args:
        account: with a token.
        client: speaks for it.
        journal: where events go.
        budget: of its calls; doubtful sends are looked up from the same one, and go first.
        forgotten_until: what a person did up to then is not brought back.
        clock: milliseconds since 1970.
        run: what it came to; filled in as it goes.
    """

    def __init__(
        self,
        account: Account,
        client: GraphClient,
        journal: JournalFront,
        budget: Budget,
        forgotten_until: ForgottenUntil,
        clock: Callable[[], int],
        run: Healed,
    ) -> None:
        assert account.token is not None  # noqa: S101 - the caller's part
        self._account = account
        self._token = account.token.reveal()
        self._client = client
        self._journal = journal
        self._budget = budget
        self._forgotten_until = forgotten_until
        self._clock = clock
        self._run = run
        self._failed: GraphError | None = None
        self._failures = 0
        self._business = frozenset({account.id, account.send_as_id})
        self._platform: Platform = "messenger" if account.object == "page" else "instagram"

    async def run(self) -> None:
        """Do it.

        Raises:
            GraphError: Meta does not answer; what was inserted until then stays.
            JournalError: nothing can be inserted.
        """
        after: str | None = None
        asked: set[str | None] = set()
        while after not in asked:
            asked.add(after)
            page = await self._ask(CONVERSATIONS, partial(self._list, after))
            self._budget.learn(page.usage)
            for conversation in page.data:
                if conversation.updated_time and conversation.updated_time.timestamp() * 1000 < self._run.since:
                    return self._through()
                await self._conversation(conversation)
            if page.after is None:
                break
            after = page.after
        return self._through()

    def _through(self) -> None:
        if self._failed is not None:
            raise self._failed

    async def _list(self, after: str | None) -> Listed[Conversation]:
        return await self._client.conversations(
            self._account.send_as_id, self._token, self._platform, after=after, limit=_PAGE, recent=RECENT
        )

    async def _ask(self, route: str, call: Callable[[], Awaitable[Value]]) -> Value:
        await self._budget.turn("healing")
        self._run.calls += 1
        try:
            with looked_up(route, self._account):
                return await call()
        except GraphError as error:
            self._budget.learn(error.usage)
            raise

    async def _conversation(self, conversation: Conversation) -> None:
        person = reading.person_of(conversation, self._business)
        self._run.conversations += 1
        missing = await self._unknown(person, conversation.recent) if person is not None else ()
        if person is None or not missing:
            return
        listed = await self._messages(conversation.id, len(missing))
        wanted = [one for one in listed if self._in_time(one)]
        unknown = await self._unknown(person, [str(one.id) for one in wanted])
        lost = [one for one in reading.oldest_first(wanted) if one.id in unknown]
        self._run.unreadable += sum(one.sender is None for one in lost)
        if len(listed) >= LISTED and self._not_before(listed[-1]):
            self._run.unreadable += await self._older(conversation.id, person)
        channel: Channel = "standby" if conversation.is_owner is False else "messaging"
        await self._insert(person, [one for one in lost if one.sender is not None], channel)

    async def _messages(self, conversation: str, missing: int) -> Sequence[Message]:
        """What a conversation holds; nothing if Meta does not give out this one: it must not stand in the way of all others."""
        try:
            found = await self._ask(CONVERSATION, lambda: self._client.messages(conversation, self._token, LISTED))
        except (Reauth, Config, Retryable):
            raise
        except Ambiguous as error:
            self._failed, self._failures = error, self._failures + 1
            if self._failures == _FAILURES:
                raise
            return ()
        except GraphError:
            self._run.unreadable += missing
            return ()
        self._failures = 0
        return found.data

    async def _older(self, conversation: str, person: str) -> int:
        """How many messages of the time in question lie behind those that were listed: they can be counted, and no more."""
        count, after = 0, None
        for number in range(_LISTS):
            call = partial(self._client.message_ids, conversation, self._token, after=after, limit=LISTED)
            try:
                page = await self._ask(MESSAGES, call)
            except (Reauth, Config, Retryable):
                raise
            except GraphError:
                return count  # It only counts: what can be read was read.
            if number:  # the first page was looked at
                ids = [str(one.id) for one in page.data if self._in_time(one)]
                count += len(await self._unknown(person, ids))
            after = page.after
            if after is None or not page.data or not self._not_before(page.data[-1]):
                break
        return count

    def _not_before(self, message: Message) -> bool:
        at = reading.created_ms(message)
        return at is None or at >= self._run.since

    def _in_time(self, message: Message) -> bool:
        at = reading.created_ms(message)
        return at is not None and self._run.since <= at <= self._run.until

    async def _unknown(self, person: str, mids: Sequence[str]) -> set[str]:
        """Those of these messages that no event and no reply of ours is about."""
        ids = {mid: ids_of_message(self._account.object, self._account.id, mid) for mid in mids}
        known = await self._journal.known([one for found in ids.values() for one in found])
        unknown = {mid for mid, found in ids.items() if known.isdisjoint(found)}
        return unknown - await self._journal.mids(self._talk(person), 0) if unknown else unknown

    def _talk(self, person: str) -> Talk:
        return Talk(self._account.object, self._account.id, person)

    async def _insert(self, person: str, lost: Sequence[Message], channel: Channel) -> None:
        forgotten = await self._forgotten_until(ScopedId(*self._talk(person))) if lost else 0
        items: list[tuple[str, Item]] = []
        for message in lost:
            ours = reading.is_ours(message, self._business)
            account = (self._account.object, self._account.id)
            item = reading.item_of(message, account, person, ours=ours, channel=channel)
            if item is not None and item.timestamp > (forgotten + ECHOES_MS if ours and forgotten else forgotten):
                items.append((str(message.id), item))
            else:
                self._run.kept_out += 1
        self._run.found += len(items)
        if items:
            also = [ids_of_message(self._account.object, self._account.id, mid) for mid, _ in items]
            app = "/".join(self._account.app)
            appended = await self._journal.append([item for _, item in items], self._clock(), app, also)
            self._run.inserted += len(appended.new)

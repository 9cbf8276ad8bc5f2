"""What is known of conversations: asked one by one, read together.

Plugins ask once an event, and a hop to another thread costs more than the look-up. So what is asked while a read is under
way gathers for the next, and a busy gateway reads many in one hop.
"""

import asyncio

import apsw

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.pending import Known, conversation, known_of
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.tail import Tail

Asked = tuple[Conversation, Known, "asyncio.Future[ConversationState]"]

_MOST = 200


class Talks:
    """The conversations of one journal.

    Args:
        readers: reads what is folded in.
        tail: knows the rest.
    """

    def __init__(self, readers: Reads, tail: Tail) -> None:
        self._readers = readers
        self._tail = tail
        self._waiting: list[Asked] = []
        self._reading: asyncio.Task[None] | None = None

    def of(self, key: Conversation) -> "asyncio.Future[ConversationState]":
        """What is known of a conversation."""
        future: asyncio.Future[ConversationState] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, known_of(self._tail, key), future))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.ensure_future(self._read_on())
        return future

    async def _read_on(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                states = await self._readers.run(lambda db, asked=asked: _read(db, asked))  # type: ignore[misc]
            except JournalError as error:
                for _, _, future in asked:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, _, future), state in zip(asked, states, strict=True):
                if not future.done():
                    future.set_result(state)


def _read(db: apsw.Connection, asked: list[Asked]) -> list[ConversationState]:
    return [conversation(db, key, known) for key, known, _ in asked]

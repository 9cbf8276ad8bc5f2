"""Which lines are at work. Each is a task with all it holds, so there are not many more than requests that can be under way."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pagewire.events import Conversation

AccountKey = tuple[str, str]


class Gate:
    """Lets so many lines in. Those that rest, until a time or for their account's turn, stand aside and take nobody's place.

    First come, first served; an account with too many lines keeps back only its own.

    Args:
        start: begins a line that waited.
        most: lines at work.
        per_account: those of one account.
    """

    def __init__(self, start: Callable[[Conversation], None], most: int, per_account: int) -> None:
        self._start = start
        self._most, self._per_account = most, per_account
        self._count = 0
        self._counts: dict[AccountKey, int] = {}
        self._outside: set[Conversation] = set()
        self._common: deque[Conversation] = deque()
        self._own: dict[AccountKey, deque[Conversation]] = {}

    def __contains__(self, line: Conversation) -> bool:
        return line in self._outside

    def enter(self, line: Conversation) -> bool:
        """Whether a line may begin now; otherwise it is started later."""
        account = line[:2]
        lines = self._counts.get(account, 0)
        if self._count < self._most and lines < self._per_account:
            self._count += 1
            self._counts[account] = lines + 1
            return True
        self._outside.add(line)
        self._common.append(line)
        return False

    def leave(self, line: Conversation) -> None:
        """A line has ended, or stands aside: others may begin."""
        account = line[:2]
        self._count -= 1
        if (left := self._counts[account] - 1) > 0:
            self._counts[account] = left
        else:
            del self._counts[account]
        if account in self._own:
            self._common.appendleft(self._first_of(account))
        while self._common and self._count < self._most:
            self._let_in(self._common.popleft())

    @contextmanager
    def aside(self, line: Conversation) -> Iterator[None]:
        """While a line rests."""
        self.leave(line)
        try:
            yield
        finally:
            self._return(line)

    def clear(self) -> None:
        """Nobody waits any more."""
        self._outside.clear()
        self._common.clear()
        self._own.clear()

    def _return(self, line: Conversation) -> None:
        self._count += 1
        self._counts[line[:2]] = self._counts.get(line[:2], 0) + 1

    def _let_in(self, line: Conversation) -> None:
        account = line[:2]
        if self._counts.get(account, 0) >= self._per_account:
            # Each line of the account that leaves takes one of these back into the common queue.
            self._own.setdefault(account, deque()).append(line)
            return
        self._outside.discard(line)
        self._return(line)
        self._start(line)

    def _first_of(self, account: AccountKey) -> Conversation:
        own = self._own[account]
        line = own.popleft()
        if not own:
            del self._own[account]
        return line

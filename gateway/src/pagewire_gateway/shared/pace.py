"""Budgets for processes on several machines: see `pagewire_gateway.budgets`.

Each account and each app is one value, changed with compare-and-set: the purses that calls are drawn from, and the latest word of
what Meta said. That word is told to everybody, as a value of its own. Purses are not: they change with every event, and all
processes would read what all of them write. What is not used within two days is forgotten; purses are full again by then.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from pagewire_gateway.budgets.drawing import LEASE, Pace, Purse, draw
from pagewire_gateway.budgets.sharing import Word
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.shared.connection import Nats, digest
from pagewire_gateway.shared.shelf import Shelf
from pagewire_gateway.shared.taps import LeasedTap

log = logging.getLogger(__name__)

_KEPT: Final = 2 * 86_400.0
_TRIES: Final = 20
_PAUSE: Final = 500
_WORDS: Final = "word."
"""Begins the keys of words."""
_FURTHEST: Final = 1000
"""Milliseconds ahead for which calls are drawn at most."""


class Common(Struct, frozen=True):
    """What all processes know of an account or an app."""

    purses: dict[str, Purse] = {}
    word: Word = Word(at=0)


_read = msgspec.json.Decoder(Common)
_read_word = msgspec.json.Decoder(Word)


class Lateness:
    """How late a process hears of what it drew: on a crowded one, later than the calls are good.

    It then draws for the moment at which it will hear, instead of drawing again and again what is lost when it comes.
    """

    def __init__(self) -> None:
        self._late = 0.0

    def took(self, milliseconds: float) -> None:
        """A draw took so long; what took longer is forgotten little by little."""
        self._late = max(milliseconds, self._late * 0.9)

    @property
    def ahead(self) -> int:
        """Milliseconds ahead for which to draw: none as long as half of the lease is left."""
        return int(min(max(0.0, self._late - LEASE * 500), _FURTHEST))


def nothing(*_: object) -> None:
    """Nobody listens yet."""


class SharedPace:
    """All accounts and apps.

    Args:
        nats: the connection.
        clock: milliseconds since 1970; the machines' clocks should agree to a tenth of a second.
    """

    def __init__(self, nats: Nats, clock: Callable[[], int]) -> None:
        self._shelf = Shelf(nats, "pace", ttl=_KEPT)
        self._clock = clock
        self._lateness = Lateness()
        self._shares: dict[str, CommonShare] = {}
        self._words: dict[str, Word] = {}
        self._follower: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the bucket and follow what is told."""
        await self._shelf.start()
        self._follower = asyncio.ensure_future(self._shelf.follow(self._told, f"{_WORDS}>"))

    async def aclose(self) -> None:
        """Follow no more."""
        for share in self._shares.values():
            share.closed = True
        await cancelled(self._follower, *(share.task for share in self._shares.values()))

    def of(self, *names: str) -> "CommonShare":
        """See `pagewire_gateway.budgets.sharing.Shares`."""
        key = digest("pace", *names)
        share = self._shares.get(key)
        if share is None:
            share = self._shares[key] = CommonShare(key, self._shelf, self._clock, self._lateness)
            if key in self._words:
                # Whoever asked is not listening yet.
                asyncio.get_running_loop().call_soon(share.hear, self._words[key])
        return share

    def _told(self, key: str, value: bytes | None, _revision: int) -> None:
        name = key.removeprefix(_WORDS)
        if value is None:
            self._words.pop(name, None)
            return
        word = self._words[name] = _read_word.decode(value)
        if name in self._shares:
            self._shares[name].hear(word)


class CommonShare:
    """See `pagewire_gateway.budgets.sharing.Share`."""

    def __init__(self, key: str, shelf: Shelf, clock: Callable[[], int], lateness: Lateness) -> None:
        self._key, self._shelf, self._clock, self._lateness = key, shelf, clock, lateness
        self._taps: dict[str, LeasedTap] = {}
        self._wanting: set[str] = set()
        self._saying: Word | None = None
        self._common, self._revision = Common(), -1
        self._crowded = False
        """Others change it as well, so that what is known here is old by the next draw."""
        self.task: asyncio.Task[None] | None = None
        self.closed = False
        self.on_calls: Callable[[], None] = nothing
        self.on_word: Callable[[Word], None] = nothing

    def tap(self, name: str, rate: float, burst: float) -> LeasedTap:
        """What calls of a kind are drawn from."""
        return self._taps.setdefault(name, LeasedTap(Pace.of(rate, burst), lambda _: self._want(name)))

    def say(self, word: Word) -> None:
        """Let the others know."""
        self._saying = word
        self._work()

    def hear(self, word: Word) -> None:
        """Take in what Meta said to somebody; maybe to ourselves."""
        if word.at > self._common.word.at:
            self._common = msgspec.structs.replace(self._common, word=word)
            if self._saying is None:
                self.on_word(word)

    def _want(self, name: str) -> None:
        self._wanting.add(name)
        self._work()

    def _work(self) -> None:
        if self.task is None and not self.closed:
            self.task = asyncio.ensure_future(self._change())

    async def _change(self) -> None:
        try:
            while self._wanting or self._saying is not None:
                wanting, self._wanting = self._wanting, set()
                try:
                    await self._drawn(wanting)
                except JournalUnavailable as error:
                    log.warning("calls to Meta wait, as budgets cannot be shared: %s", error)
                    self._wait(wanting, self._clock() + _PAUSE)
                    await asyncio.sleep(_PAUSE / 1000)
        finally:
            self.task = None

    async def _drawn(self, wanting: set[str]) -> None:
        """Draw for those that want, and say what is to be said, in one step that nobody else comes between."""
        wishes = {name: self._taps[name].wish(self._clock()) for name in wanting}
        for attempt in range(_TRIES):
            if attempt or self._crowded or self._revision < 0:
                self._crowded = await self._refresh()
            asked, saying = self._clock(), self._saying
            now = asked + self._lateness.ahead
            drawn = {name: draw(self._common.purses.get(name), wish, now) for name, wish in wishes.items()}
            if saying is None and not any(calls for _, calls, _ in drawn.values()):
                self._hand_out(drawn)
                return
            purses = {**self._common.purses, **{name: purse for name, (purse, _, _) in drawn.items()}}
            if await self._write(Common(purses, _later(self._common.word, saying))):
                if saying is not None:
                    await self._shelf.put(_WORDS + self._key, msgspec.json.encode(self._common.word))
                self._saying = None if self._saying is saying else self._saying
                self._lateness.took(self._clock() - asked)
                self._hand_out(drawn)
                return
            self._crowded = True
            await asyncio.sleep(random.uniform(0, 0.002 * (attempt + 1)))  # noqa: S311 - spreads those that met
        self._wait(wanting, self._clock() + _PAUSE // 5)

    async def _write(self, common: Common) -> bool:
        revision = await self._shelf.replace(self._key, msgspec.json.encode(common), self._revision)
        if revision is None:
            return False
        word = max(common.word, self._common.word, key=lambda one: one.at)
        self._common, self._revision = msgspec.structs.replace(common, word=word), revision
        return True

    async def _refresh(self) -> bool:
        """Look what is there; whether somebody changed it."""
        found = await self._shelf.get(self._key)
        before, self._revision = self._revision, 0 if found is None else found.revision
        if found is None:
            self._common = Common(word=self._common.word)
        elif self._revision != before:
            there = _read.decode(found.value)
            self._common = Common(there.purses, self._common.word)
            self.hear(there.word)
        return self._revision != before

    def _hand_out(self, drawn: dict[str, tuple[Purse, int, float]]) -> None:
        for name, (purse, calls, wait) in drawn.items():
            if calls:
                self._taps[name].drawn(calls, purse.at)
            else:
                self._taps[name].empty(purse.at + int(wait * 1000) + 1)
        self.on_calls()

    def _wait(self, wanting: set[str], until: int) -> None:
        for name in wanting:
            self._taps[name].empty(until)
        self.on_calls()


def _later(there: Word, new: Word | None) -> Word:
    """What holds of two words: the later one; a rest that was told for longer stays, unless the account is well again."""
    if new is None or new.at < there.at:
        return there
    if new.trouble and there.paused_until > new.paused_until:
        return msgspec.structs.replace(new, paused_until=there.paused_until, reason=there.reason)
    return new

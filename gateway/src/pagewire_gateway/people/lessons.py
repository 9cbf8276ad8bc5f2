"""What Meta taught by refusing, as rows beside those of people: a conversation's lesson is forgotten with its person."""

from collections.abc import Sequence

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.outbox.lessons import Lesson, Topic
from pagewire_gateway.people.store import Store


class StoredLessons:
    """`pagewire_gateway.outbox.lessons.Lessons` in the database of people."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def current(self, now: int) -> Sequence[Lesson]:
        """See `Lessons`."""
        return await self._store.run(lambda db: _current(db, now))

    async def keep(self, lesson: Lesson) -> None:
        """See `Lessons`."""
        await self._store.run(lambda db: _keep(db, lesson))

    async def drop(self, topic: Topic, object: str, account: str) -> None:  # noqa: A002 - Meta's words
        """See `Lessons`."""
        sql = "delete from lesson where topic = ? and object = ? and account = ? and person = ''"
        await self._store.run(lambda db: db.execute(sql, (topic, object, account)))


def _current(db: apsw.Connection, now: int) -> list[Lesson]:
    db.execute("delete from lesson where until <= ?", (now,))
    rows = fetch(db, "select topic, object, account, person, at, until, why from lesson order by at")
    return [
        Lesson(topic=topic, object=object_, account=account, person=person, at=at, until=until, why=why)
        for topic, object_, account, person, at, until, why in rows
    ]


def _keep(db: apsw.Connection, one: Lesson) -> None:
    row = (one.topic, one.object, one.account, one.person, one.at, one.until, one.why)
    db.execute("insert or replace into lesson values (?, ?, ?, ?, ?, ?, ?)", row)

"""Answers of several partitions become one: pages neither overlap nor leave gaps."""

import hashlib

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pagewire.wire import Item
from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.journal.port import EventFilter, EventView, LaneStats, Stats, Stored
from pagewire_gateway.workers import merging

NOW = 1_790_000_000_000


def view(number: int, received: int) -> EventView:
    item = Item("message", "messaging", "page", "1", str(number), received, False, "messaging", f"k{number}", b"{}")
    id_ = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    return EventView(stored=Stored(seq=number, id=id_, item=item, received=received, app="a/b"), lanes={})


def ask(partitions: list[list[EventView]], asked: EventFilter) -> list[EventView]:
    """What each partition answers, and what becomes of it."""
    part = merging.partial(asked, NOW)
    found = []
    for views in partitions:
        fitting = [one for one in views if part.since is None or one.stored.received >= part.since]
        fitting = [one for one in fitting if part.until is None or one.stored.received < part.until]
        found.append(fitting[-part.limit :])
    return merging.events(asked, found)


@given(
    spread=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000)), max_size=150),
    limit=st.integers(1, 20),
)
def test_paging_back_shows_every_event_once_in_order(spread: list[tuple[int, int]], limit: int):
    partitions: list[list[EventView]] = [[], [], [], []]
    for number, (partition, ago) in enumerate(spread):
        partitions[partition].append(view(number, NOW - 10_000 + ago))
    for views in partitions:
        views.sort(key=lambda one: one.stored.received)
    places = {merging.place_of(one) for views in partitions for one in views}
    if len(places) < len(spread):
        return  # Two events of one millisecond with the same three digits: one of 4096, told in `merging`.
    shown: list[EventView] = []
    asked = EventFilter(limit=limit)
    while page := ask(partitions, asked):
        shown = page + shown
        asked = msgspec.structs.replace(asked, before=page[0].stored.seq)
    assert [one.stored.seq for one in shown] == sorted(places)


def test_who_follows_sees_what_is_settled_and_nothing_twice():
    partitions = [[view(1, NOW - 5000), view(2, NOW - 500)], [view(3, NOW - 3000)]]
    page = ask(partitions, EventFilter(limit=10, after=merging.place_at(NOW - 6000)))
    assert [one.stored.item.person for one in page] == ["1", "3"]
    assert ask(partitions, EventFilter(limit=10, after=page[-1].stored.seq)) == []


def test_figures_are_added_up_and_the_oldest_counts():
    def stats(pending: int, oldest: int) -> Stats:
        lane = LaneStats(plugin="p", low_water=3, pending=pending, retry=1, parked=2, oldest_pending=oldest)
        return Stats(
            events=5, last_seq=9, oldest_received=oldest, size_bytes=10, free_bytes=oldest, lanes=(lane,),
            outbox={"queued": pending},
        )  # fmt: skip

    merged = merging.stats([stats(1, 70), stats(2, 50), stats(0, 0)], NOW)
    (lane,) = merged.lanes
    assert (merged.events, merged.size_bytes, merged.oldest_received) == (15, 30, 50)
    assert (lane.pending, lane.retry, lane.parked, lane.oldest_pending) == (3, 3, 6, 50)
    assert merged.outbox == {"queued": 3}


def test_a_lane_is_as_bad_as_its_worst_part():
    good = LaneInfo(plugin="p", in_flight=1, handled=5)
    bad = LaneInfo(plugin="p", circuit="open", opens_at=NOW, waiting=7, failed=2, paused=True)
    (lane,) = merging.lanes([[good], [bad]])
    assert (lane.circuit, lane.opens_at, lane.in_flight, lane.waiting, lane.handled) == ("open", NOW, 1, 7, 5)
    assert lane.paused


def test_an_account_waits_everywhere_and_its_trouble_shows():
    calm = AccountOutbox(object="page", account="1", waiting=2, in_flight=1)
    ill = AccountOutbox(object="page", account="1", waiting=1, paused_until=NOW, reason="Meta says so", trouble="token")
    (account,) = merging.waiting([[calm], [ill]])
    assert (account.waiting, account.in_flight, account.trouble) == (3, 1, "token")


def test_unclear_answers_are_counted_wherever_they_came_and_one_is_told():
    calm = AccountOutbox(object="page", account="1", waiting=2)
    unclear = AccountOutbox(object="page", account="1", waiting=1, unclear=1, reason="HTTP 500")
    (account,) = merging.waiting([[calm], [unclear], [unclear]])
    assert (account.unclear, account.reason) == (2, "HTTP 500")

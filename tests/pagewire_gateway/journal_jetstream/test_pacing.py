"""Messages go together where that is quicker, and one behind the other where that is."""

from pagewire_gateway.journal.jetstream.pacing import Pacing


class Servers:
    """What a shipment takes: so much for each message by itself, or so much for a batch."""

    def __init__(self, each: float, batch: float, way: float = 0.0) -> None:
        self.now, self.each, self.batch, self.way = 0.0, each, batch, way
        self.pacing = Pacing(lambda: self.now)

    def ship(self, count: int) -> bool:
        together = self.pacing.together(count)
        seconds = self.way + (self.batch if together else self.each * count)
        self.now += seconds
        self.pacing.took(count, seconds, together=together)
        return together


def test_where_the_server_syncs_later_nearly_all_goes_one_behind_the_other():
    servers = Servers(each=0.0001, batch=0.02)
    assert sum(servers.ship(count) for count in (1, 16, 64) * 100) <= 5


def test_the_way_there_and_back_is_not_taken_for_the_time_of_a_message():
    servers = Servers(each=0.0001, batch=0.02, way=0.001)
    assert sum(servers.ship(count) for count in (1, 64) * 100) <= 3


def test_where_it_syncs_each_message_what_is_many_goes_together():
    servers = Servers(each=0.003, batch=0.02)
    first = [servers.ship(count) for count in (4, 5, 16, 16)]
    assert first == [False, False, True, False], "each way is tried once"
    assert [servers.ship(count) for count in (4, 16, 64, 256)] == [False, True, True, True]


def test_what_was_learnt_long_ago_is_tried_again():
    servers = Servers(each=0.003, batch=0.02)
    for count in (2, 16, 64):
        servers.ship(count)
    servers.each, servers.batch = 0.0001, 0.02
    while servers.now < 60:
        servers.ship(32)
    assert sum(servers.ship(32) for _ in range(100)) <= 1

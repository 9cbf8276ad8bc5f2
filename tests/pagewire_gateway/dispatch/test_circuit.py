"""A plugin that fails at everything is left alone for a while."""

from pagewire_gateway.dispatch.circuit import Circuit


def failing(circuit: Circuit, events: range, now: int = 0) -> None:
    for seq in events:
        circuit.failed(seq, now)


def test_it_opens_after_failures_in_a_row():
    circuit = Circuit(failures=5, pause=1000)
    failing(circuit, range(4))
    assert circuit.admit(0)
    circuit.failed(5, 0)
    assert not circuit.admit(999)
    assert circuit.state(999) == "open"


def test_one_poisonous_event_does_not_open_it():
    circuit = Circuit(failures=5, pause=1000)
    for _ in range(50):
        circuit.failed(7, 0)
    assert circuit.state(0) == "closed"


def test_a_success_in_between_starts_the_count_anew():
    circuit = Circuit(failures=5, pause=1000)
    failing(circuit, range(4))
    circuit.succeeded()
    failing(circuit, range(10, 14))
    assert circuit.state(0) == "closed"


def test_half_open_lets_one_probe_through():
    circuit = Circuit(failures=5, pause=1000)
    failing(circuit, range(5))
    assert circuit.state(1000) == "half_open"
    assert [circuit.admit(1000), circuit.admit(1000)] == [True, False]


def test_a_failed_probe_doubles_the_pause_and_a_good_one_closes():
    circuit = Circuit(failures=5, pause=1000)
    failing(circuit, range(5))
    circuit.admit(1000)
    circuit.failed(9, 1000)
    assert (circuit.state(2999), circuit.state(3000)) == ("open", "half_open")
    circuit.admit(3000)
    circuit.succeeded()
    assert circuit.state(3000) == "closed"


def test_an_abandoned_probe_leaves_room_for_another():
    circuit = Circuit(failures=5, pause=1000)
    failing(circuit, range(5))
    circuit.admit(1000)
    circuit.abandoned()
    assert circuit.admit(1000)


def test_the_pause_is_bounded():
    circuit = Circuit(failures=1, pause=1000)
    failing(circuit, range(3))
    now = 0
    for seq in range(20):
        now = circuit.opens_at or now
        circuit.admit(now)
        circuit.failed(seq, now)
    assert circuit.opens_at - now == 300_000

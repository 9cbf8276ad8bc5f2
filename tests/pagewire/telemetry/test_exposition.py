"""Metrics as Prometheus reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pagewire.telemetry import instruments
from pagewire.telemetry.exposition import Exposition, family_of, prometheus_name
from pagewire.telemetry.instruments import Gauge, Metric
from pagewire.telemetry.registry import Registry


@pytest.fixture
def registry():
    return Registry()


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("pagewire.hook.duration", "s", "pagewire_hook_duration_seconds"),
        ("pagewire.journal.size", "By", "pagewire_journal_size_bytes"),
        ("pagewire.wait.seconds", "s", "pagewire_wait_seconds"),
        ("pagewire.events", "{event}", "pagewire_events"),
        ("pagewire.circuit.state", "1", "pagewire_circuit_state"),
    ],
)
def test_names_follow_opentelemetry(name, unit, expected):
    assert prometheus_name(Gauge(name, unit, "Help.")) == expected


def test_a_counter_ends_in_total(registry):
    registry.counter("pagewire.things", "{thing}", "Things.", "plugin.name").add("crm", amount=3)
    (family,) = _families(registry)
    (sample,) = family.samples
    assert (sample.name, sample.labels, sample.value) == ("pagewire_things_total", {"plugin_name": "crm"}, 3)
    assert family.documentation == "Things."


def test_rows_are_found_by_the_name_of_a_label(registry):
    taken = registry.histogram("pagewire.taken", "s", "Time.", "route", "plugin", bounds=(1.0,))
    for route, plugin in (("a", "one"), ("b", "one"), ("one", "other")):
        taken.record(0.5, route, plugin)
    assert taken.having("plugin", "one") == [[1.0, 0.0, 0.5]] * 2
    assert taken.having("route", "b") == [[1.0, 0.0, 0.5]]
    assert taken.having("route", "nowhere") == []


def test_a_histogram_is_cumulative(registry):
    taken = registry.histogram("pagewire.taken", "s", "Time.", "route", bounds=(0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 7.0):
        taken.record(value, "/x")
    (family,) = _families(registry)
    buckets = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert buckets == {"0.1": 2, "1.0": 3, "+Inf": 4}
    sums = {s.name: s.value for s in family.samples if "le" not in s.labels}
    assert sums == {"pagewire_taken_seconds_count": 4, "pagewire_taken_seconds_sum": pytest.approx(7.65)}


@pytest.mark.parametrize(("kind", "suffix"), [("gauge", ""), ("tally", "_total")])
def test_numbers_that_others_keep_are_read_when_they_are_asked_for(registry, kind, suffix):
    made = getattr(registry, kind)("pagewire.level", "1", "Level.", "lane")
    made.read = lambda: [(("a",), 1.0), (("b",), 2.5)]
    (family,) = _families(registry)
    assert {(s.name, s.labels["lane"]): s.value for s in family.samples} == {
        (f"pagewire_level{suffix}", "a"): 1.0,
        (f"pagewire_level{suffix}", "b"): 2.5,
    }


def test_labels_without_end_share_one_series_and_it_is_told(registry, monkeypatch):
    monkeypatch.setattr(instruments, "MOST", 3)
    counter = registry.counter("pagewire.things", "{thing}", "Things.", "name")
    taken = registry.histogram("pagewire.taken", "s", "Time.", "name", bounds=(1.0,))
    for number in range(10):
        counter.add(str(number))
        taken.record(0.5, str(number))
    counter.add("0")
    things, times = _families(registry)
    assert {s.labels["name"]: s.value for s in things.samples} == {"0": 2, "1": 1, "2": 1, "overflow": 7}
    assert {s.labels["name"]: s.value for s in times.samples if s.name.endswith("count")} == {
        "0": 1,
        "1": 1,
        "2": 1,
        "overflow": 7,
    }
    assert dict(registry.overflows()) == {("pagewire.things",): 7, ("pagewire.taken",): 7}


def test_a_name_is_given_once(registry):
    registry.gauge("pagewire.level", "1", "Level.")
    with pytest.raises(ValueError, match=r"a metric pagewire\.level already"):
        registry.counter("pagewire.level", "1", "Level.")


def test_an_unknown_kind_of_metric_is_refused():
    with pytest.raises(TypeError, match="Prometheus"):
        family_of(Metric("pagewire.odd", "1", "Odd."))


def _families(registry):
    text = Exposition(registry).text()[0].decode()
    return [f for f in text_string_to_metric_families(text) if f.name.startswith("pagewire")]

"""Metrics as Prometheus reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pagewire_gateway.telemetry.exposition import expose, family_of, prometheus_name
from pagewire_gateway.telemetry.metrics import METRICS, Counter, Gauge, Histogram, Metric


@pytest.fixture
def own(monkeypatch):
    """Metrics of this test only."""
    for name in list(METRICS):
        monkeypatch.delitem(METRICS, name)
    yield
    METRICS.clear()


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
def test_names_follow_opentelemetry(own, name, unit, expected):
    assert prometheus_name(Gauge(name, unit, "Help.")) == expected


def test_a_counter_ends_in_total(own):
    Counter("pagewire.things", "{thing}", "Things.", "plugin.name").add("crm", amount=3)
    (family,) = _families("pagewire")
    (sample,) = family.samples
    assert (sample.name, sample.labels, sample.value) == ("pagewire_things_total", {"plugin_name": "crm"}, 3)
    assert family.documentation == "Things."


def test_a_histogram_is_cumulative(own):
    taken = Histogram("pagewire.taken", "s", "Time.", "route", bounds=(0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 7.0):
        taken.record(value, "/x")
    (family,) = _families("pagewire")
    buckets = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert buckets == {"0.1": 2, "1.0": 3, "+Inf": 4}
    sums = {s.name: s.value for s in family.samples if "le" not in s.labels}
    assert sums == {"pagewire_taken_seconds_count": 4, "pagewire_taken_seconds_sum": pytest.approx(7.65)}


def test_a_gauge_is_read_when_it_is_asked(own):
    gauge = Gauge("pagewire.level", "1", "Level.", "lane")
    gauge.read = lambda: [(("a",), 1.0), (("b",), 2.5)]
    (family,) = _families("pagewire")
    assert {s.labels["lane"]: s.value for s in family.samples} == {"a": 1.0, "b": 2.5}


def test_every_metric_of_the_gateway_has_a_family():
    names = {family.name for family in text_string_to_metric_families(expose()[0].decode())}
    assert {prometheus_name(metric) for metric in METRICS.values()} <= names


def test_an_unknown_kind_of_metric_is_refused(own):
    with pytest.raises(TypeError, match="Prometheus"):
        family_of(Metric("pagewire.odd", "1", "Odd."))


def _families(prefix):
    return [f for f in text_string_to_metric_families(expose()[0].decode()) if f.name.startswith(prefix)]

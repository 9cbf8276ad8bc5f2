"""What dashboards and alerts ask exists, and everything that exists is asked."""

import re

import pytest

from tests.observability.queries import asked, boards, filled, groups, panels, rules, selected
from tools.dashboards.known import metric_of, metrics, series

TARGET = {"job", "instance", "namespace", "pod", "name"}
"""Labels that a scrape adds, or that name a resource."""
UNSHOWN: dict[str, str] = {}
"""Metrics that no panel and no alert needs, each with the reason."""
RECORDED = {rule["record"] for group in groups() for rule in group["rules"] if "record" in rule}
EVERY = [*((query.where, query.expr) for query in asked()), *((rule["alert"], rule["expr"]) for rule in rules())]
RECORDINGS = [(rule["record"], rule["expr"]) for group in groups() for rule in group["rules"] if "record" in rule]


@pytest.mark.parametrize(("where", "expr"), [*EVERY, *RECORDINGS])
def test_a_query_asks_for_series_and_labels_that_there_are(where, expr):
    known = series()
    found = list(selected(expr))
    assert found or "vector(0)" in expr, f"{where} asks for nothing"
    for name, labels in found:
        if name not in RECORDED:
            assert name in known, f"{where} asks for {name}"
            assert labels <= known[name] | TARGET, f"{where} asks for labels {labels - known[name]} of {name}"


def test_what_is_counted_is_shown():
    used = {metric_of(name) for _, expr in [*EVERY, *RECORDINGS] for name, _ in selected(expr) if name not in RECORDED}
    assert set(metrics()) - used == set(UNSHOWN), "show it on a dashboard, or say here why not"


def test_every_recorded_figure_is_used_by_an_alert():
    assert {name for _, expr in EVERY for name, _ in selected(expr) if name in RECORDED} == RECORDED


def test_links_lead_to_dashboards_that_there_are():
    found = boards()
    for board in found.values():
        assert board["links"][0]["tags"] == ["pagewire"] == board["tags"]
        for panel in panels(board).values():
            for link in panel.get("links", []):
                uid = re.fullmatch(r"/d/([a-z-]+)\?.*", link["url"])
                assert uid, link
                assert uid[1] in found
                assert uid[1] != board["uid"], f"{panel['title']} leads nowhere"


def test_titles_are_unique_as_alerts_and_runbooks_speak_of_them():
    for board in boards().values():
        titles = [panel["title"] for panel in board["panels"] if panel["type"] != "row"]
        assert len(titles) == len(set(titles))


def test_every_panel_says_what_it_means_and_fits_the_grid():
    for board in boards().values():
        for title, panel in panels(board).items():
            assert len(panel["description"]) > 20, title
            assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24, title


def test_a_query_without_variables_is_what_grafana_would_send():
    sent = filled('rate(a{job=~"$job",pod=~"$pod"}[$__rate_interval])')
    assert sent == 'rate(a{job=~".+",pod=~".*"}[1m])'


@pytest.mark.parametrize("name", ["pagewire_webhook_events", "pagewire_no_such_thing_total"])
def test_a_misspelt_metric_is_refused_when_dashboards_are_written(name):
    with pytest.raises(KeyError, match=name):
        metric_of(name)

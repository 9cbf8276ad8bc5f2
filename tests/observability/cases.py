"""For each alert, series at which it is raised, and such at which it is not; promtool plays them."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

Series = Mapping[str, str]


class Case(NamedTuple):
    """An alert, and what it does at given series.

    Attributes:
        raised: series (in promtool's notation, a value a minute) at which it is raised.
        at: when to look.
        alerts: labels of the alerts that must be there, beside severity.
        quiet: series at which there is none.
    """

    raised: Series
    at: str
    alerts: tuple[dict[str, str], ...]
    quiet: Series


_ACK: Final = 'http_route="/webhooks/{namespace}/{app}",http_request_method="POST",namespace="n"'
_DONE: Final = "pagewire_event_completion_duration_seconds"
_ANSWERS: Final = "http_server_request_duration_seconds"
_BURNS: Final = tuple(
    {"namespace": "n", "severity": severity, "because": f"{rate} times too fast over {window}"}
    for severity, rate, window in (("critical", "14.4", "1h"), ("critical", "6", "6h"), ("warning", "1", "3d"))
)
_WHERE: Final = 'namespace="n"'
_PAGE: Final = 'kind="MessengerPage",namespace="n",name="harbour"'
_HARBOUR: Final = {"kind": "MessengerPage", "namespace": "n", "name": "harbour"}


def _answered(good: int, bad: int) -> Series:
    return {
        f'{_ANSWERS}_count{{{_ACK},http_response_status_code="200",error_type=""}}': f"0+{good}x120",
        f'{_ANSWERS}_count{{{_ACK},http_response_status_code="503",error_type="503"}}': f"0+{bad}x120",
    }


def _within(histogram: str, labels: str, limit: str, fast: int, every: int) -> Series:
    return {
        f"{histogram}_count{{{labels}}}": f"0+{every}x120",
        f'{histogram}_bucket{{{labels},le="{limit}"}}': f"0+{fast}x120",
    }


def _gauge(name: str, labels: str, raised: float, quiet: float, at: str, *alerts: dict[str, str]) -> Case:
    return Case({f"{name}{{{labels}}}": f"{raised:.0f}x200"}, at, alerts, {f"{name}{{{labels}}}": f"{quiet:.0f}x200"})


def _counter(name: str, labels: str, at: str, *alerts: dict[str, str], step: int = 1) -> Case:
    return Case({f"{name}{{{labels}}}": f"0+{step}x200"}, at, alerts, {f"{name}{{{labels}}}": "7x200"})


def _n(severity: str = "warning", **labels: str) -> dict[str, str]:
    return {"namespace": "n", "severity": severity, **labels}


def _plugin(severity: str = "warning") -> dict[str, str]:
    return _n(severity, pagewire_plugin_name="crm-sync")


_DELIVERIES: Final = f'pagewire_webhook_deliveries_total{{{_WHERE},app="support/acme"'
_CALLS: Final = f"http_client_request_duration_seconds_count{{{_WHERE}"
_CRM: Final = f'{_WHERE},pagewire_plugin_name="crm-sync"'

CASES: Final[dict[str, Case]] = {
    "PagewireWebhooksFailing": Case(_answered(98, 2), "70m", _BURNS, _answered(1999, 1)),
    "PagewireWebhooksSlow": Case(
        _within(_ANSWERS, _ACK, "1.0", 50, 100), "70m", _BURNS, _within(_ANSWERS, _ACK, "1.0", 995, 1000)
    ),
    "PagewireEventsLate": Case(
        _within(_DONE, f'{_WHERE},outcome="done"', "60.0", 50, 100),
        "70m",
        _BURNS,
        _within(_DONE, f'{_WHERE},outcome="done"', "60.0", 995, 1000),
    ),
    "PagewireGatewayDown": Case(
        {'pagewire_journal_size_bytes{namespace="n"}': "1x10 _x60"},
        "20m",
        ({"severity": "critical"}, _n("critical")),
        {'pagewire_journal_size_bytes{namespace="n"}': "1x60"},
    ),
    "PagewireJournalNearlyFull": Case(
        {f"pagewire_journal_free_bytes{{{_WHERE}}}": "5x60", f"pagewire_journal_size_bytes{{{_WHERE}}}": "95x60"},
        "10m",
        (_n("critical"),),
        {f"pagewire_journal_free_bytes{{{_WHERE}}}": "50x60", f"pagewire_journal_size_bytes{{{_WHERE}}}": "50x60"},
    ),
    "PagewireBacklogOld": Case(
        {
            f"pagewire_lane_oldest_age_seconds{{{_CRM}}}": "400x200",
            'pagewire_journal_oldest_pending_age_seconds{namespace="m"}': "400x200",
        },
        "10m",
        (
            _n("critical", pagewire_plugin_name="crm-sync", because="not settled"),
            _n("critical", namespace="m", because="nobody works"),
        ),
        {
            f"pagewire_lane_oldest_age_seconds{{{_CRM}}}": "20x200",
            f"pagewire_journal_oldest_pending_age_seconds{{{_WHERE}}}": "90000x200",
        },
    ),
    "PagewireSignaturesRefused": Case(
        {f'{_DELIVERIES},outcome="bad_signature"}}': "0+5x60", f'{_DELIVERIES},outcome="accepted"}}': "0+1x60"},
        "40m",
        (_n("critical", app="support/acme"), _n("warning", app="support/acme")),
        {f'{_DELIVERIES},outcome="bad_signature"}}': "0+1x60", f'{_DELIVERIES},outcome="accepted"}}': "0+100x60"},
    ),
    "PagewireUnknownAccounts": _counter(
        "pagewire_webhook_unknown_accounts_total", f'{_WHERE},object="page"', "30m", _n(object="page")
    ),
    "PagewireRegistryStale": _gauge(
        "pagewire_registry_watch_silence_seconds",
        f'{_WHERE},resource="messengerpages"',
        200,
        30,
        "10m",
        _n(resource="messengerpages"),
    ),
    "PagewireMistakesInResources": _gauge("pagewire_registry_problems", _WHERE, 2, 0, "20m", _n()),
    "PagewireTelemetryDropped": _counter(
        "pagewire_telemetry_dropped_total",
        f'{_WHERE},signal="traces",reason="failed"',
        "30m",
        _n(signal="traces", reason="failed"),
    ),
    "PagewireMetricOverflow": _counter(
        "pagewire_telemetry_overflow_total",
        f'{_WHERE},metric="pagewire.webhook.events"',
        "30m",
        _n(metric="pagewire.webhook.events"),
    ),
    "PagewireAccountsCannotSend": Case(
        {f'pagewire_outbox_account_troubles{{{_WHERE},object="page",trouble="token"}}': "1x60"},
        "10m",
        (_n("critical", object="page", trouble="token"),),
        {f'pagewire_outbox_account_troubles{{{_WHERE},object="page",trouble="throttled"}}': "1x60"},
    ),
    "PagewireThrottled": Case(
        {
            f'pagewire_outbox_account_troubles{{{_WHERE},object="page",trouble="throttled"}}': "1x60",
            f"pagewire_graph_usage_ratio{{{_PAGE}}}": "0.9x60",
        },
        "20m",
        (_n(object="page", because="throttled"), {**_HARBOUR, "severity": "warning", "because": "nearly used up"}),
        {
            f'pagewire_outbox_account_troubles{{{_WHERE},object="page",trouble="token"}}': "1x60",
            f"pagewire_graph_usage_ratio{{{_PAGE}}}": "0.3x60",
        },
    ),
    "PagewireGraphFailing": Case(
        {
            f'{_CALLS},error_type="ambiguous"}}': "0+60x60",
            f'{_CALLS},error_type=""}}': "0+20x60",
            f'pagewire_outbox_account_troubles{{{_WHERE},object="page",trouble="network"}}': "1x60",
        },
        "15m",
        (_n("critical", because="refused"), _n("critical", object="page", because="not reached")),
        {
            f'{_CALLS},error_type="ambiguous"}}': "0+1x60",
            f'{_CALLS},error_type="ignore"}}': "0+200x60",
            f'{_CALLS},error_type=""}}': "0+60x60",
        },
    ),
    "PagewireOutboxOld": _gauge("pagewire_outbox_oldest_age_seconds", _WHERE, 1000, 30, "15m", _n()),
    "PagewireRepliesParked": Case(
        {f'pagewire_outbox_requests{{{_WHERE},state="parked"}}': "1x100"},
        "70m",
        (_n(),),
        {f'pagewire_outbox_requests{{{_WHERE},state="sent"}}': "9x100"},
    ),
    "PagewirePluginCircuitOpen": _gauge("pagewire_plugin_circuit_state", _CRM, 2, 1, "10m", _plugin("critical")),
    "PagewirePluginUnwell": _gauge("pagewire_plugin_health", _CRM, 2, 1, "15m", _plugin()),
    "PagewirePluginKeepsLoop": _counter("pagewire_plugin_loop_kept_total", _CRM, "15m", _plugin()),
    "PagewireEventsParked": Case(
        {f'pagewire_journal_events{{{_CRM},state="parked"}}': "1x100"},
        "70m",
        (_plugin(),),
        {f'pagewire_journal_events{{{_CRM},state="pending"}}': "9x100"},
    ),
    # The clock of promtool begins at 1970.
    "PagewireTokenExpiring": Case(
        {f"pagewire_page_token_expiration_timestamp_seconds{{{_PAGE}}}": f"{80_000}x200"},
        "90m",
        ({**_HARBOUR, "severity": "critical"}, {**_HARBOUR, "severity": "warning"}),
        {f"pagewire_page_token_expiration_timestamp_seconds{{{_PAGE}}}": f"{60 * 86400}x200"},
    ),
    "PagewirePageNotSubscribed": _gauge(
        "pagewire_page_subscribed", _PAGE, 0, 1, "15m", {**_HARBOUR, "severity": "critical"}
    ),
    "PagewireDriftAgain": _counter(
        "pagewire_operator_drift_total", 'kind="MessengerPage"', "30m", {"kind": "MessengerPage", "severity": "warning"}
    ),
    "PagewireNoWebhooks": Case(
        {
            f"pagewire_page_last_event_timestamp_seconds{{{_PAGE}}}": "600x120",
            'pagewire_webhook_events_total{object="page"}': "0+60x10 600x110",
        },
        "100m",
        ({"severity": "critical"},),
        {
            f"pagewire_page_last_event_timestamp_seconds{{{_PAGE}}}": "0+60x120",
            'pagewire_webhook_events_total{object="page"}': "0+60x120",
        },
    ),
    "PagewireDeletionsParked": Case(
        {f'pagewire_people_deletions_open{{{_WHERE},state="parked"}}': "1x60"},
        "20m",
        (_n("critical"),),
        {f'pagewire_people_deletions_open{{{_WHERE},state="open"}}': "1x60"},
    ),
    "PagewireEndedLoginsParked": Case(
        {f'pagewire_login_endings_open{{{_WHERE},state="parked"}}': "1x60"},
        "20m",
        (_n(),),
        {f'pagewire_login_endings_open{{{_WHERE},state="open"}}': "1x60"},
    ),
    "PagewireHealingStands": _gauge("pagewire_healing_age_seconds", _WHERE, 30_000, 600, "20m", _n()),
    "PagewireOperatorDown": Case(
        {'pagewire_operator_leader{pod="a"}': "0x30", 'pagewire_operator_leader{pod="b"}': "0x30"},
        "10m",
        ({"severity": "critical"},),
        {'pagewire_operator_leader{pod="a"}': "0x30", 'pagewire_operator_leader{pod="b"}': "1x30"},
    ),
    "PagewireResourceNotReady": Case(
        {f'pagewire_operator_resource_condition{{{_PAGE},type="Ready",status="False"}}': "1x60"},
        "20m",
        ({**_HARBOUR, "severity": "warning"},),
        {f'pagewire_operator_resource_condition{{{_PAGE},type="Ready",status="False"}}': "0x60"},
    ),
    "PagewireReconcilesFailing": Case(
        {
            'pagewire_operator_reconcile_errors_total{kind="MessengerPage",error_type="ApiError"}': "0+9x60",
            'pagewire_operator_reconcile_duration_seconds_count{kind="MessengerPage",error_type=""}': "0+10x60",
        },
        "40m",
        ({"kind": "MessengerPage", "severity": "warning"},),
        {
            'pagewire_operator_reconcile_errors_total{kind="MessengerPage",error_type="ApiError"}': "0+1x60",
            'pagewire_operator_reconcile_duration_seconds_count{kind="MessengerPage",error_type=""}': "0+10x60",
        },
    ),
    "PagewireOperatorLags": _gauge("pagewire_operator_queue_oldest_age_seconds", _WHERE, 400, 3, "15m", _n()),
}


def unit_test(alert: str, case: Case, series: Series, alerts: tuple[dict[str, str], ...]) -> dict[str, Any]:
    """One test in promtool's words."""
    expected = [{"exp_labels": one} for one in alerts]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [{"eval_time": case.at, "alertname": alert, "exp_alerts": expected}],
    }

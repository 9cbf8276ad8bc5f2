"""The first dashboard: is anything wrong, and do we keep our promises?"""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid
from tools.dashboards.phrases import JOB, POD, increase, or_none, pods, quantile, quantiles, rate

ASKED: Final = 'http_route="/webhooks/{namespace}/{app}",http_request_method="POST"'
"""Webhooks, and no handshakes."""
_FAILED: Final = ',error_type!=""'
_REFUSED: Final = 'error_type!~"|ignore|done"'
"""Without profiles that Meta keeps to itself."""
_ANSWERS: Final = "http_server_request_duration_seconds_count"
_CALLS: Final = "http_client_request_duration_seconds_count"
_SIGNATURES: Final = 'outcome=~"bad_signature|no_signature"'


def _stat(
    title: str, says: str, query: str, unit: str, bad: tuple[float, float] | None, to: Uid, **more: object
) -> Panel:
    return Panel(title, says, {title: query}, unit, Look.STAT, bad, to=to, width=4, **more)  # type: ignore[arg-type]


_WRONG: Final = Row(
    "Is anything wrong?",
    (
        _stat(
            "Gateways",
            "Gateways that answer their scrapes. None: webhooks are lost after Meta's last retry.",
            or_none("count(pagewire_journal_size_bytes{@})"),
            "none",
            (1, 0.5),
            Uid.JOURNAL,
        ),
        _stat(
            "Operator",
            "Whether one replica of the operator is at work. None: drift and ending tokens go unmended.",
            or_none("max(pagewire_operator_leader{@j})"),
            "none",
            (1, 0.5),
            Uid.OPERATOR,
            words={0: "nobody at work", 1: "at work"},
        ),
        _stat(
            "Forged or unsigned",
            "Share of delivery bodies whose signature fits no secret of the app. All of them: the app secret is wrong.",
            or_none(
                f"{rate('pagewire_webhook_deliveries_total', where=_SIGNATURES)} / {rate('pagewire_webhook_deliveries_total')} >= 0"
            ),
            "percentunit",
            (0.01, 0.1),
            Uid.JOURNAL,
        ),
        _stat(
            "Journal left",
            "How much of the journal's room is free. At none, webhooks are answered 503.",
            "min(pagewire_journal_free_bytes{@} / (pagewire_journal_free_bytes{@} + pagewire_journal_size_bytes{@}))",
            "percentunit",
            (0.2, 0.1),
            Uid.JOURNAL,
        ),
        _stat(
            "Oldest unsettled",
            "Age of the oldest event that waits for nothing but a plugin.",
            "max(pagewire_lane_oldest_age_seconds{@}) or max(pagewire_journal_oldest_pending_age_seconds{@})",
            "s",
            (60, 300),
            Uid.JOURNAL,
        ),
        _stat(
            "Parked",
            "Events and replies that used up their attempts. They are kept; somebody has to look.",
            or_none(
                'sum(pagewire_journal_events{@,state="parked"}) + (sum(pagewire_outbox_requests{@,state="parked"}) or vector(0))'
            ),
            "none",
            (1, 10),
            Uid.PLUGINS,
        ),
        _stat(
            "Plugins not well",
            "Plugins whose circuit is not closed, that say they fail, or that kept the event loop.",
            or_none(
                "count(max by (pagewire_plugin_name) (pagewire_plugin_circuit_state{@} > 0 or pagewire_plugin_health{@} > 1"
                " or increase(pagewire_plugin_loop_kept_total{@}[$__rate_interval]) > 0))"
            ),
            "none",
            (1, 2),
            Uid.PLUGINS,
        ),
        _stat(
            "Accounts in trouble",
            "Accounts that send nothing or slowly: throttled, a refused token, a refused setting, or no network.",
            or_none("sum(pagewire_outbox_account_troubles{@})"),
            "none",
            (1, 2),
            Uid.OUTBOX,
        ),
        _stat(
            "Not Ready",
            "Resources whose condition Ready is not True.",
            or_none('count(pagewire_operator_resource_condition{@j,type="Ready",status="True"} == 0)'),
            "none",
            (1, 2),
            Uid.OPERATOR,
        ),
        _stat(
            "Not subscribed",
            "Accounts whose webhooks Meta does not send to their app.",
            or_none("count(pagewire_page_subscribed{@j} == 0)"),
            "none",
            (1, 2),
            Uid.PAGES,
        ),
        _stat(
            "First token ends in",
            "Time until the first token of an account ends. Tokens without an end are not counted.",
            "min(pagewire_page_token_expiration_timestamp_seconds{@j}) - time()",
            "s",
            (604800, 86400),
            Uid.PAGES,
        ),
        _stat(
            "Last webhook",
            "How long ago Meta last sent anything.",
            "time() - max(pagewire_page_last_event_timestamp_seconds{@j})",
            "s",
            (1800, 7200),
            Uid.PAGES,
        ),
    ),
)
_PROMISES: Final = Row(
    "What we promise",
    (
        Panel(
            "Webhooks answered",
            "Share of webhooks that were not answered with a server error. We promise 99.9 %.",
            {
                "answered": f"1 - ({rate(_ANSWERS, where=ASKED + _FAILED)} or vector(0))"
                f" / ({rate(_ANSWERS, where=ASKED)} > 0)"
            },
            "percentunit",
            to=Uid.JOURNAL,
        ),
        Panel(
            "Time to acknowledge",
            "From a webhook's request to its answer, durable. We promise one second for 99 %; Meta gives up after five.",
            quantiles("http_server_request_duration_seconds", where=ASKED),
            "s",
            bad=(1, 2),
            to=Uid.JOURNAL,
        ),
        Panel(
            "Received to done by each plugin",
            "From an event's receipt to its settling by a plugin. We promise one minute for 99 %.",
            quantiles("pagewire_event_completion_duration_seconds"),
            "s",
            bad=(30, 60),
            to=Uid.PLUGINS,
        ),
    ),
)
_TRAFFIC: Final = Row(
    "Traffic",
    (
        Panel(
            "Deliveries",
            "Delivery bodies a second, and what they were answered.",
            {"{{outcome}}": rate("pagewire_webhook_deliveries_total", "outcome")},
            "reqps",
            to=Uid.JOURNAL,
        ),
        Panel(
            "Events",
            "Events a second that became durable, by kind.",
            {"{{kind}}": rate("pagewire_webhook_events_total", "kind")},
            "ops",
            to=Uid.JOURNAL,
        ),
        Panel(
            "Replies",
            "Requests to the Send API a second that came to an end, and which.",
            {"{{object}} {{outcome}}": rate("pagewire_reply_sent_total", "object, outcome")},
            "ops",
            to=Uid.OUTBOX,
        ),
        Panel(
            "Hook calls",
            "Calls of plugins a second, by outcome.",
            {"{{outcome}}": rate("messaging_process_duration_seconds_count", "outcome")},
            "ops",
            to=Uid.PLUGINS,
        ),
        Panel(
            "Events behind Meta's clock",
            "From when something happened, as Meta tells, to when its event was durable.",
            {"p95": quantile(0.95, "pagewire_webhook_event_lag_seconds")},
            "s",
            to=Uid.JOURNAL,
        ),
        Panel(
            "Graph API errors",
            "Share of requests to the Graph API that failed.",
            {"{{error_type}}": f"({or_none(rate(_CALLS, 'error_type', where=_REFUSED))}) / scalar({rate(_CALLS)})"},
            "percentunit",
            to=Uid.OUTBOX,
        ),
    ),
)
_OURSELVES: Final = Row(
    "What we run, and how well we can see it",
    (
        Panel(
            "Versions",
            "Which builds are scraped.",
            {"": "count by (version, python, job) (pagewire_build_info{@j})"},
            "none",
            Look.TABLE,
            width=12,
        ),
        Panel(
            "Telemetry lost",
            "Spans and logs that were never exported, attributes kept from exporters, and values that share a series.",
            {
                "dropped, {{signal}}": increase("pagewire_telemetry_dropped_total", "signal", mark="@j"),
                "removed, {{signal}}": increase("pagewire_telemetry_attributes_removed_total", "signal", mark="@j"),
                "overflow, {{metric}}": increase("pagewire_telemetry_overflow_total", "metric", mark="@j"),
                "nothing": "vector(0)",
            },
            width=12,
        ),
    ),
)

BOARD: Final = Board(
    Uid.OVERVIEW,
    "Pagewire / Overview",
    "Is anything wrong, and do we keep our promises? Every panel leads to the dashboard that tells why.",
    (_WRONG, _PROMISES, _TRAFFIC, _OURSELVES),
    pods("pagewire_build_info"),
    {"@": POD, "@j": JOB},
)

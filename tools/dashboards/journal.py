"""Webhooks, the journal, and the lanes."""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid
from tools.dashboards.phrases import JOB, POD, increase, or_none, pods, quantile, rate

_OPERATION: Final = "messaging_client_operation_duration_seconds"
_PUBLISH: Final = 'messaging_operation_name="publish"'
_SETTLE: Final = 'messaging_operation_name="settle"'
_WEBHOOKS: Final = Row(
    "Webhooks",
    (
        Panel(
            "Deliveries by app and answer",
            "Delivery bodies a second. bad_signature: no secret of the app fits. journal_full: make room. unknown_app: no MessengerApp has this address.",
            {"{{app}} {{outcome}}": rate("pagewire_webhook_deliveries_total", "app, outcome")},
            "reqps",
            width=12,
        ),
        Panel(
            "Answers by status",
            "Requests of the public port a second, handshakes included.",
            {
                "{{http_request_method}} {{http_response_status_code}}": rate(
                    "http_server_request_duration_seconds_count", "http_request_method, http_response_status_code"
                )
            },
            "reqps",
        ),
        Panel(
            "Refused signatures",
            "Deliveries in the time shown whose signature was missing or wrong, by app.",
            {
                "{{app}} {{outcome}}": increase(
                    "pagewire_webhook_deliveries_total", "app, outcome", where='outcome=~"bad_signature|no_signature"'
                )
                + " or vector(0)"
            },
            "none",
            Look.STAT,
            (1, 10),
            width=4,
        ),
        Panel(
            "Time to acknowledge, by status",
            "99 % of answers were faster. Server errors that take long mean a journal that does not answer.",
            {
                "{{http_response_status_code}}": quantile(
                    0.99, "http_server_request_duration_seconds", "http_response_status_code"
                )
            },
            "s",
        ),
        Panel(
            "Events by kind and channel",
            "Events a second that became durable. standby: another app owns the thread.",
            {"{{object}} {{kind}} {{channel}}": rate("pagewire_webhook_events_total", "object, kind, channel")},
            "ops",
        ),
        Panel(
            "Repeated and unknown",
            "Events a second that had been stored before, and such of accounts that no resource names: those reach no plugin.",
            {
                "repeated {{object}}": rate("pagewire_webhook_duplicates_total", "object"),
                "unknown account {{object}}": rate("pagewire_webhook_unknown_accounts_total", "object"),
            },
            "ops",
        ),
        Panel(
            "Behind Meta's clock",
            "From when something happened, as Meta tells, to when its event was durable. Minutes mean that Meta repeats, or heals.",
            {"{{object}} p95": quantile(0.95, "pagewire_webhook_event_lag_seconds", "object")},
            "s",
            width=12,
        ),
        Panel(
            "Handshakes",
            "Verification requests in the time shown, by app and outcome. wrong_token: the verify token at Meta is another.",
            {"{{app}} {{outcome}}": increase("pagewire_webhook_handshakes_total", "app, outcome") + " or vector(0)"},
            "none",
            Look.STAT,
            width=12,
        ),
    ),
)
_JOURNAL: Final = Row(
    "Journal",
    (
        Panel(
            "Room",
            "What the journal's files take, and what they may still grow. At no room, webhooks are answered 503 and Meta repeats them.",
            {"taken": "sum(pagewire_journal_size_bytes{@})", "left": "sum(pagewire_journal_free_bytes{@})"},
            "bytes",
        ),
        Panel(
            "Events kept",
            "Events in the journal. Settled ones go once they are old, see PAGEWIRE_RETENTION_AGE_MS.",
            {"kept": "sum(pagewire_journal_stored{@})"},
            "none",
        ),
        Panel(
            "Time to become durable",
            "Until the events of a delivery body were on disk, and errors: a slow or broken disk shows here first.",
            {
                "p50": quantile(0.5, _OPERATION, where=_PUBLISH),
                "p99": quantile(0.99, _OPERATION, where=_PUBLISH),
                "failed {{error_type}}": or_none(
                    rate(f"{_OPERATION}_count", "error_type", where=f'{_PUBLISH},error_type!=""')
                ),
            },
            "s",
        ),
        Panel(
            "Time to settle",
            "Until what plugins made of events was on disk, and errors: events come again for which that failed.",
            {
                "p50": quantile(0.5, _OPERATION, where=_SETTLE),
                "p99": quantile(0.99, _OPERATION, where=_SETTLE),
                "failed {{error_type}}": or_none(
                    rate(f"{_OPERATION}_count", "error_type", where=f'{_SETTLE},error_type!=""')
                ),
            },
            "s",
        ),
        Panel(
            "Events in and out",
            "A second: given to the journal, with the reason if it did not take them, and given to plugins, repeats as well.",
            {
                "in {{error_type}}": rate("messaging_client_sent_messages_total", "error_type"),
                "to {{messaging_consumer_group_name}}": rate(
                    "messaging_client_consumed_messages_total", "messaging_consumer_group_name"
                ),
            },
            "ops",
        ),
    ),
)
_LANES: Final = Row(
    "Lanes",
    (
        Panel(
            "Oldest unsettled event",
            "Its age. It grows second by second while a plugin is stuck or a circuit open, and while an account is named by no resource.",
            {"{{pod}}": "max by (pod) (pagewire_journal_oldest_pending_age_seconds{@})"},
            "s",
            bad=(60, 300),
            width=6,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Oldest event by plugin",
            "Age of the oldest event that waits for nothing but the plugin. People wait for its answer.",
            {"{{pagewire_plugin_name}}": "max by (pagewire_plugin_name) (pagewire_lane_oldest_age_seconds{@})"},
            "s",
            bad=(60, 300),
            width=6,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Backlog by plugin",
            "Events a lane holds in memory or in line. One plugin alone: look at that plugin. All of them: the machine is too small.",
            {"{{pagewire_plugin_name}}": "sum by (pagewire_plugin_name) (pagewire_lane_backlog{@})"},
            "none",
            width=6,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Not settled, by state",
            "pending: in line. retry: failed once. parked: attempts used up; see `pagewire parked`.",
            {"{{pagewire_plugin_name}} {{state}}": "sum by (pagewire_plugin_name, state) (pagewire_journal_events{@})"},
            "none",
            width=6,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Done and parked",
            "Events a second that plugins settled.",
            {
                "{{pagewire_plugin_name}} {{outcome}}": rate(
                    "pagewire_event_completion_duration_seconds_count", "pagewire_plugin_name, outcome"
                )
            },
            "ops",
            width=12,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Received to settled, by plugin",
            "99 % of events were faster.",
            {
                "{{pagewire_plugin_name}}": quantile(
                    0.99, "pagewire_event_completion_duration_seconds", "pagewire_plugin_name"
                )
            },
            "s",
            width=12,
            to=Uid.PLUGINS,
        ),
    ),
)
_REGISTRY: Final = Row(
    "What the gateway knows of resources",
    (
        Panel(
            "Mistakes in resources",
            "Resources that are served around as they cannot be used; the log and `pagewire doctor` name them.",
            {"mistakes": or_none("max(pagewire_registry_problems{@})")},
            "none",
            Look.STAT,
            (1, 5),
            width=6,
            to=Uid.OPERATOR,
        ),
        Panel(
            "Silence of the API server",
            "Since each kind was last heard of. Above two minutes what is served may be old. Without a cluster there is none.",
            {"{{resource}}": "max by (resource) (pagewire_registry_watch_silence_seconds{@})"},
            "s",
            bad=(60, 120),
            width=18,
            to=Uid.OPERATOR,
        ),
    ),
)

BOARD: Final = Board(
    Uid.JOURNAL,
    "Pagewire / Journal and lanes",
    "From a webhook's arrival to its settling by every plugin.",
    (_WEBHOOKS, _JOURNAL, _LANES, _REGISTRY),
    pods("pagewire_journal_size_bytes"),
    {"@": POD, "@j": JOB},
)

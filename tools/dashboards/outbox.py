"""Replies on their way to Meta, and Meta's limits."""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid
from tools.dashboards.phrases import JOB, POD, increase, or_none, pods, quantile, rate

_CALLS: Final = "http_client_request_duration_seconds_count"
_WRONG: Final = 'error_type!~"|ignore|done"'
_WAITING: Final = Row(
    "Waiting",
    (
        Panel(
            "Accounts in trouble, and why",
            "token: Meta refuses it. config: Meta refuses the app or a setting. throttled: Meta asks for patience. network: Meta cannot be reached. What waits is kept.",
            {"{{object}} {{trouble}}": "sum by (object, trouble) (pagewire_outbox_account_troubles{@}) or vector(0)"},
            "none",
            to=Uid.PAGES,
        ),
        Panel(
            "Waiting requests",
            "Outbound requests that are not at an end yet.",
            {"{{pod}}": "sum by (pod) (pagewire_outbox_waiting{@})"},
            "none",
        ),
        Panel(
            "Oldest request",
            "Age of the oldest one that is not at an end.",
            {"{{pod}}": "max by (pod) (pagewire_outbox_oldest_age_seconds{@})"},
            "s",
            bad=(300, 900),
        ),
    ),
)
_LIMITS: Final = Row(
    "Meta's limits",
    (
        Panel(
            "Allowances used",
            "As Meta's usage headers said last. Sends slow down from 80 % and rest at 100 %.",
            {"{{kind}} {{namespace}}/{{name}}": "max by (kind, namespace, name) (pagewire_graph_usage_ratio{@j})"},
            "percentunit",
            bad=(0.8, 1),
            width=12,
        ),
        Panel(
            "What Meta ends soon",
            "Uses, in the time shown, of things that Meta ends within 90 days.",
            {
                "{{pagewire_plugin_name}} {{pagewire_deprecation}}": increase(
                    "pagewire_reply_ending_total", "pagewire_plugin_name, pagewire_deprecation"
                )
                + " or vector(0)"
            },
            "none",
            Look.STAT,
            (1, 1000000),
            width=12,
        ),
    ),
)
_ENDS: Final = Row(
    "What became of replies",
    (
        Panel(
            "Ends",
            "Requests a second that were sent, refused, parked or left.",
            {"{{object}} {{outcome}}": rate("pagewire_reply_sent_total", "object, outcome")},
            "ops",
        ),
        Panel(
            "Refused, and why",
            "Replies a second that were not sent. window_closed and its like are Meta's rules: the plugin should ask before it writes.",
            {"{{object}} {{reason}}": rate("pagewire_reply_refused_total", "object, reason")},
            "ops",
        ),
        Panel(
            "Kept by the journal, by state",
            "queued, sending and unknown are under way; parked ones need somebody: `pagewire parked`.",
            {"{{state}}": "sum by (state) (pagewire_outbox_requests{@})"},
            "none",
        ),
        Panel(
            "Judged by plugins",
            "Messages a second that plugins were asked about before they went out.",
            {
                "{{pagewire_plugin_name}} {{outcome}}": rate(
                    "pagewire_reply_screened_total", "pagewire_plugin_name, outcome"
                )
            },
            "ops",
            width=12,
            to=Uid.PLUGINS,
        ),
        Panel(
            "Profiles looked up",
            "Requests a second for what Meta tells of people.",
            {"{{object}} {{outcome}}": rate("pagewire_people_profiles_total", "object, outcome")},
            "ops",
            width=12,
        ),
    ),
)
_GRAPH: Final = Row(
    "Graph API",
    (
        Panel(
            "Requests",
            "Requests a second, by address.",
            {
                "{{http_request_method}} {{url_template}}": rate(
                    "http_client_request_duration_seconds_count", "http_request_method, url_template"
                )
            },
            "reqps",
        ),
        Panel(
            "Errors",
            "Failed requests a second, by host, status, and class of Meta's refusal or of the network's fault; without profiles that Meta keeps to itself.",
            {
                "{{server_address}} {{http_response_status_code}} {{error_type}}": or_none(
                    rate(_CALLS, "server_address, http_response_status_code, error_type", where=_WRONG)
                )
            },
            "reqps",
        ),
        Panel(
            "Time of a request",
            "Meta's part of the way of a reply.",
            {
                "p50": quantile(0.5, "http_client_request_duration_seconds"),
                "p99": quantile(0.99, "http_client_request_duration_seconds"),
            },
            "s",
        ),
    ),
)

BOARD: Final = Board(
    Uid.OUTBOX,
    "Pagewire / Outbox and Meta's limits",
    "Replies on their way to Meta, what holds them up, and how much of Meta's patience is left.",
    (_WAITING, _LIMITS, _ENDS, _GRAPH),
    pods("pagewire_outbox_waiting"),
    {"@": POD, "@j": JOB},
)

"""The operator."""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid
from tools.dashboards.phrases import JOB, RESOURCE, increase, or_none, quantile, rate, resources

_GRAPH: Final = "pagewire_operator_graph_duration_seconds"
_WORK: Final = Row(
    "At work",
    (
        Panel(
            "Replica at work",
            "1 on the replica that holds the lease. None for minutes: look at the pods and at the Lease.",
            {"{{instance}}": "max by (instance) (pagewire_operator_leader{@j})"},
            "none",
        ),
        Panel(
            "Reconciliations",
            "Looks at resources a second, by kind.",
            {"{{kind}}": rate("pagewire_operator_reconcile_duration_seconds_count", "kind", mark="@j")},
            "ops",
        ),
        Panel(
            "Failed reconciliations",
            "A second, by error. They are tried again with growing pauses.",
            {
                "{{kind}} {{error_type}}": rate(
                    "pagewire_operator_reconcile_errors_total", "kind, error_type", mark="@j"
                )
                + " or vector(0)"
            },
            "ops",
        ),
        Panel(
            "What sets them off",
            "Timers tick all the time. Much `changed` without anybody at work: somebody else writes into the resources; much `retry`: see the errors.",
            {"{{reason}}": rate("pagewire_operator_reconcile_duration_seconds_count", "reason", mark="@j")},
            "ops",
            width=6,
        ),
        Panel(
            "Time of a reconciliation",
            "99 % took less, Meta's answers included.",
            {"{{kind}}": quantile(0.99, "pagewire_operator_reconcile_duration_seconds", "kind", mark="@j")},
            "s",
            width=6,
        ),
        Panel(
            "Line",
            "Resources due now, being worked on, and due later.",
            {
                "in line": "sum(pagewire_operator_queue_depth{@j})",
                "busy": "sum(pagewire_operator_queue_busy{@j})",
                "later": "sum(pagewire_operator_queue_planned{@j})",
            },
            "none",
            width=6,
        ),
        Panel(
            "First in line has waited",
            "Minutes mean too few workers, or a Meta that hangs.",
            {"waited": "max(pagewire_operator_queue_oldest_age_seconds{@j})"},
            "s",
            bad=(60, 300),
            width=6,
        ),
    ),
)
_RESOURCES: Final = Row(
    "Resources",
    (
        Panel(
            "Not Ready",
            "Resources whose condition Ready is not True, by name.",
            {
                "": 'max by (kind, namespace, name) (pagewire_operator_resource_condition{@,type="Ready",status="True"}) == 0 or vector(0)'
            },
            "none",
            Look.TABLE,
            width=8,
            to=Uid.PAGES,
        ),
        Panel(
            "Reasons",
            "Conditions that are not True, by their reason; docs/reference/conditions.md says what to do about each.",
            {
                "{{kind}} {{type}} {{reason}}": 'sum by (kind, type, reason) (pagewire_operator_resources{@j,type!="Stalled",status!="True"}) or vector(0)'
            },
            "none",
            width=8,
        ),
        Panel(
            "Drift",
            "Findings a second that Meta no longer has what a resource says.",
            {"{{kind}}": rate("pagewire_operator_drift_total", "kind", mark="@j")},
            "ops",
            width=8,
        ),
        Panel(
            "Events posted",
            "Kubernetes Events a second, by reason.",
            {"{{type}} {{reason}}": rate("pagewire_operator_events_total", "type, reason", mark="@j")},
            "ops",
            width=12,
        ),
    ),
)
_META: Final = Row(
    "Graph API",
    (
        Panel(
            "Questions to Meta",
            "Requests of the operator a second, by address.",
            {
                "{{http_request_method}} {{url_template}}": rate(
                    f"{_GRAPH}_count", "http_request_method, url_template", mark="@j"
                )
            },
            "reqps",
            width=8,
        ),
        Panel(
            "Refusals of Meta",
            "Failed requests a second, by status of the answer, and by the class of Meta's refusal or of the network's fault.",
            {
                "{{http_response_status_code}} {{error_type}}": or_none(
                    rate(f"{_GRAPH}_count", "http_response_status_code, error_type", where='error_type!=""', mark="@j")
                )
            },
            "reqps",
            width=8,
        ),
        Panel(
            "Time of an answer",
            "Meta's part of a reconciliation.",
            {"p50": quantile(0.5, _GRAPH, mark="@j"), "p99": quantile(0.99, _GRAPH, mark="@j")},
            "s",
            width=8,
        ),
    ),
)
_SERVER: Final = Row(
    "API server",
    (
        Panel(
            "Requests",
            "A second, by answer. 403: a right is missing. 429: the server asks for patience.",
            {"{{verb}} {{code}}": rate("pagewire_operator_api_requests_total", "verb, code", mark="@j")},
            "reqps",
            width=12,
        ),
        Panel(
            "Changes no watch told",
            "Found by a list in the time shown; anything but 0 deserves a look.",
            {"{{kind}}": increase("pagewire_operator_watch_missed_total", "kind", mark="@j") + " or vector(0)"},
            "none",
            Look.STAT,
            (1, 10),
            width=12,
        ),
    ),
)

BOARD: Final = Board(
    Uid.OPERATOR,
    "Pagewire / Operator",
    "Does the operator work, and what do resources say of themselves?",
    (_WORK, _RESOURCES, _META, _SERVER),
    resources("pagewire_operator_leader", "pagewire_operator_resource_condition"),
    {"@": RESOURCE, "@j": JOB},
)

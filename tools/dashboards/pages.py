"""Pages and Instagram accounts: tokens, subscriptions, webhooks, and what people asked for."""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid
from tools.dashboards.phrases import JOB, RESOURCE, increase, or_none, rate, resources

_ACCOUNTS: Final = Row(
    "Accounts",
    (
        Panel(
            "Tokens end in",
            "Time until the token of each account ends, or the data access behind it. Accounts whose token never ends are left out.",
            {"": "sort(min by (kind, namespace, name) (pagewire_page_token_expiration_timestamp_seconds{@}) - time())"},
            "s",
            Look.TABLE,
            (604800, 86400),
        ),
        Panel(
            "Subscribed",
            "Whether Meta sends an account's webhooks to its app, as the operator last saw it.",
            {"": "sort(min by (kind, namespace, name) (pagewire_page_subscribed{@}))"},
            "none",
            Look.TABLE,
            (1, 0.5),
            {0: "no", 1: "yes"},
        ),
        Panel(
            "Last webhook",
            "How long ago Meta last sent something for each account.",
            {"": "sort_desc(time() - max by (kind, namespace, name) (pagewire_page_last_event_timestamp_seconds{@}))"},
            "s",
            Look.TABLE,
            (7200, 86400),
        ),
        Panel(
            "Conditions that are not True",
            "What each resource says of itself; `kubectl describe` tells the reason and what to do.",
            {
                "{{kind}} {{namespace}}/{{name}} {{type}}": 'sum by (kind, namespace, name, type) (pagewire_operator_resource_condition{@,type!="Stalled",status!="True"}) > 0 or vector(0)'
            },
            "none",
            width=16,
            to=Uid.OPERATOR,
        ),
        Panel(
            "Drift",
            "Findings in the time shown that Meta no longer has what a resource says. Again and again: somebody else mends it back.",
            {"{{kind}}": increase("pagewire_operator_drift_total", "kind", mark="@j") + " or vector(0)"},
            "none",
            Look.STAT,
            (1, 5),
            to=Uid.OPERATOR,
        ),
    ),
)
_WAY_IN: Final = Row(
    "Logins and call-backs",
    (
        Panel(
            "Logins",
            "Logins in the time shown, and what became of them.",
            {
                "{{app}} {{provider}} {{outcome}}": increase(
                    "pagewire_login_finished_total", "app, provider, outcome", mark="@j"
                )
                + " or vector(0)"
            },
            "none",
            Look.STAT,
        ),
        Panel(
            "Ended logins",
            "People took the app back: steps, and such that plugins have not all agreed to.",
            {
                "{{step}}": increase("pagewire_login_endings_total", "step", mark="@j") + " or vector(0)",
                "open, {{state}}": "sum by (state) (pagewire_login_endings_open{@j})",
            },
            "none",
        ),
        Panel(
            "Call-backs of Meta",
            "Deauthorize and data-deletion call-backs in the time shown.",
            {
                "{{app}} {{callback}} {{outcome}}": increase(
                    "pagewire_callback_received_total", "app, callback, outcome", mark="@j"
                )
                + " or vector(0)"
            },
            "none",
            Look.STAT,
        ),
    ),
)
_PEOPLE: Final = Row(
    "People, and messages no webhook brought",
    (
        Panel(
            "Deletions of people",
            "Steps a second, and deletions that are not done; parked ones need somebody, and the law has a date for them.",
            {
                "{{step}}": rate("pagewire_people_deletions_total", "step", mark="@j"),
                "open, {{state}}": "sum by (state) (pagewire_people_deletions_open{@j})",
            },
            "none",
            width=6,
        ),
        Panel(
            "Kept out",
            "Old events of forgotten people that were kept out, in the time shown.",
            {"{{source}}": increase("pagewire_people_forgotten_total", "source", mark="@j") + " or vector(0)"},
            "none",
            Look.STAT,
            width=6,
        ),
        Panel(
            "Healing",
            "Messages in the time shown that no webhook had brought.",
            {
                "{{object}} {{outcome}}": increase("pagewire_healing_messages_total", "object, outcome", mark="@j")
                + " or vector(0)",
                "runs {{object}} {{outcome}}": increase("pagewire_healing_runs_total", "object, outcome", mark="@j")
                + " or vector(0)",
            },
            "none",
            width=6,
        ),
        Panel(
            "Least healed account",
            "How long ago the account that is healed least was whole.",
            {"age": or_none("max(pagewire_healing_age_seconds{@j})")},
            "s",
            bad=(7200, 21600),
            width=6,
        ),
    ),
)

BOARD: Final = Board(
    Uid.PAGES,
    "Pagewire / Pages and tokens",
    "Each Page and Instagram account: days left, subscription, last webhook, drift.",
    (_ACCOUNTS, _WAY_IN, _PEOPLE),
    resources("pagewire_build_info", "pagewire_operator_resource_condition"),
    {"@": RESOURCE, "@j": JOB},
)

"""Each plugin: is it well, how long does it take, and what does it leave behind?"""

from typing import Final

from tools.dashboards.model import Board, Look, Panel, Row, Uid, Variable
from tools.dashboards.phrases import GROUP, PLUGIN, increase, or_none, pods, quantile, rate

_NAME: Final = "{{pagewire_plugin_name}}"
_BY: Final = "pagewire_plugin_name"
_HOOK: Final = f"{_BY}, pagewire_hook_name"

_WELL: Final = Row(
    "Is it well?",
    (
        Panel(
            "Circuit",
            "Open: it failed again and again, and is left alone for a while; its events wait in order.",
            {_NAME: f"max by ({_BY}) (pagewire_plugin_circuit_state{{@}})"},
            "none",
            Look.STAT,
            (1, 2),
            {0: "closed", 1: "half open", 2: "open"},
            width=6,
        ),
        Panel(
            "Health",
            "What the plugin says of itself; `pagewire plugins` shows its words.",
            {_NAME: f"max by ({_BY}) (pagewire_plugin_health{{@}})"},
            "none",
            Look.STAT,
            (1, 2),
            {0: "ok", 1: "degraded", 2: "failing"},
            width=6,
        ),
        Panel(
            "Kept the event loop",
            "Times its code kept everything else waiting. Three within ten minutes put it into quarantine.",
            {_NAME: increase("pagewire_plugin_loop_kept_total", _BY) + " or vector(0)"},
            "none",
            Look.STAT,
            (1, 3),
            width=6,
        ),
        Panel(
            "Processes that died",
            "Of plugins that run in a process of their own: they ended though they should not have, or had to be ended.",
            {_NAME: increase("pagewire_plugin_process_deaths_total", _BY) + " or vector(0)"},
            "none",
            Look.STAT,
            (1, 5),
            width=6,
        ),
        Panel(
            "Hook calls by outcome",
            "Events given to it a second. later: it asked to be called again. failed: it raised.",
            {
                "{{messaging_consumer_group_name}} {{outcome}}": rate(
                    "messaging_process_duration_seconds_count", "messaging_consumer_group_name, outcome", mark="@g"
                )
            },
            "ops",
            width=8,
        ),
        Panel(
            "Time of a hook call",
            "95 % of calls took less.",
            {_NAME + " {{pagewire_hook_name}}": quantile(0.95, "pagewire_plugin_hook_duration_seconds", _HOOK)},
            "s",
            width=8,
        ),
        Panel(
            "Hooks that raised",
            "A second, by the class of what they raised. TryLater and Refused are answers, and no faults.",
            {
                _NAME + " {{pagewire_hook_name}} {{error_type}}": or_none(
                    rate("pagewire_plugin_hook_duration_seconds_count", f"{_HOOK}, error_type", where='error_type!=""')
                )
            },
            "ops",
            width=8,
        ),
    ),
)
_LEFT: Final = Row(
    "What it leaves",
    (
        Panel(
            "Backlog",
            "Events in its lane that are not settled.",
            {_NAME: f"sum by ({_BY}) (pagewire_lane_backlog{{@}})"},
            "none",
        ),
        Panel(
            "Retries",
            "Attempts a second that will be repeated.",
            {_NAME: rate("pagewire_plugin_retries_total", _BY)},
            "ops",
        ),
        Panel(
            "Parked",
            "Events whose attempts are used up, by plugin: `pagewire parked`, then `pagewire replay`.",
            {_NAME: f'sum by ({_BY}) (pagewire_journal_events{{@,state="parked"}})'},
            "none",
        ),
        Panel(
            "Parked in the time shown",
            "Events that used up their attempts.",
            {_NAME: increase("pagewire_plugin_parked_total", _BY) + " or vector(0)"},
            "none",
            Look.STAT,
            (1, 10),
        ),
        Panel(
            "Received to settled",
            "99 % of events were faster.",
            {_NAME: quantile(0.99, "pagewire_event_completion_duration_seconds", _BY)},
            "s",
        ),
        Panel(
            "Judgements of replies",
            "Messages a second it was asked about, and what it said.",
            {_NAME + " {{outcome}}": rate("pagewire_reply_screened_total", f"{_BY}, outcome")},
            "ops",
        ),
    ),
)
_TOLD: Final = Row(
    "What it was told",
    (
        Panel(
            "Reports",
            "Calls a second about what became of its replies.",
            {_NAME + " {{hook}} {{outcome}}": rate("pagewire_plugin_reports_total", f"{_BY}, hook, outcome")},
            "ops",
        ),
        Panel(
            "Pages added and removed",
            "Calls in the time shown.",
            {
                _NAME + " {{hook}} {{outcome}}": increase("pagewire_plugin_page_calls_total", f"{_BY}, hook, outcome")
                + " or vector(0)"
            },
            "none",
            Look.STAT,
        ),
        Panel(
            "Installed",
            "Which plugins, at which version.",
            {"": f"count by ({_BY}, version, api_version) (pagewire_plugin_info{{@}})"},
            "none",
            Look.TABLE,
        ),
    ),
)

BOARD: Final = Board(
    Uid.PLUGINS,
    "Pagewire / Plugins",
    "Each plugin: is it well, how long does it take, and what does it leave behind?",
    (_WELL, _LEFT, _TOLD),
    (*pods("pagewire_plugin_info"), Variable("plugin", 'pagewire_plugin_info{job=~"$job"}', "pagewire_plugin_name")),
    {"@": PLUGIN, "@g": GROUP},
)

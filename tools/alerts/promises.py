"""What we promise (service level objectives), and alerts for when the budget of failures is used up too fast.

A budget burns at rate 1 if it lasts exactly as long as it should, 30 days. Two windows each: the long one says that it is
serious, the short one that it still goes on.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from tools.alerts.model import Alert, Recording, Rule, Runbook, Severity
from tools.dashboards.model import Uid

_ASKED: Final = 'http_route="/webhooks/{namespace}/{app}",http_request_method="POST"'
_FAST, _SLOW, _CREEPING = (14.4, "1h", "5m"), (6.0, "6h", "30m"), (1.0, "3d", "6h")
WINDOWS: Final = ("5m", "30m", "1h", "6h", "3d")


class Promise(NamedTuple):
    """One objective: the share of good among all, over 30 days."""

    name: str
    budget: float
    """The share that may be bad."""
    bad: str
    """PromQL of the share of bad ones in a ``[window]``."""


def _slow(histogram: str, limit: str, where: str = "", fast: str = "") -> str:
    every = f"sum by (namespace) (rate({histogram}_count{{{where}}}[window]))"
    both = ",".join(part for part in (where, fast, f'le="{limit}"') if part)
    good = f"sum by (namespace) (rate({histogram}_bucket{{{both}}}[window]))"
    return f"1 - ({good} or 0 * {every}) / ({every} > 0)"


PROMISES: Final = (
    Promise(
        "webhooks_failed",
        0.001,
        f'(sum by (namespace) (rate(http_server_request_duration_seconds_count{{{_ASKED},error_type!=""}}[window]))'
        f" or 0 * sum by (namespace) (rate(http_server_request_duration_seconds_count{{{_ASKED}}}[window])))"
        f" / (sum by (namespace) (rate(http_server_request_duration_seconds_count{{{_ASKED}}}[window])) > 0)",
    ),
    Promise("webhooks_slow", 0.01, _slow("http_server_request_duration_seconds", "1.0", _ASKED)),
    Promise("events_late", 0.01, _slow("pagewire_event_completion_duration_seconds", "60.0", fast='outcome="done"')),
)


def recordings() -> Iterator[Recording]:
    """The share of bad ones of each promise, in each window."""
    for promise in PROMISES:
        for window in WINDOWS:
            yield Recording(_recorded(promise, window), promise.bad.replace("window", window))


def _recorded(promise: Promise, window: str) -> str:
    return f"pagewire:{promise.name}:ratio_rate{window}"


def _burns(promise: Promise) -> tuple[Rule, ...]:
    both = ((Severity.CRITICAL, _FAST, "2m"), (Severity.CRITICAL, _SLOW, "15m"), (Severity.WARNING, _CREEPING, "1h"))
    return tuple(
        Rule(
            severity,
            f"{_recorded(promise, long)} > {rate:g} * {promise.budget:g} and {_recorded(promise, short)} > {rate:g} * {promise.budget:g}",
            hold,
            f"{rate:g} times too fast over {long}",
        )
        for severity, (rate, long, short), hold in both
    )


_FAILED, _SLOWLY, _LATE = PROMISES

ALERTS: Final = (
    Alert(
        "PagewireWebhooksFailing",
        _burns(_FAILED),
        "Webhooks are answered with server errors faster than the promise of 99.9 % allows.",
        Uid.OVERVIEW,
        "Webhooks answered",
        Runbook(
            "Of the webhooks that came in, more than allowed were answered 503. Nothing was stored of them.",
            "Meta repeats what is not answered 200, for up to 36 hours; after an hour of nothing but failures it unsubscribes the app from the "
            "Page, and what comes then is lost until healing finds it.",
            (
                "On the dashboard of the journal, *Deliveries by app and answer* names the answer: `journal_full`, `journal_unavailable`, `overloaded`, `no_secret` or `not_ready`.",
                "Ask the gateway what it thinks of itself:",
                "$ pagewire doctor",
            ),
            (
                "`journal_full`: see [PagewireJournalNearlyFull](PagewireJournalNearlyFull.md).",
                "`journal_unavailable`: the disk or NATS does not answer; *Time to become durable* and the gateway's log tell which.",
                "`overloaded`, `too_many_connections`: more comes in than the machine takes. Add processors, or [run on NATS](../how-to/run-on-nats.md) with several gateways.",
                "`no_secret`, `not_ready`: the Secret of the MessengerApp is missing, or resources could not be read: `kubectl get mapp -A`.",
            ),
            "*Webhooks answered* is at 100 % again, and `pagewire heal` finds nothing that is missing.",
        ),
    ),
    Alert(
        "PagewireWebhooksSlow",
        _burns(_SLOWLY),
        "More than 1 % of webhooks take longer than a second to be answered.",
        Uid.OVERVIEW,
        "Time to acknowledge",
        Runbook(
            "An answer waits until its events are durable. More than 1 % of answers took longer than a second.",
            "Nothing is lost yet. Meta gives up after five seconds and repeats, which is more load still.",
            (
                "*Time to become durable* on the dashboard of the journal tells whether the disk (or NATS) is slow.",
                "*Kept the event loop* on the dashboard of plugins tells whether a plugin's code held everything up.",
                "$ pagewire plugins",
            ),
            (
                "A slow disk: move the data folder to one with a quick fsync, or away from noisy neighbours.",
                "A plugin that keeps the loop: `pagewire plugins --pause NAME`, and see [PagewirePluginKeepsLoop](PagewirePluginKeepsLoop.md).",
                "Neither: the machine has too little processor time; look at `process_cpu_seconds_total` and at throttling of the container.",
            ),
            "The 99 % line of *Time to acknowledge* is below a second for half an hour.",
        ),
    ),
    Alert(
        "PagewireEventsLate",
        _burns(_LATE),
        "More than 1 % of events are not done by their plugins within a minute.",
        Uid.OVERVIEW,
        "Received to done by each plugin",
        Runbook(
            "Events are safe in the journal, and plugins are too slow with them, or give up on them.",
            "People wait for their answers; after 24 hours of silence the window closes and Meta takes no answer any more.",
            (
                "*Received to settled, by plugin* on the dashboard of the journal names the plugin; *Done and parked* tells whether it gave up.",
                "See the plugin's circuit, health and lane:",
                "$ pagewire plugins",
                "$ pagewire events --state retry --limit 20",
            ),
            (
                "One plugin: whatever it calls is slow or down. Mend that; its lane catches up by itself, in order.",
                "All plugins: the machine is too small, or dispatch stands still; look at the gateway's log for the lease of dispatch.",
            ),
            "*Oldest unsettled* is below a minute, and *Parked* does not grow.",
        ),
    ),
)

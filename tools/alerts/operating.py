"""Alerts about the operator."""

from typing import Final

from tools.alerts.model import Alert, Rule, Runbook, Severity
from tools.dashboards.model import Uid

ALERTS: Final = (
    Alert(
        "PagewireOperatorDown",
        (Rule(Severity.CRITICAL, "absent(pagewire_operator_leader == 1)", "5m"),),
        "No replica of the operator is at work.",
        Uid.OVERVIEW,
        "Operator",
        Runbook(
            "Prometheus hears of no operator that holds the lease.",
            "Webhooks and replies go on. Tokens are not renewed, drift is not mended, and changed resources have no effect.",
            (
                "$ kubectl --namespace pagewire-system get pods",
                "$ kubectl --namespace pagewire-system get lease",
                "$ kubectl --namespace pagewire-system logs --tail 50 --selector app.kubernetes.io/component=operator",
                "$ pagewire doctor --cluster",
            ),
            (
                "It cannot start: the last line of its log says why, often a missing right or kind; apply the chart again.",
                "It runs, and is not at work: another holder has the Lease. If that holder is gone, it ends by itself within seconds.",
                "It runs and works: look at the scrape of its port.",
            ),
            "*Operator* says at work, and *Reconciliations* is above zero.",
        ),
    ),
    Alert(
        "PagewireResourceNotReady",
        (
            Rule(
                Severity.WARNING,
                'max by (kind, namespace, name) (pagewire_operator_resource_condition{type="Ready",status="False"}) == 1',
                "15m",
            ),
        ),
        "{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.name }} is not Ready.",
        Uid.OPERATOR,
        "Not Ready",
        Runbook(
            "The operator could not make Meta agree with a resource, and says why in its conditions.",
            "It depends: a Page without a valid token sends nothing, one with a refused field hears nothing.",
            (
                "The reason and what to do about it stand in the conditions:",
                "$ kubectl get pagewire -A -o wide",
                "$ pagewire status -A",
                "$ pagewire doctor --cluster",
            ),
            (
                "Look the reason up in [conditions](../reference/conditions.md) and do as it says. The operator looks again at once when resource or Secret change.",
            ),
            "*Not Ready* is at zero.",
        ),
    ),
    Alert(
        "PagewireReconcilesFailing",
        (
            Rule(
                Severity.WARNING,
                "sum by (kind) (rate(pagewire_operator_reconcile_errors_total[15m]))"
                " / sum by (kind) (rate(pagewire_operator_reconcile_duration_seconds_count[15m])) > 0.5",
                "15m",
            ),
        ),
        "More than half of the reconciliations of {{ $labels.kind }} fail.",
        Uid.OPERATOR,
        "Failed reconciliations",
        Runbook(
            "Reconciliations end with an error that is nobody's condition: the API server refuses, or the operator has a fault.",
            "Resources of that kind are not kept as they should be.",
            (
                "*Failed reconciliations* names the error; *Requests* tells what the API server answers.",
                "$ kubectl --namespace pagewire-system logs --tail 50 --selector app.kubernetes.io/component=operator",
                "$ pagewire doctor --cluster",
            ),
            (
                "403: a right is missing; apply the chart again.",
                "Anything else: the log has the traceback. Please report it.",
            ),
            "*Failed reconciliations* is at zero.",
        ),
    ),
    Alert(
        "PagewireOperatorLags",
        (Rule(Severity.WARNING, "max by (namespace) (pagewire_operator_queue_oldest_age_seconds) > 300", "10m"),),
        "The first resource in the operator's line has waited for {{ $value | humanizeDuration }}.",
        Uid.OPERATOR,
        "First in line has waited",
        Runbook(
            "Resources come due faster than the operator gets through with them.",
            "Changes and drift are taken up late.",
            (
                "*Time of a reconciliation* tells whether each takes long (Meta hangs), *Line* whether there are many.",
                "$ pagewire doctor --cluster",
            ),
            (
                "Meta is slow or throttles: it gets better by itself.",
                "Too many resources for the workers: see [operator](../reference/operator.md) for how many there are, and look less often (`resyncInterval`).",
            ),
            "*First in line has waited* is below a minute.",
        ),
    ),
)

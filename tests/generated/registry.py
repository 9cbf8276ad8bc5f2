"""Which files are generated, and by what."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from pagewire.resources import KINDS
from pagewire.resources.crd import PLURALS
from pagewire.resources.crd import text as crd
from pagewire_gateway.cli.reference import text as cli_page
from pagewire_logging.schema import text as event_log_schema
from tests.generated import (
    beside_peers_page,
    chart_schema,
    chart_values_page,
    conditions_page,
    crashes_page,
    crds_page,
    dashboards_page,
    dialogues_page,
    disturbances_page,
    errors_page,
    events_page,
    faults_page,
    fuzzing_page,
    graph_page,
    hooks_page,
    kustomize,
    licences_page,
    metrics_page,
    policy_page,
    roles_page,
    scale_page,
    sending_page,
    traces_page,
)
from tools.alerts import pages as runbooks
from tools.alerts import rules
from tools.alerts.groups import FILES
from tools.dashboards.boards import BOARDS
from tools.dashboards.grafana import text as dashboard


class Generated(NamedTuple):
    """One file: its path from the root of the repository, and the function that gives its text."""

    path: str
    text: Callable[[], str]


GENERATED: tuple[Generated, ...] = (
    Generated("docs/explanation/beside-peers.md", beside_peers_page.text),
    Generated("docs/explanation/crash-consistency.md", crashes_page.text),
    Generated("docs/explanation/dashboards.md", dashboards_page.text),
    Generated("docs/explanation/disturbances.md", disturbances_page.text),
    Generated("docs/explanation/fuzzing.md", fuzzing_page.text),
    Generated("docs/explanation/scale.md", scale_page.text),
    Generated("docs/how-to/find-a-fault.md", faults_page.text),
    Generated("docs/reference/errors.md", errors_page.text),
    Generated("docs/reference/events.md", events_page.text),
    Generated("docs/reference/graph-client.md", graph_page.text),
    Generated("docs/reference/hooks.md", hooks_page.text),
    Generated("docs/reference/licences.md", licences_page.text),
    Generated("docs/reference/plugins/auto-reply-dialogues.md", dialogues_page.text),
    Generated("docs/reference/metrics.md", metrics_page.text),
    Generated("docs/reference/sending.md", sending_page.text),
    Generated("docs/reference/policy.md", policy_page.text),
    Generated("docs/reference/roles.md", roles_page.text),
    Generated("docs/reference/chart-values.md", chart_values_page.text),
    Generated("docs/reference/traces.md", traces_page.text),
    Generated("docs/reference/cli.md", cli_page),
    Generated("docs/reference/conditions.md", conditions_page.text),
    Generated("docs/reference/crds.md", crds_page.text),
    Generated("docs/reference/plugins/logging.schema.json", event_log_schema),
    Generated(chart_schema.PATH, chart_schema.text),
    *(Generated(path, text) for path, text in kustomize.files().items()),
    *(Generated(f"charts/pagewire/files/crds/{PLURALS[kind]}.pagewire.dev.yaml", partial(crd, kind)) for kind in KINDS),
    Generated("docs/runbooks/index.md", runbooks.index),
    *(Generated(path, partial(runbooks.page, alert)) for path, alert in runbooks.pages().items()),
    *(Generated(f"deploy/alerts/{file}.yaml", partial(rules.text, file)) for file in FILES),
    *(Generated(f"deploy/dashboards/{board.uid}.json", partial(dashboard, board)) for board in BOARDS),
)

"""Alerts are raised when they should be and only then, and each leads to a runbook that works."""

import re
import shlex
import subprocess

import click
import pytest
import yaml

from pagewire_gateway.cli.root import pagewire as cli
from tests.charts.helm import rendered
from tests.observability.cases import CASES, unit_test
from tests.observability.queries import ROOT, RULES, boards, groups, panels, rules, selected
from tools.alerts.groups import ALERTS
from tools.alerts.rules import RUNBOOKS
from tools.observability.programs import program

PAGES = sorted(path for path in (ROOT / "docs/runbooks").glob("Pagewire*.md"))
TITLES = {title for board in boards().values() for title in panels(board)}


def promtool(*words: str) -> str:
    done = subprocess.run([str(program("promtool")), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_takes_the_rules():
    assert "SUCCESS" in promtool("check", "rules", *map(str, RULES))


def test_every_alert_has_a_case():
    assert sorted(CASES) == sorted(alert.name for alert in ALERTS)


@pytest.fixture(scope="module")
def bare_rules(tmp_path_factory):
    """The rules without annotations, of which promtool would have to be told every word."""
    bare = [
        {**group, "rules": [{key: rule[key] for key in rule if key != "annotations"} for rule in group["rules"]]}
        for group in groups()
    ]
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": bare}))
    return path


@pytest.mark.slow(8)
def test_alerts_are_raised_and_stay_quiet(bare_rules):
    """All in one call of promtool; it names the alert of what differs."""
    tests = [
        unit_test(alert, case, series, alerts)
        for alert, case in CASES.items()
        for series, alerts in ((case.raised, case.alerts), (case.quiet, ()))
    ]
    path = bare_rules.with_name("test.yaml")
    path.write_text(yaml.safe_dump({"rule_files": [str(bare_rules)], "evaluation_interval": "1m", "tests": tests}))
    assert "SUCCESS" in promtool("test", "rules", str(path))


def test_promtool_would_tell_if_an_alert_were_not_raised(bare_rules):
    case = CASES["PagewireBacklogOld"]
    wrong = unit_test("PagewireBacklogOld", case, case.quiet, case.alerts)
    path = bare_rules.with_name("wrong.yaml")
    path.write_text(yaml.safe_dump({"rule_files": [str(bare_rules)], "evaluation_interval": "1m", "tests": [wrong]}))
    with pytest.raises(AssertionError, match="PagewireBacklogOld"):
        promtool("test", "rules", str(path))


def test_alerts_lead_to_runbooks_and_panels_and_runbooks_to_alerts():
    for rule in rules():
        told = rule["annotations"]
        assert told["runbook_url"] == f"{RUNBOOKS}/{rule['alert']}.html"
        assert told["panel"] in panels(boards()[told["dashboard"]])
    assert [page.stem for page in PAGES] == sorted({rule["alert"] for rule in rules()})


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_the_panel_shows_what_the_alert_is_about(alert):
    """The first panel somebody looks at asks for a metric of the alert, or the figures that a recorded one is made of."""
    panel = panels(boards()[alert.board.value])[alert.panel]
    shown = {_base(name) for target in panel["targets"] for name, _ in selected(target["expr"])}
    recorded = {one["record"]: one["expr"] for group in groups() for one in group["rules"] if "record" in one}
    asked = {
        _base(inner)
        for rule in alert.rules
        for name, _ in selected(rule.when)
        for inner, _ in (selected(recorded[name]) if name in recorded else [(name, ())])
    }
    assert shown & asked


def _base(name: str) -> str:
    return re.sub(r"_(bucket|count|sum)$", "", name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_runbook_has_all_its_parts_and_speaks_of_panels_that_there_are(page):
    text = page.read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "How bad it is",
        "Find the cause",
        "Mend it",
        "It is over when",
        "The rule",
    ]
    spoken = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", text))
    assert {name for name in spoken if not name.startswith("Pagewire / ")} <= TITLES


def commands(text: str) -> list[str]:
    """Whole lines of blocks, and what is named in a sentence."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`(pagewire [^`]+)`", text)
    return [line for block in blocks for line in block.splitlines()] + inline


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_runbooks_exist_with_these_options(page):
    found = commands(page.read_text())
    assert found, "a runbook names a command"
    for line in found:
        words = shlex.split(line)
        assert words[0] in {"pagewire", "kubectl", "curl"}
        if words[0] == "pagewire":
            parse(words[1:])


def parse(words: list[str]) -> None:
    """Have click read the command line, and do nothing.

    Raises:
        click.UsageError: there is no such command or option.
    """
    command, context = cli, click.Context(cli, info_name="pagewire")
    while isinstance(command, click.Group) and words and words[0] in command.list_commands(context):
        command = command.get_command(context, words[0])
        context, words = click.Context(command, info_name=words[0], parent=context), words[1:]
    assert command is not cli, words
    command.parse_args(context, list(words))


@pytest.mark.parametrize("line", ["plugins --stop NAME", "no-such-command", "parked --everything"])
def test_a_command_that_does_not_exist_is_noticed(line):
    with pytest.raises((click.UsageError, AssertionError)):
        parse(shlex.split(line))


def test_the_chart_keeps_the_namespace_that_a_figure_speaks_of():
    """Otherwise alerts on a Page would say Pagewire's own namespace."""
    found = rendered("", "metrics.serviceMonitor.enabled=true")
    monitors = [one for one in found if one["kind"] == "ServiceMonitor"]
    assert {endpoint["honorLabels"] for one in monitors for endpoint in one["spec"]["endpoints"]} == {True}


def test_the_chart_installs_every_rule():
    found = rendered("", "metrics.rules.enabled=true")
    (made,) = (one for one in found if one["kind"] == "PrometheusRule")
    assert {rule["alert"] for group in made["spec"]["groups"] for rule in group["rules"] if "alert" in rule} == set(
        CASES
    )

"""``pagewire doctor``: finds what is wrong, says how to mend it, and ends accordingly."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest

from pagewire.simulator import Simulator
from pagewire.terminal.exits import Exit
from pagewire_gateway.cli.doctor.finding import exit_code, failed, ok, skipped, warning
from pagewire_gateway.cli.doctor.machine import check_machine
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.stage import world

EXAMPLES = Path(__file__).parents[3] / "deploy" / "examples"


def by_check(result):
    """Findings by what was looked at."""
    found = {}
    for finding in json.loads(result.stdout):
        found.setdefault(finding["check"], []).append(finding)
    return found


@pytest.fixture
def manifests(tmp_path):
    """Good manifests with a plugin that is installed."""
    return making.write(tmp_path / "good", making.page_manifest({"name": "logging"}))


def test_failures_weigh_more_than_warnings():
    assert exit_code([]) == Exit.OK
    assert exit_code([ok("a", ""), skipped("b", "")]) == Exit.OK
    assert exit_code([ok("a", ""), warning("b", "", "")]) == Exit.WARNINGS
    assert exit_code([warning("b", "", ""), failed("c", "", "")]) == Exit.FAILED


async def test_the_examples_are_healthy(tmp_path):
    result = await invoke("doctor", "--manifests", str(EXAMPLES), "--data", str(tmp_path), admin=None)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split()[:3] == ["1.", "ok", "python"]
    assert any("6 plugin configuration(s) fit their schema" in line for line in lines)


async def test_json_has_numbers_states_and_fixes(manifests, tmp_path):
    result = await invoke("doctor", "--manifests", str(manifests), "--data", str(tmp_path), "-o", "json", admin=None)
    findings = json.loads(result.stdout)
    assert [finding["number"] for finding in findings] == list(range(1, len(findings) + 1))
    assert {finding["state"] for finding in findings} <= {"ok", "skipped"}
    assert all(finding["fix"] for finding in findings if finding["check"] in {"admin", "public", "graph"})
    checks = [finding["check"] for finding in findings]
    machine = ["python", "sqlite", "clock", "data", "disk", "filesystem", "fsync"]
    assert checks == [
        *machine,
        "otlp",
        "plugins",
        "plugin-api",
        "manifests",
        "apps",
        "accounts",
        "configs",
        "admin",
        "public",
        "graph",
    ]


async def test_a_folder_that_cannot_be_used_fails(tmp_path):
    (tmp_path / "file").write_text("")
    findings = {finding.check: finding for finding in check_machine(tmp_path / "file" / "data")}
    assert findings["data"].state == "failed"
    assert "is not a folder" in findings["data"].found


async def test_a_folder_that_is_not_there_yet_is_fine(tmp_path):
    findings = {finding.check: finding for finding in check_machine(tmp_path / "a" / "b")}
    assert findings["data"].state == "ok"
    assert findings["fsync"].state in {"ok", "warning"}
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("document", "check", "said"),
    [
        ("kind: MessengerPage\nmetadata: {name: x, namespace: y}\nspec: {pageId: 7}", "manifests", "broken.yaml"),
        (
            making.page_manifest({"name": "telepathy"}, page="109", name="other"),
            "configs",
            "telepathy, which is not installed",
        ),
        (
            making.page_manifest({"name": "logging", "config": {"destination": 7}}, page="109", name="other"),
            "configs",
            "config of plugin logging",
        ),
    ],
)
async def test_what_is_wrong_is_named_with_its_place(manifests, document, check, said):
    (manifests / "broken.yaml").write_text(document)
    result = await invoke("doctor", "--manifests", str(manifests), "-o", "json", admin=None)
    assert result.exit_code == 1
    found = [finding for finding in by_check(result)[check] if finding["state"] == "failed"]
    assert any(said in finding["found"] for finding in found)
    assert all(finding["fix"] for finding in found)


async def test_an_app_without_secrets_fails_and_an_account_without_token_warns(tmp_path):
    app = """
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme, namespace: support}
spec: {appId: "1", appSecretRefs: [{name: none, key: none}]}
"""
    (tmp_path / "all.yaml").write_text(app)
    result = await invoke("doctor", "--manifests", str(tmp_path), "-o", "json", admin=None)
    assert result.exit_code == 1
    found = by_check(result)
    assert found["apps"][0]["state"] == "failed"
    assert "refuses every webhook" in found["apps"][0]["found"]
    assert found["accounts"][0]["state"] == "warning"


async def test_no_secret_is_ever_shown(manifests):
    result = await invoke("doctor", "--manifests", str(manifests), "-o", "json", admin=None)
    for secret in (making.SECRET, "EAAPAGE", "letmein", "the-old-one"):
        assert secret not in result.output


async def test_a_gateway_that_was_named_and_is_not_there_fails():
    result = await invoke("doctor", "-o", "json", admin="http://127.0.0.1:9")
    assert result.exit_code == 1
    (finding,) = by_check(result)["admin"]
    assert finding["state"] == "failed"
    assert "pagewire serve" in finding["fix"]


async def test_a_running_gateway_is_looked_at_from_both_sides(run, stage):
    public = f"127.0.0.1:{stage.gateway.public_port}"
    asked = ["doctor", "--manifests", str(stage.manifests), "--public", public, "--signatures", "-o", "json"]
    found = by_check(await run(*asked))
    states = {
        check: {finding["state"] for finding in found[check]} for check in ("admin", "ready", "journal", "parked")
    }
    assert states == {"admin": {"ok"}, "ready": {"ok"}, "journal": {"ok"}, "parked": {"ok"}}
    assert {finding["state"] for finding in found["backlog"]} == {"ok"}
    assert [finding["found"] for finding in found["handshake"]] == ["/webhooks/support/acme verifies"]
    assert [finding["state"] for finding in found["signatures"]] == ["ok"]
    assert (await stage.gateway.journal.stats()).events == 0


async def test_parked_work_and_a_paused_lane_are_warnings(run, stage, refused):
    await run("plugins", "--pause", "answer")
    result = await run("doctor", "-o", "json")
    assert result.exit_code == 3
    found = by_check(result)
    assert [(one["state"], one["found"]) for one in found["parked"]] == [("warning", "1 parked")]
    assert "replay --parked" in found["parked"][0]["fix"]
    assert [(one["state"], one["found"]) for one in found["lanes"]] == [("warning", "answer is paused")]


async def test_a_gateway_with_other_manifests_fails_the_handshake(run, stage, tmp_path):
    other = making.write(tmp_path / "other", making.page_manifest())
    (other / "all.yaml").write_text((other / "all.yaml").read_text().replace("letmein", "somethingelse"))
    public = f"127.0.0.1:{stage.gateway.public_port}"
    found = by_check(await run("doctor", "--manifests", str(other), "--public", public, "-o", "json"))
    (finding,) = found["handshake"]
    assert finding["state"] == "failed"
    assert "403" in finding["found"]
    assert "somethingelse" not in json.dumps(found)


async def test_tokens_are_asked_about_only_where_told(manifests):
    async with Simulator(world("http://127.0.0.1:9/")) as meta:
        asked = ("doctor", "--manifests", str(manifests), "-o", "json")
        found = by_check(await invoke(*asked, "--graph", meta.graph_url, admin=None))
        assert [finding["state"] for finding in found["graph"]] == ["ok"]
        assert [finding["state"] for finding in found["tokens"]] == ["ok"]
        assert [finding["state"] for finding in found["scopes"]] == ["ok"]
        assert [finding["state"] for finding in found["subscription"]] == ["ok", "ok"]
        for token in meta.meta.state.tokens.values():
            token.revoked = 460
        found = by_check(await invoke(*asked, admin=None, PAGEWIRE_GRAPH_URL=meta.graph_url))
        assert [finding["state"] for finding in found["tokens"]] == ["failed"]
        assert "EAAPAGE" not in json.dumps(found)


async def test_a_graph_that_is_not_there_fails(manifests):
    found = by_check(
        await invoke("doctor", "--manifests", str(manifests), "--graph", "http://127.0.0.1:9", "-o", "json")
    )
    assert [finding["state"] for finding in found["graph"]] == ["failed"]


async def test_a_page_that_delivers_nothing_and_a_token_that_may_nothing_are_found(manifests):
    meta_world = world("http://127.0.0.1:9/")
    meta_world.apps[0].subscriptions.clear()
    for account in meta_world.accounts:
        account.subscribed.clear()
    async with Simulator(meta_world) as meta:
        asked = ("doctor", "--manifests", str(manifests), "-o", "json", "--graph", meta.graph_url)
        found = by_check(await invoke(*asked))
        assert [finding["state"] for finding in found["subscription"]] == ["failed", "failed"]
        assert all("pagewire apply" in finding["fix"] for finding in found["subscription"])
        meta.meta.state.tokens["EAAPAGE"].scopes = {"pages_show_list"}
        (scopes,) = by_check(await invoke(*asked))["scopes"]
    assert "lacks pages_messaging, pages_manage_metadata" in scopes["found"]


async def test_a_collector_is_asked_where_one_is_named():
    found = by_check(await invoke("doctor", "--otlp", "http://127.0.0.1:9", "-o", "json"))
    assert [finding["state"] for finding in found["otlp"]] == ["failed"]
    found = by_check(await invoke("doctor", "-o", "json", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:4317"))
    assert [finding["state"] for finding in found["otlp"]] == ["warning"]
    async with takes_traces() as url:
        found = by_check(await invoke("doctor", "--otlp", url, "-o", "json"))
        assert [finding["state"] for finding in found["otlp"]] == ["ok"]
        found = by_check(await invoke("doctor", "--otlp", url, "-o", "json", OTEL_LOGS_EXPORTER="otlp"))
        traces, logs = found["otlp"]
        assert (traces["state"], logs["state"], "a pipeline for logs" in logs["fix"]) == ("ok", "failed", True)
        found = by_check(await invoke("doctor", "--otlp", f"{url}/elsewhere", "-o", "json"))
        assert [finding["state"] for finding in found["otlp"]] == ["failed"]


@contextlib.asynccontextmanager
async def takes_traces():
    """A receiver of OTLP over HTTP, as far as doctor asks one."""

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        status = b"200 OK" if head.startswith(b"POST /v1/traces ") else b"404 Not Found"
        writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

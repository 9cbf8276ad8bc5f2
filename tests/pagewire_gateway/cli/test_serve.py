"""``pagewire serve``: opens both ports, stops when told, and refuses to start in one line."""

import asyncio
import json
import signal
import socket
import sys

import httpx
import pytest

from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.whole.system import die_with_parent


@pytest.fixture
def manifests(tmp_path):
    return making.write(tmp_path / "manifests", making.page_manifest({"name": "logging"}))


@pytest.fixture
def where(manifests, tmp_path):
    """Options of a gateway on free ports."""
    return ["--manifests", str(manifests), "--data", str(tmp_path / "new" / "data")]


FREE = ["--public", "127.0.0.1:0", "--admin", "127.0.0.1:0"]


async def started(*arguments, said=None):
    """A gateway in a process of its own, and the line that names its ports; `said` gathers all lines until then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pagewire_gateway.cli", "serve", "--log-format", "json", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while line := await process.stderr.readline():
            message = json.loads(line)["message"]
            if said is not None:
                said.append(message)
            if "admin port" in message:
                return process, message
    raise AssertionError("the gateway did not start")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_stop(where, number):
    process, said = await started(*where, *FREE, "--plugin", "logging")
    admin = said.split("admin port ")[1]
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{admin}/readyz")).status_code == 200
        plugins = (await client.get(f"{admin}/api/v1/plugins")).json()["plugins"]
    assert [plugin["name"] for plugin in plugins] == ["logging"]
    process.send_signal(number)
    async with asyncio.timeout(30):
        assert await process.wait() == 0


async def test_a_token_is_asked_for_and_the_command_line_sends_it(where, monkeypatch):
    token = "a-token-of-some-length"
    monkeypatch.setenv("PAGEWIRE_ADMIN_TOKEN", token)
    process, said = await started(*where, *FREE, "--plugin", "logging")
    admin = said.split("admin port ")[1]
    refused = await invoke("events", admin=admin)
    assert refused.exit_code == 1
    assert "PAGEWIRE_ADMIN_TOKEN" in refused.stderr
    assert (await invoke("events", admin=admin, PAGEWIRE_ADMIN_TOKEN=token)).exit_code == 0
    assert (await invoke("events", "--admin-token", token, admin=admin)).exit_code == 0
    process.terminate()
    async with asyncio.timeout(30):
        await process.wait()


async def test_data_goes_to_stdout_and_the_log_to_stderr(where):
    process, said = await started(*where, *FREE, "--plugin", "logging")
    public = said.split("public port ")[1].split(",")[0]
    content = making.body(making.message("hello"))
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{public}/webhooks/support/acme", content=content, headers=making.signed(content))
    assert answer.status_code == 200
    assert process.stdout is not None
    async with asyncio.timeout(30):
        line = json.loads(await process.stdout.readline())
    assert (line["kind"], line["account"]) == ("message", making.PAGE)
    assert "hello" not in json.dumps(line)
    process.terminate()
    async with asyncio.timeout(30):
        await process.wait()


async def test_a_configuration_that_does_not_fit_is_told_at_the_start(where, manifests):
    making.write(manifests, making.page_manifest({"name": "logging", "config": {"destinatoin": "stdout"}}))
    said = []
    process, _ = await started(*where, *FREE, "--plugin", "logging", said=said)
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while not any("destinatoin" in line for line in said):
            said.append(json.loads(await process.stderr.readline())["message"])
    (told,) = (line for line in said if "destinatoin" in line)
    assert told.startswith("MessengerPage support/harbour: spec.plugins[0]: config of plugin logging")
    assert "did you mean destination?" in told
    process.terminate()
    async with asyncio.timeout(30):
        await process.wait()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--admin", "192.168.1.4:0"], 1, "PAGEWIRE_ADMIN_TOKEN"),
        (["--plugin", "telepathy"], 1, "plugin telepathy is not installed"),
        (["--public", "nowhere"], 2, "must look like HOST:PORT"),
        (["--public", "127.0.0.1:70000"], 2, "must look like HOST:PORT"),
        (["--log-format", "xml"], 2, "'xml' is not one of"),
    ],
)
async def test_it_refuses_to_start_in_one_line(where, arguments, code, said):
    result = await invoke("serve", *where, *FREE, *arguments)
    assert result.exit_code == code
    assert said in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


async def test_a_port_that_is_taken_is_named(where):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = await invoke("serve", *where, "--public", "127.0.0.1:0", "--admin", f"127.0.0.1:{port}")
    assert result.exit_code == 1
    assert f"127.0.0.1:{port}" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PAGEWIRE_MAX_BODY", "much"), ("PAGEWIRE_ADMIN_TOKEN", "short"), ("PAGEWIRE_LOG_FORMAT", "xml")],
)
async def test_a_variable_that_cannot_be_used_is_named(where, variable, value):
    result = await invoke("serve", *where, *FREE, **{variable: value})
    assert result.exit_code == 1
    assert variable in result.stderr


async def test_the_folder_of_manifests_must_exist(tmp_path):
    result = await invoke("serve", "--manifests", str(tmp_path / "none"), "--data", str(tmp_path))
    assert result.exit_code == 2

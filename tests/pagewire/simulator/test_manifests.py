"""Worlds from folders of manifests, and the command that serves them."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from pagewire.simulator import ManifestError, read_folder
from pagewire.simulator.cli import simulate
from pagewire.simulator.manifests import rebased
from tests.whole.system import die_with_parent

MANIFESTS = """
apiVersion: v1
kind: Secret
metadata: {name: acme-app, namespace: support}
stringData: {app-secret: s3cr3t, verify-token: letmein, instagram-app-secret: ig-s3cr3t}
---
apiVersion: v1
kind: Secret
metadata: {name: tokens, namespace: support}
data: {page: RUFBUEFHRQ==}
stringData: {login: IGLOGIN, user: EAAUSER}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme, namespace: support}
spec:
  appId: "990"
  appSecretRefs: [{name: acme-app, key: instagram-app-secret}, {name: acme-app, key: app-secret}]
  verifyTokenRef: {name: acme-app, key: verify-token}
---
apiVersion: pagewire.dev/v1alpha1
kind: WebhookSubscription
metadata: {name: page, namespace: support}
spec: {appRef: {name: acme}, object: page, callbackURL: "https://hooks.example.com/webhooks/support/acme?x=1",
  fields: [messages]}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {name: harbour, namespace: support}
spec: {appRef: {name: acme}, pageId: "108", tokenRef: {name: harbour}, subscribedFields: [messages, standby]}
---
apiVersion: pagewire.dev/v1alpha1
kind: InstagramAccount
metadata: {name: harbour-ig, namespace: support}
spec: {appRef: {name: acme}, accountId: "1784", pageRef: {name: harbour}}
---
apiVersion: pagewire.dev/v1alpha1
kind: InstagramAccount
metadata: {name: quay, namespace: support}
spec: {appRef: {name: acme}, accountId: "1785", tokenRef: {name: quay}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: harbour, namespace: support}
spec: {appRef: {name: acme}, type: Page, pageId: "108", from: {secretRef: {name: tokens, key: page}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: quay, namespace: support}
spec: {appRef: {name: acme}, type: User, from: {secretRef: {name: tokens, key: login}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: admin, namespace: support}
spec: {appRef: {name: acme}, type: SystemUser, from: {secretRef: {name: tokens, key: user}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: derived, namespace: support}
spec: {appRef: {name: acme}, type: Page, pageId: "108", from: {tokenRef: {name: admin}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: elsewhere, namespace: other}
spec: {appRef: {name: acme}, type: Page, pageId: "108", from: {secretRef: {name: tokens, key: page}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: unrelated}
---
just text
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "all.yaml").write_text(MANIFESTS)
    return tmp_path


def test_a_world_from_manifests(folder: Path) -> None:
    """Secrets become tokens and keys; references stay inside their namespace; callbacks move to the base."""
    seed = read_folder(folder, "http://127.0.0.1:8080")
    (app,) = seed.world.apps
    assert (app.id, app.secret, app.instagram_secret, app.verify_token) == ("990", "s3cr3t", "ig-s3cr3t", "letmein")
    assert list(app.subscriptions) == ["page"]
    assert app.subscriptions["page"].callback_url == "http://127.0.0.1:8080/webhooks/support/acme?x=1"
    assert app.deauthorize_url == "http://127.0.0.1:8080/callbacks/support/acme/deauthorize"
    assert app.deletion_url == "http://127.0.0.1:8080/callbacks/support/acme/data-deletion"
    assert app.subscriptions["page"].fields == {"messages"}
    accounts = {account.id: account for account in seed.world.accounts}
    assert accounts["108"].subscribed == {"990": {"messages", "standby"}}
    assert accounts["1784"].page_id == "108"
    assert accounts["1785"].instagram_login
    tokens = {token.value: (token.type, token.account_id) for token in seed.world.tokens}
    assert tokens == {"EAAPAGE": ("PAGE", "108"), "IGLOGIN": ("INSTAGRAM", "1785"), "EAAUSER": ("SYSTEM_USER", None)}
    assert any("derived" in note for note in seed.notes)
    assert any("other/elsewhere" in note for note in seed.notes)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A missing folder and broken YAML are told with their path."""
    with pytest.raises(ManifestError, match="not a folder"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(ManifestError, match=r"bad\.yaml is not YAML"):
        read_folder(tmp_path)


def test_an_app_without_secret_is_left_out(tmp_path: Path) -> None:
    """With a note, and everything that refers to it too."""
    document = MANIFESTS.replace("app-secret: s3cr3t, ", "").replace("instagram-app-secret: ig-s3cr3t", "x: y")
    (tmp_path / "all.yml").write_text(document)
    seed = read_folder(tmp_path)
    assert not seed.world.apps
    assert any("left out" in note for note in seed.notes)
    assert seed.world.accounts[0].subscribed == {}


def test_the_shipped_examples() -> None:
    """The examples make a world in which both objects have somebody to tell."""
    examples = Path(__file__).parents[3] / "deploy" / "examples"
    seed = read_folder(examples, "http://127.0.0.1:8080")
    assert {account.object for account in seed.world.accounts} == {"page", "instagram"}
    assert set(seed.world.apps[0].subscriptions) == {"page", "instagram"}
    assert seed.world.tokens
    assert not seed.notes


def test_rebasing() -> None:
    """Only the origin changes; a base may have a path."""
    assert rebased("https://a.example/x?y=1", None) == "https://a.example/x?y=1"
    assert rebased("https://a.example/x?y=1", "http://b:1") == "http://b:1/x?y=1"
    assert rebased("https://a.example/x", "http://b:1/pre/") == "http://b:1/pre/x"


class TestCommand:
    """``pagewire simulate`` and ``python -m pagewire.simulator``."""

    def test_help_names_every_option(self) -> None:
        told = CliRunner().invoke(simulate, ["--help"]).output
        for option in ("host", "port", "instagram-port", "manifests", "webhook-base", "speed", "repeat"):
            assert f"--{option}" in told
        for option in ("disorder", "batch", "latency", "seed", "no-rate-limits"):
            assert f"--{option}" in told

    def test_a_bad_folder_ends_with_a_sentence(self, tmp_path: Path) -> None:
        told = CliRunner().invoke(simulate, ["--manifests", str(tmp_path / "nowhere")])
        assert told.exit_code == 1
        assert "is not a folder" in told.output

    async def test_it_serves_until_interrupted(self, folder: Path) -> None:
        arguments = ["--port", "0", "--instagram-port", "0", "--manifests", str(folder), "--speed", "2"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pagewire.simulator", *arguments),
            stdout=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )
        assert process.stdout is not None
        try:
            lines: list[str] = []
            async with asyncio.timeout(30):
                while not lines or "Ctrl-C" not in lines[-1]:
                    lines.append((await process.stdout.readline()).decode())
                    assert process.returncode is None, lines
            url = lines[0].split()[2]
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.get(f"{url}/_control/state")).json()["speed"] == 2
                assert (await client.get(f"{url}/v25.0/me?access_token=EAAPAGE")).json()["id"] == "108"
            text = "".join(lines)
            assert "108" in text
            assert "nowhere: no webhook subscription for object instagram" in text
            assert "EAAPAGE" not in text
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(30):
                rest = (await process.stdout.read()).decode()
                assert await process.wait() == 0
            assert "Stopping." in rest
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def test_a_taken_port_is_explained(self) -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pagewire.simulator", "--port", str(port), stderr=asyncio.subprocess.PIPE
        )
        _, told = await process.communicate()
        server.close()
        assert process.returncode == 1
        assert b"choose another --port" in told

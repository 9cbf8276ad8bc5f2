"""A gateway that asks who somebody is, a real identity provider, and a browser."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from msgspec import Struct
from playwright.async_api import BrowserContext, Page

from pagewire_gateway.access.settings import AccessSettings, OidcSettings
from pagewire_gateway.config import Address
from tests.pagewire.simulator.clients.install import node_folder
from tests.pagewire_gateway.playing import Answer, Picky
from tests.pagewire_gateway.stage import plugins, staged
from tests.ports import free_port

TOKENS = {role: f"a-token-for-the-role-{role}" for role in ("viewer", "operator", "admin")}


def tokens_file(folder: Path) -> Path:
    """A file of one token a role, by their digests."""
    path = folder / "tokens.yaml"
    lines = [
        f"- {{name: ci-{role}, role: {role}, sha256: {hashlib.sha256(token.encode()).hexdigest()}}}"
        for role, token in TOKENS.items()
    ]
    path.write_text("tokens:\n" + "\n".join(lines) + "\n")
    return path


def bearer(role: str) -> dict[str, str]:
    """The header of a role's token."""
    return {"authorization": f"Bearer {TOKENS[role]}"}


class World(Struct):
    """The gateway's stage, and where its admin port is."""

    stage: object
    url: str
    issuer: str = ""


@contextlib.asynccontextmanager
async def asking(
    folder: Path, *, issuer: str = "", port: int = 0, picky: type = Picky, **access: object
) -> AsyncIterator[World]:
    """A gateway that asks for a token or, with an issuer, for a log-in there."""
    oidc = OidcSettings(
        issuer=issuer,
        client_id="pagewire",
        client_secret="a-secret-of-the-console",
        scopes="openid email groups",
        viewers=("everybody",),
        operators=("support",),
        admins=("owners",),
        label="Example",
    )
    told = AccessSettings(tokens=tokens_file(folder), oidc=oidc if issuer else OidcSettings(), **access)
    enabled = [{"name": "answer", "config": {"apiKey": "hush-hush", "greeting": "Ahoy"}}, {"name": "picky"}]
    found = plugins(answer=Answer, picky=picky)
    at = Address("127.0.0.1", port or free_port())
    async with staged(folder, found, enabled=enabled, also={"access": told, "admin": at}) as stage:
        yield World(stage, f"http://127.0.0.1:{at.port}", issuer)


class Provider(Struct):
    """An identity provider at work."""

    issuer: str
    process: asyncio.subprocess.Process

    async def regroup(self, name: str, *groups: str) -> None:
        """Give somebody these groups instead of those they had."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{' '.join((name, *groups))}\n".encode())
        await self.says(b"changed")

    async def says(self, word: bytes) -> None:
        """Wait until it has said so, among its warnings."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            async for line in self.process.stdout:
                if line.strip() == word:
                    return
        raise AssertionError("the identity provider is gone")


@contextlib.asynccontextmanager
async def provider(redirect: str) -> AsyncIterator[Provider]:
    """The identity provider."""
    port = free_port()
    script = Path(__file__).with_name("provider.mjs")
    process = await asyncio.create_subprocess_exec(
        *("node", str(script), str(node_folder()), str(port), redirect),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        started = Provider(f"http://127.0.0.1:{port}", process)
        await started.says(b"ready")
        yield started
    finally:
        process.kill()
        await process.wait()


async def log_in(page: Page, world: World, name: str, path: str = "/console") -> None:
    """Through the provider's own pages, as a person does."""
    await page.goto(f"{world.url}{path}")
    await page.get_by_role("link", name="Log in with Example").click()
    await page.locator("input[name=login]").fill(name)
    await page.locator("input[name=password]").fill("whatever")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()
    await page.wait_for_url(f"{world.url}/console/**" if path != "/console" else f"{world.url}/console")


async def with_token(context: BrowserContext, world: World, role: str) -> None:
    """A session of a role in that browser, begun with a token."""
    async with httpx.AsyncClient(base_url=world.url) as client:
        answer = await client.post("/console/login", data={"token": TOKENS[role]})
        assert answer.status_code == 303, answer.text
        name, value = next(iter(client.cookies.items()))
    await context.add_cookies([{"name": name, "value": value, "url": world.url}])
